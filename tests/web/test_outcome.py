"""Pages of outcomes: each side its own words, the organisers' funnel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import MeetingState, OutcomeKind, Phase, ProjectState, Role
from matchmaker.services import outcome
from matchmaker.store.account import Account
from matchmaker.store.outcome import Outcome
from matchmaker.store.profile import Delegate, TeamMember
from matchmaker.store.roadshow import Person
from tests.committee import Fair, asked, main_of, make_fair, read

HERE = "/r/fair"


class Cast:
    """A meeting of Alpha with Fund an hour ago, and one of Alpha with Bank to come."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.olga = fair.account("Olga", Role.ORGANISER)
        self.rita = fair.account("Rita", Role.REVIEWER)
        self.tara, self.ivy, self.ian = (fair.account(name) for name in ("Tara", "Ivy", "Ian"))
        self.alpha = fair.project("Alpha", state=ProjectState.SELECTED, member=self.tara)
        self.fund = fair.investor("Fund", delegate=self.ivy)
        self.bank = fair.investor("Bank", delegate=self.ian)
        people = fair.session.scalars(
            select(Person).where(
                Person.id.in_(select(TeamMember.person_id))
                | Person.id.in_(select(Delegate.person_id))
            )
        )
        self.past = fair.meeting(self.alpha, self.fund, people=tuple(people))
        self.next = fair.meeting(self.alpha, self.bank, starts=fair.now + timedelta(hours=2))

    def url(self, meeting: Any, what: str = "outcome") -> str:
        return f"{HERE}/meetings/{meeting.id}/{what}"


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    made = Cast(make_fair(session, now, phase=Phase.MEETING))
    session.commit()
    return made


def words(cast: Cast) -> list[tuple[str, int, Any, int | None, str]]:
    return read(
        cast.fair.session,
        select(
            Outcome.side, Outcome.number, Outcome.kind, Outcome.usefulness, Outcome.note
        ).order_by(Outcome.side, Outcome.number),
    )


@pytest.mark.parametrize(
    ("who", "side"), [("tara", "project"), ("ivy", "investor"), ("olga", "organiser")]
)
def test_each_side_records_in_its_own_name(
    cast: Cast, sign_in: Callable[..., Any], who: str, side: str
) -> None:
    client = sign_in(getattr(cast, who))
    data = {"kind": "cda", "usefulness": "4", "note": " Sent "}
    assert client.post(cast.url(cast.past), data=data).status_code == 303
    assert words(cast) == [(side, 1, OutcomeKind.CDA, 4, "Sent")]
    page = client.get(cast.url(cast.past)).text
    assert 'value="cda" checked' in page or "checked" in page.partition('value="cda"')[0][-80:]


@pytest.mark.parametrize(("who", "status"), [("ian", 404), ("rita", 404), (None, 404)])
def test_strangers_to_a_meeting_know_nothing_of_it(
    cast: Cast, sign_in: Callable[..., Any], who: str | None, status: int
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    for what in ("outcome", "usefulness"):
        assert client.post(cast.url(cast.past, what), data={"kind": "cda"}).status_code == status
    assert words(cast) == []


def test_one_tap_keeps_the_rest(cast: Cast, sign_in: Callable[..., Any]) -> None:
    client = sign_in(cast.ivy)
    client.post(cast.url(cast.past), data={"kind": "cda", "note": "Sent"})
    tap = client.post(cast.url(cast.past, "usefulness"), data={"usefulness": "5"})
    assert tap.status_code == 303
    assert words(cast)[-1] == ("investor", 2, OutcomeKind.CDA, 5, "Sent")
    for wrong in ("0", "6", "", "five"):
        answer = client.post(cast.url(cast.past, "usefulness"), data={"usefulness": wrong})
        assert answer.status_code == 409
    assert len(words(cast)) == 2


@pytest.mark.parametrize(
    "data",
    [{"kind": "married"}, {"usefulness": "9"}, {"note": "x" * 4001}],
)
def test_bad_answers_are_told_beside_the_form(
    cast: Cast, sign_in: Callable[..., Any], data: dict[str, str]
) -> None:
    answer = sign_in(cast.ivy).post(cast.url(cast.past), data=data)
    assert answer.status_code == 422
    assert words(cast) == []


def test_a_meeting_to_come_or_called_off_has_no_outcome(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client = sign_in(cast.tara)
    assert "once it has begun" in client.get(cast.url(cast.next)).text
    assert client.post(cast.url(cast.next), data={"kind": "cda"}).status_code == 422
    cast.past.state = MeetingState.NO_SHOW
    cast.fair.session.commit()
    assert client.post(cast.url(cast.past), data={"kind": "cda"}).status_code == 422
    assert words(cast) == []


def test_one_side_never_reads_the_others_words(cast: Cast, sign_in: Callable[..., Any]) -> None:
    """Twins: the team's pages are the same whatever the investor said."""
    client, session = sign_in(cast.tara), cast.fair.session

    def seen() -> list[str]:
        pages = (f"{HERE}/outcomes", cast.url(cast.past))
        return [main_of(client.get(page).text) for page in pages]

    silent = seen()
    outcome.record_outcome(
        session,
        cast.past,
        "investor",
        OutcomeKind.DECLINED,
        usefulness=1,
        note="Waste of time",
        actor=cast.ivy,
        now=cast.fair.now,
    )
    session.commit()
    assert seen() == silent
    organiser = sign_in(cast.olga).get(f"{HERE}/outcomes").text
    assert "Waste of time" in organiser


def test_the_funnel_counts_and_filters_in_both_languages(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    session = cast.fair.session
    outcome.record_outcome(
        session, cast.past, "project", OutcomeKind.TERM_SHEET, actor=None, now=cast.fair.now
    )
    session.commit()
    client = sign_in(cast.olga)
    page = client.get(f"{HERE}/outcomes").text
    assert "Term sheet" in page
    for query, shown in (
        ("kind=term_sheet", True),
        ("kind=cda", False),
        ("investor_kind=vc&silent=yes", True),
        ("investor_kind=angel", False),
        ("q=alpha", True),
        ("q=zzz", False),
        ("sort=-usefulness", True),
    ):
        found = client.get(f"{HERE}/outcomes?{query}").text
        assert (cast.url(cast.past) in found) is shown
    assert client.get(f"{HERE}/outcomes?who=x").status_code == 400
    assert "投资意向书" in sign_in(cast.olga, "zh").get(f"{HERE}/outcomes").text


def test_the_silent_sides_are_asked_by_mail(
    cast: Cast, sign_in: Callable[..., Any], app: Any
) -> None:
    client = sign_in(cast.olga)
    assert "Of one meeting a side has said nothing yet." in client.get(f"{HERE}/outcomes/ask").text
    assert client.post(f"{HERE}/outcomes/ask").status_code == 303
    receivers = sorted(message["To"] for message in app.extensions["sent"])
    assert receivers == ["ian@example.org", "ivy@example.org", "tara@example.org"]
    assert "http://localhost/r/fair/outcomes" in app.extensions["sent"][0].get_content()
    assert sign_in(cast.tara).get(f"{HERE}/outcomes/ask").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "number"), [("olga", 11), ("tara", 13)])
def test_lists_ask_as_many_queries_for_many_as_for_one(
    session: Session,
    now: datetime,
    app: Any,
    sign_in: Callable[..., Any],
    count_queries: Any,
    count: int,
    who: str,
    number: int,
) -> None:
    fair = make_fair(session, now, phase=Phase.MEETING)
    people: dict[str, Account] = {
        "olga": fair.account("Olga", Role.ORGANISER),
        "tara": fair.account("Tara"),
    }
    project = fair.project("Alpha", state=ProjectState.SELECTED, member=people["tara"])
    for at in range(count):
        meeting = fair.meeting(project, fair.investor(f"Fund {at}"))
        outcome.rate(session, meeting, "project", 4, actor=None, now=now)
    session.commit()
    client = sign_in(people[who])
    client.get(f"{HERE}/outcomes")
    with count_queries(app.extensions["engine"]) as seen:
        assert client.get(f"{HERE}/outcomes").status_code == 200
    assert asked(seen) == number
