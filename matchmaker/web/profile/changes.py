"""Versions of a project or a mandate, and what changed between two of them, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from matchmaker.core.policy import Action, may
from matchmaker.services import profile
from matchmaker.services.profile.history import Deed, deeds_of
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import known_parameters
from matchmaker.web.profile.blueprint import bp
from matchmaker.web.profile.limits import rule_words
from matchmaker.web.profile.party import InvestorParty, Party, ProjectParty
from matchmaker.web.profile.saying import said_in
from matchmaker.web.text import plain
from matchmaker.web.words import word

_WORDS = re.compile(r"[A-Za-zÀ-ɏ0-9]+|[\u3400-\u9fff]|\s+|.", re.DOTALL)
DRAFT = "draft"
MOST_TOUCHED = 5  # answers named beside a deed


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: the same in both, only in the older, or only in the newer."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs."""

    step: str
    label: str
    pieces: list[Piece]


@bp.get("/r/<slug>/projects/<project_id>/versions")
@needs(Action.SEE_OWN_PROJECT, access.project)
def versions_project(project: Project) -> str:
    return _page(ProjectParty(project))


@bp.get("/r/<slug>/investors/<investor_id>/versions")
@needs(Action.SEE_TERMS, access.investor)
def versions_investor(investor: Investor) -> str:
    return _page(InvestorParty(investor))


def _page(party: Party) -> str:
    known_parameters("old", "new")
    versions = profile.versions_of(g.session(), party.thing)
    numbered: dict[str, Any] = {str(one.number): one for one in versions}
    numbered[DRAFT] = party.draft
    newest = str(versions[0].number) if versions else DRAFT
    previous = str(versions[1].number) if len(versions) > 1 else newest
    pending = bool(versions) and profile.has_changes(versions[0], party.draft)
    old = request.args.get("old") or (newest if pending else previous)
    new = request.args.get("new") or (DRAFT if pending or not versions else newest)
    if old not in numbered or new not in numbered:
        abort(404)
    return render_template(
        "profile/versions.html",
        party=party,
        thing=party.thing,
        versions=versions,
        readers=_readers(party),
        deeds=_deeds(party),
        old=old,
        new=new,
        changes=changes(party, numbered[old], numbered[new]) if old != new else [],
    )


def _deeds(party: Party) -> list[tuple[Deed, str, str]]:
    """Return each deed, its name in words, and the answers it touched."""
    labels = {
        name: str(said[0])
        for _label, made in party.steps.values()
        if made is not None
        for name in dir(made)
        if (said := _arguments(getattr(made, name)))
    }
    found = []
    deeds = deeds_of(g.session(), party.thing)
    keys = {deed.facts["person"] for deed in deeds if "person" in deed.facts}
    query = select(Person).where(Person.id.in_(keys))
    people = {one.id: one for one in g.session.scalars(query)} if keys else {}
    for deed in deeds:
        touched = dict.fromkeys(
            labels[one] for one in deed.facts.get("changed", ()) if one in labels
        )
        shown = _(", ").join(list(touched)[:MOST_TOUCHED])
        if len(touched) > MOST_TOUCHED:
            shown = _("%(answers)s and more", answers=shown)
        if (person := people.get(deed.facts.get("person", ""))) is not None:
            shown = plain(person, "name")
            if duty := deed.facts.get("duty"):
                shown = _("%(name)s (%(about)s)", name=shown, about=word(duty, "duty_short"))
        found.append((deed, word(deed.action, "deed"), shown))
    return found


def _arguments(field: Any) -> list[Any]:
    """Return what a field was made with, its label first; a list names the kind of its rows too."""
    if not hasattr(field, "field_class"):
        return []
    return [one for one in field.args if not hasattr(one, "field_class")]


def _readers(party: Party) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in profile.readers_of(g.session(), party.thing):
        found.setdefault(one.number, []).append(one)
    return found


def changes(party: Party, old: Any, new: Any) -> list[Change]:
    """Return the answers that differ between two versions, in the order of the form."""
    before, after = _values(party, old), _values(party, new)
    found = []
    for key in party.open_steps():
        label, made = party.steps[key]
        if made is None:
            continue
        first, second = (made(data=values, formdata=None) for values in (before, after))
        names = [name for name in first.names() if not name.startswith("body_") and name in before]
        texts = said_in(second, names)
        for name, (_question, earlier) in said_in(first, names).items():
            question, later = texts[name]
            if earlier != later:
                found.append(Change(str(label), question, compare(earlier, later)))
    return found


def compare(old: str, new: str) -> list[Piece]:
    """Return both texts as one: what stayed, what went, what came."""
    first, second = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=len(first) + len(second) > 4000)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(first[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(first[a:b])))
        if d > c:
            pieces.append(Piece("come", "".join(second[c:d])))
    return pieces


def _values(party: Party, version: Any) -> dict[str, Any]:
    if isinstance(party, ProjectParty):
        secret = bool(may(g.viewer, Action.SEE_CONFIDENTIAL, party.thing))
        return profile.project_values(version, confidential=secret)
    values = profile.mandate_values(version, terms=True)
    rules = [
        dict(zip(("what", "unless"), rule_words(rule), strict=True))
        for rule in values["exclusions"]
    ]
    return {**values, "exclusions": rules}
