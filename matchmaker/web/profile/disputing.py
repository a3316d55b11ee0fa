"""What was typed and could not be saved: kept for its writer, shown again, dropped.

Either two people changed one answer, which then stands beside the saved one; or it cannot be used
as it stands, or was sent together with such an answer. A text is written over, or forgotten, only
by the window that it was typed in or by a page that shows it: another window of the same person,
that knows nothing of it, leaves it alone, and says so where it has another text for that answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict

from matchmaker.services import profile
from matchmaker.web.profile import meanwhile
from matchmaker.web.profile.party import Party
from matchmaker.web.profile.step import StepForm

WINDOW = 16  # signs that tell one window of a person from another
MOST = 100_000  # characters of one answer; what is longer stays in the page only


def shown(party: Party, step: str, form: StepForm) -> dict[str, Any]:
    """Put what waits into the form; return what the page needs to say so, if anything waits."""
    rows = party.disputed.get(step, {})
    made = party.steps[step][1]
    if not rows or made is None:
        return {}
    typed = MultiDict(
        (key, value) for row in rows.values() for key, sent in row.typed.items() for value in sent
    )
    mine = made(formdata=typed, data=party.values())
    saved = meanwhile.saved_sums(party, step)
    changed = meanwhile.changed(mine, saved)
    waiting = [name for name in mine.names() if name in rows and name in changed]
    disputed = [
        name for name in waiting if rows[name].opened != saved[name] or name not in form.names()
    ]
    open_ones = [name for name in waiting if name in form.names()]
    for name in open_ones:
        form[name].process(typed, party.values().get(name))
    for name in set(open_ones) - set(disputed):
        rule = getattr(made, f"validate_{name}", None)
        form[name].validate(form, [rule] if rule else [])
    differing = meanwhile.differing(party, step, mine, disputed)
    opened = {name: rows[name].opened for name, *_texts in differing}
    form.revision.data = meanwhile.token(party, step, opened)
    return told(party, step, form, differing, waiting)


def told(
    party: Party, step: str, form: StepForm, differing: list[Any], waiting: Iterable[str]
) -> dict[str, Any]:
    """Return what the page says of answers that are not saved; ``differing`` stand side by side."""
    both = [name for name, *_texts in differing]
    alone = [name for name in waiting if name not in both and name in form.names()]
    kept = party.disputed.get(step, {})
    here = [name for name in (*both, *alone) if name in kept and name not in _foreign()]
    found: dict[str, Any] = {
        "waits": [f"{name}:{kept[name].written_in or ''}" for name in here],
        "only_here": [form[name].label.text for name in sorted(_foreign()) if name in form],
        "unsaved": alone,
        "good": [(name, form[name].label.text) for name in alone if not form[name].errors],
    }
    if differing:
        found |= {"differing": differing, "compared": meanwhile.token(party, step)}
    return found


def told_again(party: Party, step: str, form: StepForm, waiting: Iterable[str]) -> dict[str, Any]:
    """Return the same for a page that comes back: what is wrong stands beside its answer."""
    both = [name for name in request.form.get("disputed", "").split() if name in form.names()]
    differing = meanwhile.differing(party, step, form, both) if both else []
    found = told(party, step, form, differing, waiting) | {"unsaved": []}
    return found | ({"compared": request.form.get("compared", "")} if differing else {})


def keep(
    party: Party, step: str, before: Mapping[str, str], names: Iterable[str]
) -> Collection[str]:
    """Keep what was typed of answers that are not saved, whatever the page answers.

    Returns the answers of which a text from another window waits already, which stays.
    """
    answers = {
        name: (before.get(name, meanwhile.UNKNOWN), sent)
        for name, sent in ((name, _typed(name)) for name in names)
        if sum(len(one) for values in sent.values() for one in values) < MOST
    }
    if answers:
        g.foreign = profile.keep_disputed(
            g.session(),
            party.thing,
            step,
            answers,
            window=window(),
            known=_shown(),
            actor=g.account,
            now=g.now,
        )
        g.keeps = True
        vars(party).pop("disputed", None)
    return _foreign()


def window() -> str:
    """Return what tells this window from others of the same person; a new page begins one."""
    if "window" not in g:
        sent = request.form.get("window", "")
        fine = sent.isascii() and sent.isalnum() and len(sent) == WINDOW
        g.window = sent if fine else secrets.token_hex(WINDOW // 2)
    return str(g.window)


def settle(
    party: Party,
    step: str,
    form: StepForm,
    done: Collection[str],
    *,
    left: Collection[str] = (),
) -> None:
    """Forget what waited of answers that are ``done``: typed here and saved, or thrown away.

    ``left``: answers that were not saved.
    """
    shown = _shown()
    shown_here = shown.keys() & set(form.names())
    settled = [
        name
        for name, row in party.disputed.get(step, {}).items()
        if name not in left
        and (name in done or name in shown_here)
        and (row.written_in or "") in (window(), shown.get(name))
    ]
    if settled:
        profile.drop_disputed(g.session(), party.thing, step, settled, actor=g.account)
        del party.disputed


def _foreign() -> Collection[str]:
    found: Collection[str] = g.get("foreign", ())
    return found


def _shown() -> dict[str, str]:
    """Return {answer that the page showed as waiting: the window that its text is from}."""
    found = (one.partition(":") for one in request.form.get("waits", "").split())
    return {name: written_in for name, _colon, written_in in found}


def _typed(name: str) -> dict[str, list[str]]:
    return {
        key: values
        for key, values in request.form.lists()
        if key == name or key.startswith(f"{name}-")
    }
