"""Who may do what, as one table of people and deeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role, Visibility
from matchmaker.core.policy import ANONYMOUS, RULES, Action, Verdict, Viewer, may

HERE, ELSEWHERE = "r1", "r2"


@dataclass(frozen=True)
class Thing:
    """Whatever a rule looks at."""

    id: str = "p1"
    roadshow_id: str = HERE
    state: Any = ProjectState.SUBMITTED
    project_id: str = "p1"
    investor_id: str = "i1"
    phase: Phase = Phase.CALL
    open_registration: bool = True
    queued_by_id: str | None = None
    visibility: Visibility = Visibility.TEAMS
    facts: dict[str, Any] = field(default_factory=dict)


def person(*roles: Role, at: str = HERE, **values: Any) -> Viewer:
    return Viewer(account_id="a", roles={at: frozenset(roles)}, **values)


PEOPLE = {
    "anonymous": ANONYMOUS,
    "nobody here": Viewer(account_id="a"),
    "administrator": Viewer(account_id="a", administrator=True),
    "organiser": person(Role.ORGANISER),
    "organiser elsewhere": person(Role.ORGANISER, at=ELSEWHERE),
    "conflicted organiser": person(Role.ORGANISER, conflicts=frozenset({"p1"})),
    "team": person(Role.TEAM, projects=frozenset({"p1"})),
    "other team": person(Role.TEAM, projects=frozenset({"p2"})),
    "investor": person(Role.INVESTOR, investors=frozenset({"i1"})),
    "investor after cda": person(
        Role.INVESTOR, investors=frozenset({"i1"}), cdas=frozenset({("p1", "i1")})
    ),
    "other investor": person(Role.INVESTOR, investors=frozenset({"i2"})),
    "reviewer": person(Role.REVIEWER, assigned=frozenset({"p1"})),
    "conflicted reviewer": person(
        Role.REVIEWER, assigned=frozenset({"p1"}), conflicts=frozenset({"p1"})
    ),
    "idle reviewer": person(Role.REVIEWER),
}
SUBMITTED, SELECTED = Thing(), Thing(state=ProjectState.SELECTED)
INVESTOR = Thing(id="i1", state=InvestorState.ACTIVE)

# deed -> the people who may; everybody else may not
TABLE: dict[tuple[Action, str], set[str]] = {
    (Action.SEE_PROJECT, "submitted"): {
        "organiser",
        "conflicted organiser",
        "team",
        "reviewer",
    },
    (Action.SEE_PROJECT, "selected"): set(PEOPLE),
    (Action.SEE_REGISTERED, "selected"): {
        "organiser",
        "conflicted organiser",
        "team",
        "investor",
        "investor after cda",
        "other investor",
        "reviewer",
    },
    (Action.SEE_CONFIDENTIAL, "selected"): {"team", "investor after cda"},
    (Action.SEE_CONFIDENTIAL, "submitted"): {"team", "investor after cda"},
    (Action.EDIT_PROJECT, "selected"): {"organiser", "conflicted organiser", "team"},
    (Action.REVIEW_PROJECT, "submitted"): {"reviewer"},
    (Action.SEE_REVIEWS, "submitted"): {"organiser"},
    (Action.DECIDE, "submitted"): {"organiser"},
    (Action.SEE_INVESTOR, "investor"): {
        "organiser",
        "conflicted organiser",
        "team",
        "other team",
        "investor",
        "investor after cda",
    },
    (Action.SEE_TERMS, "investor"): {
        "organiser",
        "conflicted organiser",
        "investor",
        "investor after cda",
    },
    (Action.SEE_MATCH, "selected"): {
        "organiser",
        "conflicted organiser",
        "team",
        "investor",
        "investor after cda",
    },
    (Action.WISH_AS_PROJECT, "selected"): {"organiser", "conflicted organiser", "team"},
    (Action.WISH_AS_INVESTOR, "selected"): {
        "organiser",
        "conflicted organiser",
        "investor",
        "investor after cda",
    },
    (Action.ADMINISTER, "submitted"): {"administrator"},
}
THINGS = {"submitted": SUBMITTED, "selected": SELECTED, "investor": INVESTOR}


@pytest.mark.parametrize(("action", "thing"), TABLE, ids=lambda one: str(one))
def test_exactly_these_people_may(action: Action, thing: str) -> None:
    allowed = {name for name, viewer in PEOPLE.items() if may(viewer, action, THINGS[thing])}
    assert TABLE[action, thing] == allowed


def test_an_undeclared_deed_is_denied() -> None:
    assert Verdict(False, "undeclared") == may(PEOPLE["organiser"], "fly", SUBMITTED)  # type: ignore[arg-type]


def test_every_deed_has_a_rule() -> None:
    assert set(Action) == set(RULES)


@pytest.mark.parametrize("name", ["anonymous", "other team", "other investor", "administrator"])
def test_who_may_not_know_of_a_project_is_told_nothing(name: str) -> None:
    assert may(PEOPLE[name], Action.EDIT_PROJECT, SUBMITTED).hidden


def test_a_draft_roadshow_is_hidden_from_those_outside() -> None:
    draft = Thing(id=HERE, phase=Phase.DRAFT)
    assert may(PEOPLE["nobody here"], Action.SEE_ROADSHOW, draft).hidden
    assert may(PEOPLE["team"], Action.SEE_ROADSHOW, draft)


@pytest.mark.parametrize(
    ("phase", "open_registration", "reason"),
    [
        (Phase.CALL, True, ""),
        (Phase.CALL, False, "invitation-only"),
        (Phase.SELECTION, True, "call-closed"),
    ],
)
def test_anybody_applies_only_to_an_open_call(
    phase: Phase, open_registration: bool, reason: str
) -> None:
    roadshow = Thing(id=HERE, phase=phase, open_registration=open_registration)
    assert reason == may(PEOPLE["nobody here"], Action.APPLY, roadshow).reason


def test_organising_one_roadshow_is_nothing_at_another() -> None:
    assert may(PEOPLE["organiser elsewhere"], Action.RUN_ROADSHOW, Thing(id=HERE)).hidden


def test_an_investor_that_only_those_it_meets_see_is_hidden_from_other_teams() -> None:
    shy = Thing(id="i1", state=InvestorState.ACTIVE, visibility=Visibility.MET)
    own = frozenset({"p1"})
    people = {
        **PEOPLE,
        "team that it meets": person(Role.TEAM, projects=own, met=frozenset({"i1"})),
        "team that meets another": person(Role.TEAM, projects=own, met=frozenset({"i2"})),
    }
    seen = {name: may(viewer, Action.SEE_INVESTOR, shy) for name, viewer in people.items()}
    assert {
        "organiser",
        "conflicted organiser",
        "investor",
        "investor after cda",
        "team that it meets",
    } == {name for name, verdict in seen.items() if verdict}
    assert all(verdict.hidden for verdict in seen.values() if not verdict)


def test_what_each_duty_lets_somebody_do_for_a_project() -> None:
    own, deeds = (
        frozenset({"p1"}),
        {
            Action.SEE_OWN_PROJECT: SELECTED,
            Action.SEE_CONFIDENTIAL: SELECTED,
            Action.SEE_MEETING: SELECTED,
            Action.EDIT_PROJECT: SELECTED,
            Action.WISH_AS_PROJECT: SELECTED,
            Action.RECORD_OUTCOME: SELECTED,
            Action.LEAD_PROJECT: SELECTED,
        },
    )
    lead = person(Role.TEAM, projects=own, leads=own)
    editor = person(Role.TEAM, projects=own)
    reader = person(Role.TEAM, projects=own, reads_only=own)
    may_not = {
        name: {
            action: verdict.reason
            for action, thing in deeds.items()
            if not (verdict := may(viewer, action, thing))
        }
        for name, viewer in {"lead": lead, "editor": editor, "reader": reader}.items()
    }
    assert {
        "lead": {},
        "editor": {Action.LEAD_PROJECT: "you-do-not-lead"},
        "reader": dict.fromkeys(
            (
                Action.EDIT_PROJECT,
                Action.WISH_AS_PROJECT,
                Action.RECORD_OUTCOME,
                Action.LEAD_PROJECT,
            ),
            "you-only-read",
        ),
    } == may_not


@pytest.mark.parametrize(
    ("viewer", "reason"),
    [
        (person(Role.INVESTOR, investors=frozenset({"i1"}), leads=frozenset({"i1"})), ""),
        (person(Role.INVESTOR, investors=frozenset({"i1"}), persons=frozenset({"q1"})), ""),
        (person(Role.INVESTOR, investors=frozenset({"i1"})), "you-do-not-lead"),
        (PEOPLE["organiser"], ""),
        (PEOPLE["team"], "not-your-firm"),
    ],
    ids=["lead", "that person", "editor", "organiser", "a team"],
)
def test_a_delegate_is_changed_by_whoever_leads_and_by_themselves(
    viewer: Viewer, reason: str
) -> None:
    seat = SimpleNamespace(person_id="q1", party=INVESTOR, right=Action.LEAD_INVESTOR)
    assert reason == may(viewer, Action.CHANGE_COLLEAGUE, seat).reason
