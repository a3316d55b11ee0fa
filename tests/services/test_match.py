"""Settings of the ranking, decisions as evidence, and the verdict on a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matchmaker.core.journey import OutcomeKind, Phase, ProjectState, Role, Wish
from matchmaker.core.refusal import Refusal
from matchmaker.services import match, outcome, preference
from matchmaker.services.match.decisions import histories
from matchmaker.services.match.evaluation import evaluate
from matchmaker.services.match.spread import spread
from matchmaker.store.journal import JournalEntry
from matchmaker.store.match import MatchRun, MatchSetting
from tests.committee import Fair, make_fair


class Inline:
    """A job's view of the world, in the test's own transaction."""

    def __init__(self, fair: Fair, name: str = "job") -> None:
        self.fair, self.job_id, self.actor_id = fair, name, None
        self.arguments: dict[str, Any] = {}
        self.roadshow_id = fair.roadshow.id

    @contextmanager
    def reading(self) -> Iterator[Session]:
        yield self.fair.session

    writing = reading

    def now(self) -> datetime:
        return self.fair.now

    def progress(self, *_: Any, **__: Any) -> bool:
        return True


def ranked(fair: Fair, name: str = "job") -> MatchRun:
    made = match.do_run(Inline(fair, name))
    return fair.session.get_one(MatchRun, made["run"])


@pytest.fixture
def fair(session: Session, now: datetime) -> Fair:
    return make_fair(session, now, phase=Phase.PREFERENCE)


def test_weights_are_set_taken_back_and_journalled(
    fair: Fair, session: Session, now: datetime
) -> None:
    olga = fair.account("Olga", Role.ORGANISER)
    by: dict[str, Any] = {"actor": olga, "now": now}
    show = fair.roadshow
    shipped = match.default_weights()
    first = match.save_setting(session, show, weights={**shipped, "text": 0.2}, **by)
    same = match.save_setting(session, show, weights={"text": 0.2}, **by)
    second = match.save_setting(session, show, learned=False, **by)
    undone = match.undo_setting(session, show, **by)
    again = match.undo_setting(session, show, **by)
    told = [
        (one.number, one.weights, one.learned, one.undoes)
        for one in (first, same, second, undone, again)
    ]
    assert told == [
        (1, {"text": 0.2}, True, None),
        (1, {"text": 0.2}, True, None),
        (2, {"text": 0.2}, False, None),
        (3, {"text": 0.2}, True, 2),
        (4, {"text": 0.2}, False, 3),
    ]
    written = session.scalars(
        select(JournalEntry.facts).where(JournalEntry.action == "match.set")
    ).all()
    assert [one["number"] for one in written] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ({"charm": 1.0}, "unknown-facet"),
        ({"text": 3.5}, "bad-weight"),
        (dict.fromkeys(match.default_weights(), 0.0), "no-weight"),
    ],
)
def test_weights_that_cannot_be_are_refused(
    fair: Fair, session: Session, now: datetime, weights: dict[str, float], reason: str
) -> None:
    with pytest.raises(Refusal) as no:
        match.save_setting(session, fair.roadshow, weights=weights, actor=None, now=now)
    assert no.value.reason == reason


def test_a_setting_never_changes(fair: Fair, session: Session, now: datetime) -> None:
    match.save_setting(session, fair.roadshow, learned=False, actor=None, now=now)
    with pytest.raises(DatabaseError, match="fixed"):
        session.execute(update(MatchSetting).values(learned=True))


def test_a_run_is_made_with_the_weights_set_and_told_apart_from_one_before(
    fair: Fair, session: Session, now: datetime
) -> None:
    fair.project("Tumour vaccine", state=ProjectState.SELECTED)
    fair.investor("Northern Ventures")
    first = ranked(fair)
    assert match.is_current(session, fair.roadshow, first)
    match.save_setting(session, fair.roadshow, weights={"text": 0.0}, actor=None, now=now)
    assert not match.is_current(session, fair.roadshow, first)
    second = ranked(fair, "other")
    assert (second.model["by_hand"], second.model["weights"]["text"]) == (True, 0.0)
    assert [one["reason"] for one in second.model["trials"]] == [
        "no-evidence",
        "by-hand",
        "few-decisions",
    ]
    assert match.ranking_of(session, fair.roadshow, second) is not None


def test_what_a_house_decided_at_an_earlier_roadshow_is_evidence_without_a_name(
    fair: Fair, session: Session, now: datetime
) -> None:
    old = make_fair(
        session,
        now,
        slug="old",
        phase=Phase.PREFERENCE,
        starts_on=date(2026, 5, 10),
        ends_on=date(2026, 5, 12),
    )
    vaccine = old.project("Tumour vaccine", state=ProjectState.SELECTED)
    camera = old.project("Retinal camera", state=ProjectState.SELECTED, field_code="devices")
    then, today = old.investor("Northern Ventures"), fair.investor("northern  ventures")
    for project, wish in ((vaccine, Wish.MUST), (camera, Wish.NO)):
        preference.set_wish(session, project, then, "investor", wish, actor=None, now=now)
    led = old.meeting(vaccine, then)
    outcome.record_outcome(session, led, "investor", OutcomeKind.TERM_SHEET, actor=None, now=now)
    known = histories(session, fair.roadshow)
    assert sorted(
        (one.pitch.fields, one.pitch.name, one.pitch.texts, one.weight, round(one.age, 2))
        for one in known[today.id]
    ) == [(("devices",), "", (), -0.3, 0.99), (("oncology",), "", (), 1.0, 0.99)]
    assert histories(session, old.roadshow) == {}


def test_a_run_is_judged_by_wishes_and_outcomes(
    fair: Fair, session: Session, now: datetime
) -> None:
    vaccine = fair.project("Tumour vaccine", state=ProjectState.SELECTED)
    fair.project("Retinal camera", state=ProjectState.SELECTED, field_code="devices")
    firm = fair.investor("Northern Ventures")
    run = ranked(fair)
    empty = evaluate(session, fair.roadshow, run)
    assert (empty.investor, empty.project, empty.scale.measured, empty.drift) == (
        None,
        None,
        False,
        None,
    )
    preference.set_wish(session, vaccine, firm, "investor", Wish.MUST, actor=None, now=now)
    met = fair.meeting(vaccine, firm)
    outcome.record_outcome(session, met, "investor", OutcomeKind.CDA, actor=None, now=now)
    again = ranked(fair, "other")
    told = evaluate(session, fair.roadshow, again, top=1)
    assert told.investor is not None
    assert (told.investor.lists, told.investor.wanted, told.project) == (1, 1, None)
    assert (told.met.meetings, told.met.led_on) == (1, 1)
    assert [(one.side, one.parties) for one in told.shown] == [("project", 2), ("investor", 1)]
    assert told.drift is not None
    assert (told.drift.before, told.drift.moved, told.drift.kept) == (1, 0, 1.0)


@pytest.mark.parametrize("setting", ["charm", "dask", "threading:here"])
def test_blocks_run_nowhere_that_is_not_known(setting: str) -> None:
    with pytest.raises(Refusal) as no:
        spread(setting)
    assert no.value.reason == "unknown-backend"
