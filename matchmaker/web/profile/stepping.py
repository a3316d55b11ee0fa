"""A step of the stepped form as a page: the form, the card beside it, and what is still missing."""

from __future__ import annotations

from typing import Any

from flask import g, render_template
from flask_babel import lazy_gettext as _l

from matchmaker.core.journey import InvestorState
from matchmaker.services import profile
from matchmaker.services.profile.earlier import earlier_mandates
from matchmaker.services.profile.presence import presences
from matchmaker.web.profile import disputing
from matchmaker.web.profile.limits import rule_sentence, suggestions
from matchmaker.web.profile.party import Party, ProjectParty
from matchmaker.web.profile.saying import mandate_paragraph, said_in
from matchmaker.web.profile.step import StepForm
from matchmaker.web.text import plain
from matchmaker.web.words import word

LEAKS = {
    "sequence": _l("This looks like a sequence"),
    "structure": _l("This looks like a chemical structure"),
    "personal": _l("This looks like personal data"),
    "figure": _l("This looks like a result"),
    "unfiled": _l("This speaks of something not public"),
}
OPEN_NAMES = {
    "basics": ("title_en", "title_zh"),
    "field": (),
    "summary": tuple(
        f"{name}_{language}"
        for name in (
            *("pitch", "summary", "unmet_need", "differentiation"),
            *("standard", "competitors"),
        )
        for language in ("en", "zh")
    ),
    "money": tuple(
        f"{name}_{language}"
        for name in ("seeking", "use_of_funds", "rights")
        for language in ("en", "zh")
    ),
    "plans": tuple(
        f"{name}_{language}"
        for name in ("ip", "regulatory", "milestone")
        for language in ("en", "zh")
    ),
    "team": ("advisors_en", "advisors_zh"),
    "confidential": (),
}


def page(party: Party, step: str, form: StepForm | None, **shown: Any) -> str:
    """Return the page of a step; whatever was typed stands in the form."""
    if step == "review":
        people = party.people()
        shown = {
            "needed": party.needed(),
            "useful": [gap for gap in party.useful() if gap[1] not in party.frozen],
            "halves": [half for half in party.halves() if half[1] not in party.frozen],
            "some_fixed": bool(party.frozen),
            "answers": _answers(party, people),
            "spots": spots(party),
            "spoken": spoken(party, people),
            "nameless": nameless(people),
            **shown,
        }
    if step in ("team", "delegates"):
        shown["people"] = party.people()
        shown["nameless"] = nameless(shown["people"])
    if step == "files":
        from matchmaker.web.profile.files import UploadForm  # noqa: PLC0415 -- it needs this page

        shown["files"] = party.files
        shown["files_fixed"] = "files" in party.frozen
        shown.setdefault("upload", UploadForm(party.thing, formdata=None))
    shown["spoken_of"] = party.spoken_of(step)
    if step == "limits":
        shown["suggestions"] = suggestions()
        shown["rules"] = [rule_sentence(rule) for rule in party.draft.terms.exclusions]
    if step == "firm" and party.thing.state is InvestorState.DRAFT and party.own:
        shown["offers_earlier"] = bool(earlier_mandates(g.session(), party.thing, actor=g.account))
    steps = party.open_steps()
    at = steps.index(step)
    return render_template(
        "profile/edit.html",
        party=party,
        thing=party.thing,
        step=step,
        form=form,
        steps=party.progress(step),
        before=steps[at - 1] if at else None,
        after=steps[at + 1] if at + 1 < len(steps) else None,
        card=card(party),
        window=disputing.window(),
        **shown,
    )


def spots(party: Party) -> list[tuple[str, str, str, str, int, bool]]:
    """Return (step, field, question, excerpt with its kind, place, movable) of doubtful words."""
    if not isinstance(party, ProjectParty):
        return []
    where = {
        name: (key, label)
        for key in party.open_steps()
        if (made := party.steps[key][1]) is not None
        for name, (label, _said) in said_in(made(formdata=None), OPEN_NAMES[key]).items()
    }
    return [
        (
            where[spot.name][0],
            spot.name,
            where[spot.name][1],
            f"{LEAKS[spot.leak.kind]}: “{spot.leak.excerpt}”",
            spot.leak.at,
            party.confidential
            and not spot.name.startswith("title")
            and spot.name not in party.frozen,
        )
        for spot in profile.leaks_of(party.draft)
    ]


def spoken(party: Party, people: list[Any]) -> list[tuple[str, str]]:
    """Return (language, the mandate as a paragraph) in both languages."""
    if isinstance(party, ProjectParty):
        return []
    rules = party.draft.terms.exclusions
    there = presences(g.session(), g.roadshow, [row.person_id for row in people])
    return [
        (code, mandate_paragraph(card(party), rules, code, party.draft, people, there))
        for code in ("en", "zh")
    ]


def _answers(party: Party, people: list[Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (step, its label, [(question, answer)]) of everything that was said."""
    values = party.values()
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    for key in party.open_steps():
        label, made = party.steps[key]
        rows = []
        if key in ("team", "delegates"):
            rows += [(word(row.duty, "duty_short"), plain(row.person, "name")) for row in people]
        if key == "files":
            rows += [(word(one.tier, "tier"), one.name) for one in party.files]
        if made is not None:
            form = made(data=values, formdata=None)
            rows += [pair for pair in said_in(form, form.names()).values() if pair[1]]
        if key != "review":
            found.append((key, str(label), rows))
    return found


def nameless(people: list[Any]) -> list[Any]:
    """Return the persons who are called like their mail address, because nobody said a name."""
    return [
        one.person
        for one in people
        if not one.person.name_zh and one.person.name_en == one.person.email.partition("@")[0]
    ]


def card(party: Party) -> Any:
    """Return the card as participants will see it."""
    if isinstance(party, ProjectParty):
        return profile.project_card(party.thing, party.draft, party.draft.registered)
    return profile.investor_card(party.thing, party.draft)
