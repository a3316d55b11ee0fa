"""The board of applications: what it filters, sorts and asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.store.account import Account
from tests.committee import Cast, asked, make_fair

HERE = "/r/fair"


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    made = Cast(make_fair(session, now))
    session.commit()
    return made


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%F0%9F%98%80",
        "q=" + "x" * 3000,
        "sort=confidential",
        "page=-3",
        "page=99999",
        "state=zzz",
    ],
)
def test_the_board_bears_odd_queries(cast: Cast, sign_in: Callable[..., Any], query: str) -> None:
    assert sign_in(cast.olga).get(f"{HERE}/selection?{query}").status_code == 200


def test_the_board_knows_its_parameters_only(cast: Cast, sign_in: Callable[..., Any]) -> None:
    assert sign_in(cast.olga).get(f"{HERE}/selection?min_score=4").status_code == 400


def test_the_board_filters_and_sorts(cast: Cast, sign_in: Callable[..., Any]) -> None:
    client = sign_in(cast.olga)

    def titles(query: str) -> list[str]:
        page = client.get(f"{HERE}/selection?{query}").text
        return [name for name in ("Alpha", "Beta") if f"{name}</a>" in page]

    assert titles("q=alpha") == ["Alpha"]
    assert titles("q=beta+ltd") == ["Beta"]
    assert titles("zone=unsure") == ["Alpha", "Beta"]
    assert titles("country=FR") == []
    assert titles("field=health") == titles("field=nonsense") == ["Alpha", "Beta"]
    assert titles("field=oncology") == ["Alpha", "Beta"]
    assert titles("field=cgt") == []
    picker = client.get(f"{HERE}/selection?field=oncology").text
    assert 'data-field-picker="/fields.json' in picker
    assert "Field: Oncology" in picker
    page = client.get(f"{HERE}/selection?sort=-title").text
    assert page.index("Beta</a>") < page.index("Alpha</a>")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "who", "number"), [("selection", "olga", 13), ("reviews", "rita", 11)]
)
def test_lists_ask_as_many_queries_for_many_as_for_one(
    session: Session,
    now: datetime,
    app: Any,
    sign_in: Callable[..., Any],
    count_queries: Any,
    count: int,
    page: str,
    who: str,
    number: int,
) -> None:
    fair = make_fair(session, now)
    fair.rubric()
    people: dict[str, Account] = {
        "olga": fair.account("Olga", Role.ORGANISER),
        "rita": fair.account("Rita", Role.REVIEWER),
    }
    for at in range(count):
        fair.review(fair.project(f"Project {at}"), people["rita"], (30, 20))
    session.commit()
    client = sign_in(people[who])
    client.get(f"{HERE}/{page}")
    with count_queries(app.extensions["engine"]) as seen:
        assert client.get(f"{HERE}/{page}").status_code == 200
    assert asked(seen) == number
