"""Wishes: when they can be stated, how many musts, and what the other side may know."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role, Visibility, Wish
from matchmaker.core.policy import Action, may
from matchmaker.core.refusal import Refusal
from matchmaker.services import preference
from matchmaker.services.account import viewer_of
from matchmaker.services.outbox import contents
from matchmaker.store.journal import Mail
from matchmaker.store.preference import Cda, Preference
from matchmaker.store.profile import Investor, Project
from tests.committee import Fair, make_fair

SELECTED = ProjectState.SELECTED


@pytest.fixture
def fair(session: Session, now: datetime) -> Fair:
    return make_fair(session, now, phase=Phase.PREFERENCE)


def reason(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.reason


def wish(
    fair: Fair, project: Project, investor: Investor, side: str, what: Wish | None, **more: object
) -> Preference | None:
    values = {"actor": None, "now": fair.now, **more}
    return preference.set_wish(fair.session, project, investor, side, what, **values)


def test_a_wish_is_stated_changed_and_taken_back(fair: Fair) -> None:
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund")
    wish(fair, project, investor, "investor", Wish.MEET)
    wish(fair, project, investor, "project", Wish.NO)
    wish(fair, project, investor, "investor", Wish.MUST)
    assert preference.wishes(fair.session, fair.roadshow) == {
        (project.id, investor.id): {"investor": Wish.MUST, "project": Wish.NO}
    }
    wish(fair, project, investor, "project", None)
    assert preference.wishes_of(fair.session, project) == {}
    assert preference.wishes_of(fair.session, investor) == {project.id: Wish.MUST}


def test_parties_state_wishes_from_the_phase_until_the_deadline(fair: Fair) -> None:
    roadshow, now = fair.roadshow, fair.now
    ivy = fair.account("Ivy")
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund", delegate=ivy)

    def refused(at: datetime = now) -> str | None:
        try:
            wish(fair, project, investor, "investor", Wish.MEET, actor=ivy, now=at)
            wish(fair, project, investor, "investor", None, actor=ivy, now=at)
        except Refusal as refusal:
            return refusal.reason
        return None

    said = {}
    for phase in Phase:
        roadshow.phase = phase
        said[phase.value] = refused()
    assert said == {
        "draft": "preferences-not-open",
        "call": "preferences-not-open",
        "selection": "preferences-not-open",
        "preference": None,
        "pairing": None,
        "meeting": "preferences-closed",
        "outcome": "preferences-closed",
        "closed": "preferences-closed",
    }
    roadshow.phase, roadshow.preferences_until = Phase.PREFERENCE, now
    assert (refused(now), refused(now + timedelta(seconds=1))) == (None, "preferences-closed")


def test_organisers_state_wishes_for_others_at_any_time(fair: Fair) -> None:
    olga = fair.account("Olga", Role.ORGANISER)
    fair.roadshow.phase = Phase.MEETING
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund")
    row = wish(fair, project, investor, "project", Wish.MUST, actor=olga)
    assert row is not None
    assert (row.wish, row.stated_by_id) == (Wish.MUST, olga.id)


def test_must_meets_are_counted_by_side_and_changing_one_frees_it(fair: Fair) -> None:
    investor = fair.investor("Fund")
    projects = [fair.project(f"P{n}", state=SELECTED) for n in range(6)]
    for project in projects[:5]:
        wish(fair, project, investor, "investor", Wish.MUST)
        wish(fair, project, investor, "project", Wish.MUST)  # the projects' own, one each
    assert preference.musts_left(fair.session, investor) == 0
    assert "too-many-musts" == reason(wish, fair, projects[5], investor, "investor", Wish.MUST)
    wish(fair, projects[0], investor, "investor", Wish.MUST)  # stands already
    wish(fair, projects[0], investor, "investor", Wish.MEET)
    wish(fair, projects[5], investor, "investor", Wish.MUST)
    assert preference.musts_left(fair.session, projects[0]) == 4


def test_a_must_meet_of_somebody_who_left_or_hid_counts_no_more(fair: Fair) -> None:
    project, other = fair.project("Alpha", state=SELECTED), fair.project("Beta")
    left, hid, met = (fair.investor(name) for name in ("Left", "Hid", "Met"))
    for investor in (left, hid, met):
        wish(fair, project, investor, "project", Wish.MUST)
    wish(fair, other, met, "investor", Wish.MUST)
    left.state = InvestorState.WITHDRAWN
    hid.visibility = met.visibility = Visibility.MET
    fair.meeting(project, met)
    assert [4, 5] == [preference.musts_left(fair.session, one) for one in (project, met)]


def test_wishes_need_a_known_side_one_roadshow_and_parties_that_take_part(fair: Fair) -> None:
    ivy = fair.account("Ivy")
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund", delegate=ivy)
    other = make_fair(fair.session, fair.now, slug="other").investor("Elsewhere")
    assert "unknown-side" == reason(wish, fair, project, investor, "both", Wish.MEET)
    assert "other-roadshow" == reason(wish, fair, project, other, "project", Wish.MEET)
    investor.state = InvestorState.WITHDRAWN
    assert "not-taking-part" == reason(
        wish, fair, project, investor, "investor", Wish.MEET, actor=ivy
    )


@pytest.mark.parametrize(("asked", "shown"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10)])
def test_a_team_learns_of_interest_in_steps_of_five_only(
    fair: Fair, asked: int, shown: int | None
) -> None:
    project = fair.project("Alpha", state=SELECTED)
    for number in range(asked):
        kind = Wish.MUST if number % 2 else Wish.MEET
        wish(fair, project, fair.investor(f"Fund {number}"), "investor", kind)
    for number in range(3):
        wish(fair, project, fair.investor(f"Not {number}"), "investor", Wish.NO)
        wish(fair, project, fair.investor(f"Own {number}"), "project", Wish.MEET)
    assert preference.interest(fair.session, project) == shown


def test_interest_counts_nobody_who_left_or_whom_the_party_may_not_know_of(fair: Fair) -> None:
    project = fair.project("Alpha", state=SELECTED)
    firms = [fair.investor(f"Fund {number}") for number in range(6)]
    for firm in firms:
        wish(fair, project, firm, "investor", Wish.MUST)
    hidden, left = firms[:2]
    hidden.visibility = Visibility.MET
    assert preference.interest(fair.session, project) == 5
    left.state = InvestorState.WITHDRAWN
    assert preference.interest(fair.session, project) is None
    fair.meeting(project, hidden)
    assert preference.interest(fair.session, project) == 5
    teams = [fair.project(f"Team {number}", state=SELECTED) for number in range(5)]
    for team in teams:
        wish(fair, team, firms[2], "project", Wish.MEET)
    assert preference.interest(fair.session, firms[2]) == 5
    teams[0].state = ProjectState.WITHDRAWN
    teams[0].decided_at = None
    assert preference.interest(fair.session, firms[2]) is None


def test_progress_counts_each_party_that_takes_part(fair: Fair) -> None:
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund")
    fair.project("Declined", state=ProjectState.DECLINED)
    other = fair.project("Beta", state=SELECTED)
    wish(fair, project, investor, "investor", Wish.MUST)
    wish(fair, other, investor, "investor", Wish.NO)
    rows = [
        (row.side, row.party, row.musts, row.meets, row.noes, row.stated)
        for row in preference.progress(fair.session, fair.roadshow)
    ]
    assert rows == [
        ("project", project, 0, 0, 0, 0),
        ("project", other, 0, 0, 0, 0),
        ("investor", investor, 1, 0, 1, 2),
    ]


def test_the_silent_are_reminded_once_a_day_while_it_is_open(fair: Fair) -> None:
    ivy, tara = fair.account("Ivy"), fair.account("Tara")
    project = fair.project("Alpha", state=SELECTED, member=tara)
    wish(fair, project, fair.investor("Fund", delegate=ivy), "investor", Wish.MEET)
    remind = preference.remind_silent
    assert 1 == remind(fair.session, fair.roadshow, actor=None, now=fair.now)
    assert 0 == remind(fair.session, fair.roadshow, actor=None, now=fair.now)
    (mail,) = fair.session.scalars(select(Mail)).all()
    shown = contents(fair.session, mail)
    assert shown is not None
    assert (mail.to, shown["side"]) == ("tara@example.org", "project")
    fair.roadshow.phase = Phase.MEETING
    assert contents(fair.session, mail) is None
    assert "preferences-not-open" == reason(
        remind, fair.session, fair.roadshow, actor=None, now=fair.now
    )


def test_a_cda_opens_the_third_tier_ends_and_comes_into_force_again(fair: Fair) -> None:
    session, now, ivy = fair.session, fair.now, fair.account("Ivy")
    project, investor = fair.project("Alpha", state=SELECTED), fair.investor("Fund", delegate=ivy)

    def opened() -> bool:
        return bool(may(viewer_of(session, ivy), Action.SEE_CONFIDENTIAL, project))

    def record(signed_at: datetime = now) -> Cda:
        return preference.record_cda(
            session, project, investor, signed_at=signed_at, actor=None, now=now
        )

    assert not opened()
    cda = record()
    assert opened()
    assert record() is cda
    preference.end_cda(session, cda, actor=None, now=now)
    assert not opened()
    assert "cda-over" == reason(preference.end_cda, session, cda, actor=None, now=now)
    record(now - timedelta(days=1))
    assert opened()
    assert preference.cdas(session, project) == [(cda, investor)]


def test_a_cda_of_tomorrow_or_across_roadshows_is_refused(fair: Fair) -> None:
    project, investor = fair.project("Alpha"), fair.investor("Fund")
    other = make_fair(fair.session, fair.now, slug="other").investor("Elsewhere")
    record = preference.record_cda
    tomorrow = fair.now + timedelta(days=1)
    assert "signed-in-future" == reason(
        record, fair.session, project, investor, signed_at=tomorrow, actor=None, now=fair.now
    )
    assert "other-roadshow" == reason(
        record, fair.session, project, other, signed_at=fair.now, actor=None, now=fair.now
    )
