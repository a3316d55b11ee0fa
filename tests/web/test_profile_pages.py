"""Pages of projects and investors: who may see what, lists, versions, colleagues."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import ProjectState
from matchmaker.services import profile
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import Person, Roadshow
from tests.web.profiles import INVESTOR, PROJECT, SECRET, Cast, cast, look, page_of

__all__ = ["cast", "look"]


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (None, "/r/demo/projects", 200),
        (None, PROJECT, 200),
        (None, PROJECT + "/edit", 302),
        (None, "/r/demo/investors", 302),
        (None, INVESTOR, 302),
        ("bob", PROJECT, 200),
        ("bob", PROJECT + "/edit", 403),
        ("bob", PROJECT + "/versions", 403),
        ("bob", PROJECT + "/withdraw", 403),
        ("bob", "/r/demo/investors", 403),
        ("bob", INVESTOR, 404),
        ("ivan", PROJECT + "/edit/basics", 403),
        ("ivan", INVESTOR + "/edit", 200),
        ("ivan", INVESTOR + "/versions", 200),
        ("anna", PROJECT + "/edit/confidential", 200),
        ("anna", PROJECT + "/edit/nothing", 404),
        ("anna", INVESTOR, 200),
        ("anna", INVESTOR + "/edit", 403),
        ("olga", PROJECT + "/edit/basics", 200),
        ("olga", PROJECT + "/edit/confidential", 404),
        ("olga", INVESTOR + "/edit/limits", 200),
        ("olga", "/r/demo/projects?x=1", 400),
    ],
)
def test_who_reaches_what(
    cast: Cast, sign_in: Any, who: str | None, path: str, status: int
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    assert status == client.get(page_of(cast, path)).status_code


@pytest.mark.parametrize(
    ("who", "registered", "secret"),
    [
        (None, False, False),
        ("bob", False, False),
        ("ivan", True, False),
        ("olga", True, False),
        ("anna", True, True),
    ],
)
def test_each_reader_sees_their_tier_and_no_more(
    cast: Cast, sign_in: Any, who: str | None, registered: bool, secret: bool
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    text = client.get(page_of(cast, PROJECT)).text
    assert (True, registered, secret) == (
        "Cells that reset immunity." in text,
        "Two families filed." in text,
        SECRET in text,
    )
    assert (not secret) == ("after a confidentiality agreement" in text)
    listed = client.get("/r/demo/projects").text
    assert ("CAR-T for lupus" in listed, registered) == (True, "€3M" in listed)


def test_a_cda_opens_the_confidential_tier_and_its_end_closes_it(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    row = Cda(
        roadshow_id=cast.roadshow.id,
        project_id=cast.project.id,
        investor_id=cast.investor.id,
        signed_at=now,
    )
    with look() as session:
        session.add(row)
        session.commit()
    client = sign_in(cast.ivan)
    assert SECRET in client.get(page_of(cast, PROJECT)).text
    with look() as session:
        session.get_one(Cda, row.id).ended_at = now
        session.commit()
    assert SECRET not in client.get(page_of(cast, PROJECT)).text


@pytest.mark.parametrize(
    ("seen_as", "registered", "secret"),
    [("public", False, False), ("registered", True, False), ("cda", True, True)],
)
def test_a_team_sees_its_card_as_others_do(
    cast: Cast, sign_in: Any, seen_as: str, registered: bool, secret: bool
) -> None:
    text = sign_in(cast.anna).get(page_of(cast, f"{PROJECT}?as={seen_as}")).text
    assert (registered, secret) == ("Two families filed." in text, SECRET in text)


def test_seeing_it_as_somebody_never_opens_a_tier(cast: Cast, sign_in: Any) -> None:
    text = sign_in(cast.olga).get(page_of(cast, f"{PROJECT}?as=cda")).text
    assert SECRET not in text


def test_teams_see_a_mandate_without_its_terms(cast: Cast, sign_in: Any) -> None:
    seen = {
        who: "Hidden Rival AG" in sign_in(getattr(cast, who)).get(page_of(cast, INVESTOR)).text
        for who in ("anna", "ivan", "olga")
    }
    assert {"anna": False, "ivan": True, "olga": True} == seen


def test_an_organiser_can_neither_read_nor_write_what_a_cda_protects(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client = sign_in(cast.olga)
    for step in ("basics", "summary", "review", "files"):
        assert SECRET not in client.get(page_of(cast, f"{PROJECT}/edit/{step}")).text
    assert SECRET not in client.get(page_of(cast, f"{PROJECT}/versions")).text
    answer = client.post(
        page_of(cast, f"{PROJECT}/edit/confidential"), data={"confidential_summary_en": "x"}
    )
    assert 404 == answer.status_code
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert SECRET == draft.confidential.summary_en


def test_withdrawing_asks_first_and_can_be_undone(cast: Cast, sign_in: Any, look: Any) -> None:
    client = sign_in(cast.anna)
    asked = client.get(page_of(cast, f"{PROJECT}/withdraw"))
    assert "decision to select it is given up" in asked.text
    assert "and you can bring it back." in asked.text
    states = []
    for deed in ("withdraw", "restore"):
        assert 303 == client.post(page_of(cast, f"{PROJECT}/{deed}")).status_code
        with look() as session:
            states.append(session.get_one(Project, cast.project.id).state)
    assert [ProjectState.WITHDRAWN, ProjectState.SUBMITTED] == states


def test_a_team_that_withdraws_after_the_deadline_is_told_who_can_bring_it_back(
    cast: Cast, sign_in: Any, session: Any, now: datetime
) -> None:
    roadshow = session.scalars(select(Roadshow)).one()
    roadshow.applications_until = now - timedelta(hours=1)
    session.commit()
    team, olga = sign_in(cast.anna), sign_in(cast.olga)
    path, back = page_of(cast, f"{PROJECT}/withdraw"), page_of(cast, f"{PROJECT}/restore")
    assert "only the organisers can bring it back afterwards" in team.get(path).text
    assert 303 == team.post(path).status_code
    shown = [client.get(page_of(cast, PROJECT)).text for client in (team, olga)]
    assert [False, True] == [f'href="{back}"' in one for one in shown]
    assert [409, 303] == [team.get(back).status_code, olga.post(back).status_code]


def test_versions_are_compared_word_by_word(cast: Cast, sign_in: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    client.post(path, data={"pitch_en": "Cells that restart immunity."})
    text = client.get(page_of(cast, f"{PROJECT}/versions")).text
    assert (["reset"], ["restart"]) == tuple(
        re.findall(rf"<{tag}><span[^>]*>[^<]*</span>(.*?)</{tag}>", text) for tag in ("del", "ins")
    )
    assert 404 == client.get(page_of(cast, f"{PROJECT}/versions?old=7")).status_code


def test_a_colleague_is_added_without_an_account_and_invited_with_one(
    cast: Cast, sign_in: Any, look: Any, app: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/team/add")
    added = client.post(
        path, data={"name_zh": "李华", "languages": ["zh"], "email": "li@example.org"}
    )
    assert 303 == added.status_code
    taken = client.post(path, data={"name_en": "Ivan", "email": "IVAN@example.org"})
    assert 303 == taken.status_code
    with look() as session:
        project = session.get_one(Project, cast.project.id)
        assert ["Anna", "李华"] == [
            row.person.name_zh or row.person.name_en for row in profile.team_of(session, project)
        ]
        invited = [one["To"] for one in app.extensions["sent"] if "handed" not in one.get_content()]
    assert ["ivan@example.org"] == invited


def test_nobody_changes_a_colleague_of_another_team(cast: Cast, sign_in: Any, look: Any) -> None:
    with look() as session:
        person_id = session.scalar(select(Person.id).where(Person.account_id == cast.ivan.id))
    path = page_of(cast, f"{PROJECT}/team/{person_id}")
    assert 404 == sign_in(cast.anna).post(path, data={"name_en": "X"}).status_code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lupus", True),
        ("q=狼疮", True),
        ("q=夏里特", True),
        ("q=Cell+therapy", True),
        ("q=P001", True),
        ("q=%25", False),
        ("q=nothing+here", False),
        ("field=cgt", True),
        ("field=diagnostics", False),
        ("country=DE&kind=hospital&stage=phase_1", True),
        ("country=FR", False),
        ("stage=zzz&page=99&sort=-nonsense", True),
    ],
)
def test_the_list_is_searched_in_both_languages(
    cast: Cast, sign_in: Any, query: str, found: bool
) -> None:
    answer = sign_in(cast.ivan).get(f"/r/demo/projects?{query}")
    assert (200, found) == (answer.status_code, cast.project.id in answer.text)


@pytest.mark.parametrize("path", ["/r/demo/projects", "/r/demo/investors"])
def test_lists_take_a_fixed_number_of_queries(
    cast: Cast, sign_in: Any, app: Any, look: Any, count_queries: Any, now: Any, path: str
) -> None:
    client, engine = sign_in(cast.olga), app.extensions["engine"]
    counts = []
    for _more in range(2):
        with count_queries(engine) as seen:
            assert 200 == client.get(path).status_code
        counts.append(len(seen))
        with look() as session:
            roadshow = session.get_one(Roadshow, cast.roadshow.id)
            for number in range(3):
                body = profile.organisation_for(
                    session, roadshow, name_en=f"Body {number}", kind="vc"
                )
                investor = profile.create_investor(
                    session, roadshow, organisation=body, actor=None, now=now
                )
                profile.submit_mandate(session, investor, actor=None, now=now)
                project = profile.create_project(
                    session, roadshow, title=f"T {number}", organisation=None, actor=None, now=now
                )
                profile.submit_project(session, project, actor=None, now=now)
            session.commit()
    assert counts[0] == counts[1]


def test_the_index_of_fields_is_complete_and_searchable(app: Any, cast: Cast, sign_in: Any) -> None:
    client = sign_in()
    nodes = client.get("/fields.json").json
    known = {node["code"] for node in nodes}
    assert (True, set()) == (
        len(nodes) >= 150,
        {node["parent"] for node in nodes} - known - {None},
    )
    assert "cell_therapy" in [node["code"] for node in client.get("/fields.json?q=细胞治疗").json]
    places = {node["code"]: node for node in client.get("/places.json").json}
    assert ("155", "德国") == (places["DE"]["parent"], places["DE"]["zh"])


@pytest.mark.parametrize(
    ("who", "locale", "projects", "investors"),
    [
        (None, "en", [], []),
        ("anna", "en", ["Missing in Chinese: pitch"], []),
        ("ivan", "en", [], ["Missing in Chinese: name, thesis"]),
        ("olga", "en", ["Missing in Chinese: pitch"], ["Missing in Chinese: name, thesis"]),
        (None, "zh", ["仅有英文：一句话介绍"], []),
        ("anna", "zh", ["缺中文：一句话介绍"], ["仅有英文：机构名称、投资理念"]),
    ],
)
def test_lists_mark_what_stands_in_one_language_for_who_can_use_it(
    cast: Cast,
    sign_in: Any,
    who: str | None,
    locale: str,
    projects: list[str],
    investors: list[str],
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    client.set_cookie("locale", locale)
    words = r"(?:Missing in|Only in|缺中文|缺英文|仅有)[^<]*"
    found = [
        re.findall(words, client.get(f"/r/demo/{kind}").text) for kind in ("projects", "investors")
    ]
    assert [projects, investors] == found


def test_a_mark_leads_to_the_step_where_the_other_half_belongs(cast: Cast, sign_in: Any) -> None:
    listed = sign_in(cast.anna).get("/r/demo/projects").text
    assert f'href="{page_of(cast, PROJECT)}/edit/summary">Missing in Chinese' in listed
