"""Texts that wait because two people changed one answer: kept, shown beside the saved one, dropped.

A text is written over, or forgotten, only by a page that shows it or began where it began: another
window of the same person, that knows nothing of it, leaves it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict

from matchmaker.services import profile
from matchmaker.store.disputed import DisputedAnswer
from matchmaker.web.profile import meanwhile
from matchmaker.web.profile.party import Party
from matchmaker.web.profile.step import StepForm


def shown(party: Party, step: str, form: StepForm) -> dict[str, Any]:
    """Put what waits into the form; return what the page needs to show both texts, if any wait."""
    rows = party.disputed.get(step, {})
    made = party.steps[step][1]
    if not rows or made is None:
        return {}
    typed = MultiDict(
        (key, value) for row in rows.values() for key, sent in row.typed.items() for value in sent
    )
    mine = made(formdata=typed, data=party.values())
    names = [name for name in mine.names() if name in rows]
    differing = meanwhile.differing(party, step, mine, names)
    for name, *_texts in differing:
        if name in form.names():
            form[name].process(typed, party.values().get(name))
    opened = {name: rows[name].opened for name, *_texts in differing}
    form.revision.data = meanwhile.token(party, step, opened)
    return side_by_side(party, step, differing) if differing else {}


def side_by_side(party: Party, step: str, differing: list[Any]) -> dict[str, Any]:
    """Return what the page shows of answers that both changed."""
    return {"differing": differing, "compared": meanwhile.token(party, step)}


def shown_again(party: Party, step: str, form: StepForm) -> dict[str, Any]:
    """Return the same for a page that showed it and comes back with something else wrong in it."""
    names = [name for name in form.names() if name in _compared()]
    if not names or not (differing := meanwhile.differing(party, step, form, names)):
        return {}
    return {"differing": differing, "compared": request.form.get("compared", "")}


def keep(party: Party, step: str, before: Mapping[str, str], names: Iterable[str]) -> None:
    """Keep what was typed of answers that both changed, whatever the page answers."""
    answers = {
        name: (before.get(name, meanwhile.UNKNOWN), _typed(name))
        for name in names
        if name not in party.disputed.get(step, {}) or _knows(party, step, name, before)
    }
    if answers:
        profile.keep_disputed(g.session(), party.thing, step, answers, actor=g.account, now=g.now)
        g.keeps = True
        del party.disputed


def settle(
    party: Party,
    step: str,
    form: StepForm,
    before: Mapping[str, str],
    done: Collection[str],
    *,
    left: Collection[str] = (),
) -> None:
    """Forget what waited of answers that are ``done``: typed here and saved, or thrown away.

    ``left``: answers that were not saved.
    """
    compared = _compared() & set(form.names())
    settled = [
        name
        for name in party.disputed.get(step, {})
        if name not in left
        and (name in compared or (name in done and _knows(party, step, name, before)))
    ]
    if settled:
        profile.drop_disputed(g.session(), party.thing, step, settled, actor=g.account)
        del party.disputed


def _knows(party: Party, step: str, name: str, before: Mapping[str, str]) -> bool:
    row: DisputedAnswer = party.disputed[step][name]
    return name in _compared() or row.opened == before.get(name, meanwhile.UNKNOWN)


def _compared() -> set[str]:
    """The answers of which the page that was sent showed both texts."""
    return set(request.form.get("disputed", "").split())


def _typed(name: str) -> dict[str, list[str]]:
    return {
        key: values
        for key, values in request.form.lists()
        if key == name or key.startswith(f"{name}-")
    }
