"""A firm that only the teams it meets may see stands in no page of another team."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, true, update

from matchmaker.core.journey import InvestorState, Visibility
from matchmaker.store.account import Account
from matchmaker.store.engine import writing
from matchmaker.store.meeting import Meeting
from matchmaker.store.profile import Investor, Project, TeamMember
from matchmaker.store.roadshow import Organisation, Person
from tests.permissions.conftest import Stage
from tests.permissions.test_access import GETS, NO_ROW, OURS, address

NOT_A_TEAMS = {"administer", "run_roadshow", "review_project", "see_reviews", "join_committee"}
ALL = [one for one in GETS if one not in NO_ROW and OURS[one, "GET"] not in NOT_A_TEAMS]
SOME = {"match.pair", "preference.cdas", "profile.show_investor"}


@pytest.fixture
def stranger(stage: Stage) -> Iterator[tuple[dict[str, str], set[str]]]:
    """A team, and a firm that it does not meet: values of addresses, and the firm's names."""
    with writing(), stage.app.extensions["sessions"]() as session:
        team = Account.fs_uniquifier == stage.accounts["other_team"]
        project_id = session.scalars(
            select(TeamMember.project_id)
            .join(Person, Person.id == TeamMember.person_id)
            .join(Account, Account.id == Person.account_id)
            .where(team)
        ).first()
        met = select(Meeting.investor_id).where(Meeting.project_id == project_id)
        investor_id, *names = session.execute(
            select(Investor.id, Organisation.name_en, Organisation.name_zh)
            .join(Organisation, Organisation.id == Investor.organisation_id)
            .join(Project, Project.roadshow_id == Investor.roadshow_id)
            .where(
                Project.id == project_id,
                Investor.state == InvestorState.ACTIVE,
                Investor.id.not_in(met),
            )
            .order_by(Investor.code)
        ).first()
    yield {"project_id": project_id, "investor_id": investor_id}, {name for name in names if name}
    show(stage, None, Visibility.TEAMS)


def show(stage: Stage, investor_id: str | None, to: Visibility) -> None:
    """Let a firm choose who sees it; None: every firm."""
    with writing(), stage.app.extensions["sessions"]() as session:
        whose = Investor.id == investor_id if investor_id else true()
        session.execute(update(Investor).where(whose).values(visibility=to))
        session.commit()


def named(stage: Stage, stranger: Any, endpoints: Iterable[str]) -> set[str]:
    """The pages that say one of the firm's names to the team."""
    values, names = stranger
    client = stage.client("other_team")
    return {
        endpoint
        for endpoint in endpoints
        for answer in [client.get(address(stage, endpoint, {**stage.values, **values}))]
        if any(name.encode() in answer.data for name in names)
    }


def test_a_hidden_firm_is_named_on_no_page_of_a_team_that_it_does_not_meet(
    stage: Stage, stranger: Any
) -> None:
    assert SOME == named(stage, stranger, SOME)
    show(stage, stranger[0]["investor_id"], Visibility.MET)
    assert set() == named(stage, stranger, ALL)


def test_places_are_counted_among_what_a_team_sees(stage: Stage, stranger: Any) -> None:
    values, _ = stranger
    client = stage.client("other_team")

    def places() -> list[tuple[str, str]]:
        page = client.get(address(stage, "match.for_project", {**stage.values, **values})).text
        return re.findall(
            r'data-label="Rank"[^>]*>(\d+)</td>\s*<th.*?href="([^"]+)"', page, re.DOTALL
        )

    last, pair = places()[-1]
    show(stage, None, Visibility.MET)
    show(stage, pair.rpartition("/")[2], Visibility.TEAMS)
    shown = places()
    assert 1 < len(shown) < int(last)
    assert [(str(len(shown)), pair)] == shown[-1:]
    assert [str(at + 1) for at in range(len(shown))] == [place for place, _ in shown]
    for place, pair in shown:
        assert (
            f'{place}</span>\n  <span class="label">Place in the project' in client.get(pair).text
        )
