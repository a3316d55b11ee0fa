"""What others saved while a step was open: told by a short sum of each answer, and merged.

An answer that I left as it was and somebody else changed is taken from them; an answer that I
alone changed is taken from me; only where both changed the same answer somebody has to choose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from matchmaker.web.profile.party import Party
from matchmaker.web.profile.saying import said_in, said_or_typed
from matchmaker.web.profile.step import StepForm

SIGNS = 8  # of a sum; a step has some twenty answers
UNKNOWN = "-" * SIGNS  # the sum of an answer that was opened nobody knows how


def token(party: Party, step: str, shown: Mapping[str, str] | None = None) -> str:
    """Return what a form carries to tell on which answers it was opened.

    ``shown`` are the sums of answers that a page still shows as they stood before.
    """
    sums = _sums(_saved(party, step)) | dict(shown or {})
    return f"{party.draft.revision}.{''.join(sums.values())}"


def saved_sums(party: Party, step: str) -> dict[str, str]:
    """Return the sum of each answer as it is saved."""
    return _sums(_saved(party, step))


def is_stale(party: Party, step: str, form: StepForm) -> bool:
    """Tell whether somebody changed this step's answers after the form was opened."""
    sums = _opened(form)
    return bool(sums) and sums != token(party, step).partition(".")[2]


def opened(party: Party, step: str, form: StepForm) -> dict[str, str]:
    """Return the sum of each answer as the form was opened; empty where it cannot be told."""
    sums, names = _opened(form), _sums(_saved(party, step))
    if len(sums) != SIGNS * len(names):
        return {}
    cut = (sums[at : at + SIGNS] for at in range(0, len(sums), SIGNS))
    return dict(zip(names, cut, strict=True))


def changed(form: StepForm, before: Mapping[str, str]) -> set[str]:
    """Return the names of answers that do not stand in the form as it was opened."""
    mine = _sums(form)
    return {name for name in form.names() if mine[name] != before.get(name)}


def merge(party: Party, step: str, form: StepForm) -> tuple[list[str], list[str]]:
    """Put what others changed into the form where it was left as it was.

    Returns the names of these answers, and of those that both changed, each otherwise.
    """
    before = opened(party, step, form)
    if not before:
        return [], form.names()
    theirs, mine = _sums(_saved(party, step)), _sums(form)
    moved = [name for name in form.names() if theirs[name] not in (before[name], mine[name])]
    taken = [name for name in moved if mine[name] == before[name]]
    take(party, form, taken)
    return taken, [name for name in moved if name not in taken]


def take(party: Party, form: StepForm, names: Iterable[str]) -> None:
    """Put what is saved into the form, in place of what was typed."""
    values = party.values()
    for name in set(names) & set(form.names()):
        form[name].raw_data = None
        form[name].process(None, values.get(name))


def differing(
    party: Party, step: str, form: StepForm, names: list[str]
) -> list[tuple[str, str, str, str]]:
    """Return (name, question, my answer, the saved one) of each answer that reads otherwise."""
    theirs = said_in(_saved(party, step), names)
    return [
        (name, str(form[name].label.text), mine, theirs[name][1])
        for name in names
        if (mine := said_or_typed(form[name])) != theirs[name][1]
    ]


def _opened(form: StepForm) -> str:
    return str(form.revision.data or "").partition(".")[2]


def _saved(party: Party, step: str) -> StepForm:
    made = party.steps[step][1]
    assert made is not None
    return made(data=party.values(), formdata=None)


def _sums(form: StepForm) -> dict[str, str]:
    """Return a sum of each answer, the same for what is typed and for what was saved of it."""
    return {
        field.name: hashlib.sha256(json.dumps(_plain(field), default=str).encode()).hexdigest()[
            :SIGNS
        ]
        for field in form
        if field.name not in ("revision", "csrf_token")
    }


def _plain(field: Any) -> Any:
    if field.type == "FieldList":
        return [said for row in field if (said := row.form.plain())]
    typed = getattr(field, "_value", None)  # what an input holds, in WTForms' own words
    shown = typed() if typed is not None else field.data
    if isinstance(shown, str):
        return [line.rstrip() for line in shown.strip().splitlines()] or None
    return field.data if field.data not in ("", [], ()) else None
