"""Pairing through its pages: proposals, decisions with their cost, approval."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import PairingState, TimetableState, Wish
from matchmaker.services import pairing
from matchmaker.services.meeting.reading import live_meetings
from matchmaker.services.profile import current_mandate, current_version
from matchmaker.store.account import Account
from matchmaker.store.meeting import (
    Timetable,
)
from matchmaker.store.pairing import Pairing, PairingRound
from matchmaker.store.profile import MandateField, ProjectField
from tests.services.roadshows import make_show, wish
from tests.services.test_meeting_chain import proposed
from tests.web.meeting.drafts import BASE


def test_from_proposal_to_a_page_of_ones_own(session: Session, now: datetime, sign_in: Any) -> None:
    show = make_show(session, now)
    session.commit()
    client = sign_in(show.organiser)
    assert client.post(f"{BASE}/pairings/propose").status_code == 303
    assert client.post(f"{BASE}/pairings/approve", data={"number": "1"}).status_code == 303
    asked = client.post(f"{BASE}/timetables/plan", data={"seconds": "2", "keep": "few", "base": ""})
    assert asked.status_code == 303
    session.expire_all()
    timetable = session.scalars(select(Timetable)).one()
    assert timetable.state is TimetableState.DRAFT
    page = client.get(f"{BASE}/timetables/1/publish").text
    hidden = dict(re.findall(r'name="(revision|replaces)" type="hidden" value="([^"]*)"', page))
    assert client.post(f"{BASE}/timetables/1/publish", data=hidden).status_code == 303

    person = show.delegates[show.investors[0].id][0]
    delegate = session.get_one(Account, person.account_id)
    own = sign_in(delegate)
    mine = own.get(f"{BASE}/my-timetable").text
    meetings = re.findall(rf"{BASE}/meetings/(\w+)", mine)
    session.expire_all()
    expected = [
        one.id
        for one in live_meetings(session, show.roadshow)
        if one.investor_id == show.investors[0].id
    ]
    assert meetings == expected
    shown = own.get(f"{BASE}/meetings/{meetings[0]}").text
    assert "Why you meet" in shown
    assert "SECRET SAUCE" not in shown
    other = next(one.id for one in live_meetings(session, show.roadshow) if one.id not in expected)
    assert own.get(f"{BASE}/meetings/{other}").status_code == 404


def test_a_decision_shows_its_cost_and_is_made(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    show.roadshow.project_max = 1
    wish(session, show, show.pair(1, 1), "investor", Wish.NO)
    proposed(session, show, now)
    session.commit()
    client = sign_in(show.organiser)
    out = session.scalars(select(Pairing).where(Pairing.state == PairingState.LEFT_OUT)).first()
    assert out is not None
    url = f"{BASE}/pairings/{out.project_id}/{out.investor_id}"
    narrowed = {"q": "p", "state": "left_out", "sort": "project"}
    board = client.get(f"{BASE}/pairings", query_string=narrowed).text
    (pin,) = set(re.findall(rf'"({url}/pin[^"]*)"', board))
    assert "What it costs" in client.get(unescape(pin)).text
    done = client.post(unescape(pin))
    back = urlsplit(done.location)
    assert (303, f"{BASE}/pairings", narrowed) == (
        done.status_code,
        back.path,
        dict(parse_qsl(back.query)),
    )
    session.expire_all()
    assert session.get_one(Pairing, out.id).state is PairingState.PINNED
    assert client.post(f"{url}/release").status_code == 303
    no = f"{BASE}/pairings/{'/'.join(show.pair(1, 1))}/pin"
    assert "One side said no thanks" in client.get(no).text
    assert client.post(no).status_code in (303, 409)
    session.expire_all()
    states = set(session.scalars(select(Pairing.state)))
    assert PairingState.PINNED not in states
    assert client.get(f"{url}/explode").status_code == 404
    assert client.get(f"{BASE}/pairings/nobody/none/pin").status_code == 404


def test_a_pair_of_another_roadshow_cannot_be_decided_here(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    other = make_show(session, now, slug="other-2027")
    proposed(session, show, now)
    session.commit()
    url = f"{BASE}/pairings/{other.projects[0].id}/{show.investors[0].id}/pin"
    assert sign_in(show.organiser).post(url).status_code == 404
    assert session.scalars(select(Pairing).where(Pairing.state == PairingState.PINNED)).all() == []


def test_an_older_round_cannot_be_approved(session: Session, now: datetime, sign_in: Any) -> None:
    show = make_show(session, now)
    for _ in range(2):
        pairing.propose(session, show.roadshow, actor=show.organiser, now=now)
    session.commit()
    client = sign_in(show.organiser)
    for number in ("1", "", "x", "9" * 40):
        client.post(f"{BASE}/pairings/approve", data={"number": number})
    session.expire_all()
    approved = session.scalars(
        select(PairingRound).where(PairingRound.approved_at.is_not(None))
    ).all()
    assert approved == []


def test_pairs_are_narrowed_to_a_field_of_either_side_and_to_what_lies_below_it(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, projects=2, investors=2, slots=4, tables=3)
    proposed(session, show, now)
    said = {  # the newest versions: one side in oncology, one below it
        **{one.id: code for one, code in zip(show.projects, ("lung_cancer", "cgt"), strict=True)},
        **{one.id: code for one, code in zip(show.investors, ("oncology", "cgt"), strict=True)},
    }
    for project in show.projects:
        version = current_version(project)
        version.fields = [ProjectField(code=said[project.id])]
    for investor in show.investors:
        current_mandate(investor).fields = [MandateField(code=said[investor.id])]
    session.commit()
    client = sign_in(show.organiser)

    def shown(query: str) -> set[tuple[str, str]]:
        page = client.get(f"{BASE}/pairings?state=&{query}").text
        return {
            (said[project], said[investor])
            for project, investor in re.findall(rf"{BASE}/matches/(\w+)/(\w+)", page)
        }

    every = shown("q=")
    assert 4 == len(every)
    lung, cgt = ({pair for pair in every if pair[0] == code} for code in ("lung_cancer", "cgt"))
    seeking = {pair for pair in every if pair[1] == "oncology"}
    assert [lung, cgt, seeking, lung & seeking, every] == [
        shown(query)
        for query in (
            "field=oncology",
            "field=cgt",
            "sought=oncology",
            "field=oncology&sought=oncology",
            "field=nonsense",
        )
    ]
    page = client.get(f"{BASE}/pairings?field=oncology").text
    assert ["field", "sought"] == re.findall(
        r'data-field-picker="/fields.json[^"]*" data-core="(\w+)"', page
    )
    assert "Field of the project: Oncology" in page


def test_parties_are_searched_and_narrowed_by_what_they_still_have_room_for(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, projects=2, investors=2, slots=4, tables=3)
    proposed(session, show, now)
    full, roomy = show.projects
    full.max_meetings, roomy.max_meetings = 0, 99
    session.commit()
    client = sign_in(show.organiser)
    codes = {one.code for one in (*show.projects, *show.investors)}

    def shown(query: str) -> set[str]:
        page = client.get(f"{BASE}/pairings/parties?{query}").text
        return set(re.findall(r"pairings\?q=(\w+)", page)) & codes

    assert [{full.code, roomy.code}, {roomy.code}, {full.code}, {roomy.code}, set()] == [
        shown(query)
        for query in (
            "",
            f"q={roomy.code.lower()}",
            "standing=full",
            "standing=room&sort=-score",
            "standing=locked",
        )
    ]
    assert {one.code for one in show.investors} == shown("kind=investor&standing=nonsense")


def test_what_a_filter_changes_beside_the_list_is_on_the_page_with_and_without_it(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now, projects=2, investors=2, slots=4, tables=3)
    proposed(session, show, now)
    session.commit()
    client = sign_in(show.organiser)
    for path in ("pairings", "pairings?state=forbidden&q=x&sort=project", "pairings/parties"):
        page = client.get(f"{BASE}/{path}").text
        (beside,) = re.findall(r'hx-select-oob="([^"]+)"', page)
        wanted = [re.search(r'hx-target="#(\w+)"', page).group(1)]  # type: ignore[union-attr]
        wanted += [one.removeprefix("#") for one in beside.split(",")]
        assert [1] * len(wanted) == [page.count(f'id="{one}"') for one in wanted], path
    page = client.get(f"{BASE}/pairings?state=forbidden&q=x&sort=project").text
    assert 'name="sort" value="project"' in page
    assert 2 == page.count('class="chip"')
