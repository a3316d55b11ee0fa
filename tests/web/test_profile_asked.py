"""What the forms ask for says how to answer it, with an example, and why it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wtforms import StringField

from matchmaker.paths import TEMPLATES
from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS

STEPS = {"project": PROJECT_STEPS, "mandate": MANDATE_STEPS}
UNDER_A_LEGEND = {  # its hint says it for them
    *("currency", "ticket_typical", "ticket_high", "trl_max"),
    *("exclusions", "min_meetings", "max_meetings"),
}


def questions(steps: Any) -> Iterator[tuple[str, Any, str]]:
    """Each answer's name, field and hint; a hint stands once for both languages."""
    for _label, made in steps.values():
        if made is None:
            continue
        form = made(formdata=None)
        for name in form.names():
            if not name.endswith("_zh") and name not in UNDER_A_LEGEND:
                yield name, form[name], str(form[name].description)


@pytest.mark.parametrize("kind", STEPS)
def test_every_answer_has_a_hint_and_every_text_an_example(app: Any, kind: str) -> None:
    with app.test_request_context():
        asked = list(questions(STEPS[kind]))
        assert [] == [name for name, _field, hint in asked if not hint]
        texts = [(name, hint) for name, field, hint in asked if isinstance(field, StringField)]
        assert [] == [name for name, hint in texts if "example" not in hint.lower()]


@pytest.mark.parametrize("kind", STEPS)
def test_every_step_says_why_it_asks(kind: str) -> None:
    folder = TEMPLATES / "profile" / "steps"
    silent = [
        step
        for step in STEPS[kind]
        if step not in ("review", "team", "delegates")
        and 'class="why"' not in (folder / f"_{step}.html").read_text(encoding="utf-8")
    ]
    assert [] == silent
    assert 'class="why"' in (folder / "_people.html").read_text(encoding="utf-8")
