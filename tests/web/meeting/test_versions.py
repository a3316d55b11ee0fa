"""What if, and two versions side by side."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services.meeting.plans import placements_of
from matchmaker.store.meeting import (
    Timetable,
)
from tests.services.roadshows import make_show
from tests.web.meeting.drafts import BASE, draft_of


def measures(page: str) -> dict[str, tuple[str, str]]:
    rows = re.findall(r"<th[^>]*>([^<]+)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>", page)
    return {name.strip(): (one, other) for name, one, other in rows}


def test_what_if_answers_in_the_page_and_says_what_limits_the_meetings(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show = make_show(session, now)
    session.commit()
    client = sign_in(show.organiser)
    url = f"{BASE}/timetables/what-if"

    page = client.get(f"{url}?project_max=1&investor_max=1").text
    assert measures(page)["Meetings"] == ("8", "3")
    assert client.get(f"{url}?minutes=3").status_code == 422
    assert client.get(f"{url}?anything=3").status_code == 400

    assert client.post(f"{BASE}/timetables/limits").status_code == 303
    assert "What limits the meetings" in client.get(url).text
    assert "Look again" in client.get(url).text
    assert session.scalars(select(Timetable)).all() == []


def test_whoever_publishes_reads_which_minimums_the_draft_misses(
    session: Session, now: datetime, sign_in: Any
) -> None:
    show, timetable = draft_of(session, now)
    url = f"{BASE}/timetables/1/publish"
    client = sign_in(show.organiser)
    assert "fewer meetings than their least" not in client.get(url).text
    floor = {"who": "project:P01", "got": 0, "reason": "only 0 pairs with it may be held"}
    timetable.floors = [floor | {"min": 1, "smallest_change": "lower min of project:P01 to 0"}]
    for row in placements_of(session, timetable):
        if row.project_id in (show.projects[0].id, show.projects[1].id):
            session.delete(row)
    session.commit()

    missed = re.search(r'<ul class="shortages">(.*?)</ul>', client.get(url).text, re.DOTALL)

    assert missed is not None
    assert re.findall(r"<li>(.*?)</li>", missed[1]) == [
        (
            "Therapy 1 has 0 of at least 1 meetings: there is nobody it could meet. It would hold"
            " if you ask for only 0 meetings of Therapy 1."
        ),
        "Therapy 2 has 0 of at least 1 meetings",
    ]


def test_two_drafts_are_shown_side_by_side(session: Session, now: datetime, sign_in: Any) -> None:
    show, first = draft_of(session, now)
    client = sign_in(show.organiser)
    asked = {"seconds": "6", "keep": "most", "most": "0", "base": ""}
    assert client.post(f"{BASE}/timetables/plan", data=asked).status_code == 303
    session.expire_all()
    second = session.scalars(select(Timetable).filter_by(number=2)).one()
    session.delete(placements_of(session, second)[0])
    session.commit()

    page = client.get(f"{BASE}/timetables/1/beside?other=2").text

    counts = len(placements_of(session, first)), len(placements_of(session, second))
    assert counts[0] > counts[1]
    assert measures(page)["Meetings"] == (str(counts[0]), str(counts[1]))
    assert "Only in Draft 1" in page
    assert "Only in Draft 2" not in page
    assert client.get(f"{BASE}/timetables/1/beside?other=9").status_code == 404
