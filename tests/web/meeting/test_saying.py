"""What the planner and the referee say has a sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import g

from matchmaker.core import review
from matchmaker.core.instance import REASONS
from matchmaker.core.instance.changes import SENTENCES
from matchmaker.services.meeting.names import Name
from matchmaker.web.meeting.saying import RULES, Speaker
from matchmaker.web.words import WORDS

PROJECTS = {"a": Name(id="a", code="P03", name_en="Therapy", name_zh="疗法")}
INVESTORS = {"b": Name(id="b", code="V11", name_en="Capital", name_zh="资本")}
SUBJECTS = {
    "raise-max": ("project:P03", "9"),
    "lower-min": ("project:P03", "1"),
    "free": ("P03.1", "2027-09-12T09:00"),
    "allow": ("P03/V11", "2027-09-12T09:00"),
    "add-table": ("table-1", "2027-09-12T09:00"),
    "add-interpreter": ("i-1", "en+zh", "2027-09-12T09:00"),
    "allow-row": ("4", "investor:V11"),
    "allow-spread": ("3",),
    "unorder": ("P03/V11", "P01/V11"),
    "speak": ("P03.1", "zh"),
    "choose": ("P03/V11",),
    "drop": ("P03/V11",),
    "add-slot": ("slot-1", "2027-09-12T09:00"),
}
FACTS = [
    "P03/V11 (score 83.5)",
    "P03.1 meets P03/V11 (score 83.5) at 2027-09-12T09:00",
    "project:P03 has 8 meetings",
    "P03.1 away 2027-09-12T09:00, 2027-09-12T09:25",
    "all tables taken at 2027-09-12T09:00",
    "all interpreters busy at 2027-09-12T09:00",
    "the people of project:P03 are there for 3",
    "nobody interprets between P03 and V11",
    "P03 and V11 share no slot",
    "P03/V11 is not held before",
]


def speaker(app: Any, language: str) -> Any:
    context = app.test_request_context()
    context.push()
    g.locale = language
    return context, Speaker(PROJECTS, INVESTORS)


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_each_smallest_change_is_said(app: Any, kind: str) -> None:
    written = SENTENCES[kind].format(*SUBJECTS[kind])
    context, says = speaker(app, "en")
    try:
        said = says.change(written)
    finally:
        context.pop()
    assert said
    assert "P03" not in said
    assert said != " ".join(SUBJECTS[kind])


@pytest.mark.parametrize("fact", FACTS)
def test_each_obstacle_is_said_with_names(app: Any, fact: str) -> None:
    context, says = speaker(app, "en")
    try:
        said = says.blocking([fact])
    finally:
        context.pop()
    assert len(said) == 1
    assert not re.search(r"P03|V11|score", said[0])


SHORTAGES = {
    "2 projects (P03, P04) need 3 meetings and share only 1 investor (V11) with room for 1": "",
    "only 0 pairs with it may be held": "there is nobody it could meet",
    "only 1 pair with it may be held": "there is only one other it could meet",
    "only 2 pairs with it may be held": "there are only 2 others it could meet",
    "only 1 of its 3 wanted pairs can be held at all": (
        "only 1 of its 3 wanted pairs can be held at all"
    ),
    "of its 3 pairs are left out: 2 no-table, 1 person-busy": (
        "its other pairs are left out (2 × No table is free; 1 × A person is busy)"
    ),
    "whatever": "",
}


@pytest.mark.parametrize("reason", SHORTAGES)
def test_a_missed_minimum_is_said_with_why_and_what_would_mend_it(app: Any, reason: str) -> None:
    floor = {"who": "project:P03", "min": 2, "got": 1, "reason": reason}
    context, says = speaker(app, "en")
    try:
        said = says.floor(floor | {"smallest_change": "raise max of investor:V11 to 3"})
    finally:
        context.pop()
    why = f": {SHORTAGES[reason]}" if SHORTAGES[reason] else ""
    assert said == (
        f"Therapy has 1 of at least 2 meetings{why}. It would hold if you allow Capital 3 meetings."
    )


def test_a_crowd_that_shares_too_few_is_said_once(app: Any) -> None:
    crowd = "projects ({}) need {} meetings and share only 1 investor (V11) with room for 1"
    reasons = [
        f"2 {crowd.format('P03, P04', 3)}",
        f"3 {crowd.format('P03, P04 and 1 more', 5)}, besides 1 pair with others",
        "only 0 pairs with it may be held",
    ]
    context, says = speaker(app, "en")
    try:
        said = says.crowds([{"reason": reason} for reason in reasons])
    finally:
        context.pop()
    assert said == [
        (
            "Therapy, P04 and 1 more together need 5 meetings and share only Capital, with room for"
            " 1, besides 1 pair with others"
        )
    ]


def test_what_has_no_saying_is_left_out(app: Any) -> None:
    context, says = speaker(app, "en")
    try:
        assert says.blocking(["<b>whatever</b> the planner says next"]) == []
        assert says.change("hold it on the moon") == "hold it on the moon"
    finally:
        context.pop()


def test_every_rule_of_the_referee_and_every_reason_has_words() -> None:
    source = Path(review.__file__).read_text(encoding="utf-8")
    rules = set(re.findall(r'Violation\(\s*"([a-z-]+)"', source))
    rules |= {f"{kind}-twice" for kind in ("person", "table", "interpreter")}
    unfinished = {"unaccounted", "left-out", "reason", "floor", "totals"}
    assert rules - unfinished <= set(RULES)
    assert set(REASONS) <= set(WORDS["plan_reason"])
