"""The committee's pages: who reaches what, in both languages, with bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import ProjectState, Role
from matchmaker.services import selection
from matchmaker.store.journal import Mail
from matchmaker.store.profile import Project
from matchmaker.store.selection import Conflict, Criterion, Review
from tests.committee import Cast, fresh, main_of, make_fair, read

HERE = "/r/fair"


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    made = Cast(make_fair(session, now))
    session.commit()
    return made


PAGES = (
    "/reviews",
    "/reviews/{alpha}",
    "/reviews/{beta}",
    "/selection",
    "/selection/{alpha}",
    "/selection/{beta}",
    "/selection/assignments",
    "/selection/assignments/remind",
    "/selection/rubric",
    "/selection/tell",
    "/selection/decide?to=selected&project={alpha}",
    "/projects/{alpha}/decision",
    "/reviews/{alpha}/conflict",
)


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        ("olga", (404, 404, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)),
        ("omar", (404, 404, 404, 200, 403, 200, 200, 200, 200, 200, 404, 404, 403)),
        ("rita", (200, 200, 200, 404, 404, 404, 404, 404, 404, 404, 404, 403, 200)),
        ("otto", (200, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 200)),
        ("tara", (404, 404, 404, 404, 403, 404, 404, 404, 404, 404, 404, 200, 403)),
        ("ivy", (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
        ("stranger", (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
        (None, (302,) * 13),
    ],
)
def test_each_role_reaches_its_own_pages_only(
    cast: Cast, sign_in: Callable[..., Any], who: str | None, reached: tuple[int, ...]
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    ids = {"alpha": cast.alpha.id, "beta": cast.beta.id}
    answers = [client.get(HERE + page.format(**ids)).status_code for page in PAGES]
    assert answers == list(reached)


@pytest.mark.parametrize(("locale", "word"), [("en", "Selection"), ("zh", "遴选")])
def test_pages_speak_both_languages(
    cast: Cast, sign_in: Callable[..., Any], locale: str, word: str
) -> None:
    page = sign_in(cast.olga, locale).get(f"{HERE}/selection").text
    assert f"<h1>{word}</h1>" in page
    assert ("Alpha项目" in page) is (locale == "zh")


def test_a_reviewer_sees_the_others_only_after_submitting(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, session = sign_in(cast.otto), cast.fair.session
    url = f"{HERE}/reviews/{cast.alpha.id}"
    assert "Weak controls" not in client.get(url).text
    assert client.post(f"{url}/remarks", data={"text": "Hm"}).status_code == 409
    science, team = cast.fair.criteria
    answers = {f"points_{science.id}": "50", f"points_{team.id}": "10.5", "revision": "1"}
    assert client.post(url, data={**answers, "submit": "1"}).status_code == 303
    assert fresh(session, cast.other).submitted_at is not None
    assert "Weak controls" in client.get(url).text
    assert client.post(f"{url}/remarks", data={"text": "I disagree"}).status_code == 303
    assert "I disagree" in sign_in(cast.olga).get(f"{HERE}/selection/{cast.alpha.id}").text


def test_the_third_tier_is_closed_to_reviewers_and_organisers(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    for who, url in (("rita", "reviews"), ("olga", "selection")):
        page = sign_in(getattr(cast, who)).get(f"{HERE}/{url}/{cast.alpha.id}").text
        assert "need of Alpha" in page
        assert "secret of Alpha" not in page


@pytest.mark.parametrize(
    ("science", "said"),
    [
        ("61", "Number must be between 0 and 60."),
        ("-1", "Number must be between 0 and 60."),
        ("nan", "Number must be between 0 and 60."),
        ("many", "Not a valid float value."),
        ("", "Every criterion needs points before the review counts."),
    ],
)
def test_bad_points_are_told_beside_the_form_and_nothing_is_lost(
    cast: Cast, sign_in: Callable[..., Any], science: str, said: str
) -> None:
    first, second = cast.fair.criteria
    answer = sign_in(cast.otto).post(
        f"{HERE}/reviews/{cast.alpha.id}",
        data={
            f"points_{first.id}": science,
            f"points_{second.id}": "1",
            "comment": "kept <b>",
            "revision": "1",
            "submit": "1",
        },
    )
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "kept &lt;b&gt;" in answer.text
    assert fresh(cast.fair.session, cast.other).submitted_at is None


def test_a_review_saved_in_another_tab_is_not_overwritten(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, url = sign_in(cast.otto), f"{HERE}/reviews/{cast.alpha.id}"
    assert client.post(url, data={"comment": "first", "revision": "1"}).status_code == 303
    for revision in ("1", "", "x", "99999999999999999999"):
        answer = client.post(url, data={"comment": "second", "revision": revision})
        assert answer.status_code == 422
    assert fresh(cast.fair.session, cast.other).comment == "first"


def test_declaring_a_conflict_closes_the_application_at_once(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client = sign_in(cast.otto)
    url = f"{HERE}/reviews/{cast.alpha.id}"
    assert client.post(f"{url}/conflict", data={"reason": "colleague"}).status_code == 303
    assert client.get(url).status_code == 404
    assert cast.alpha.code not in client.get(f"{HERE}/reviews").text
    assert fresh(cast.fair.session, cast.other) is None


def test_an_organiser_in_conflict_sees_the_same_whatever_the_reviews_say(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, session = sign_in(cast.omar), cast.fair.session

    def seen() -> list[str]:
        pages = ("selection", "selection/assignments", "selection/tell", "selection?sort=-mean")
        return [main_of(client.get(f"{HERE}/{page}").text) for page in pages]

    before = seen()
    assert all("Alpha" not in page for page in before)
    cast.fair.review(cast.alpha, cast.fair.account("Rolf", Role.REVIEWER), (60, 40))
    selection.decide(session, cast.alpha, ProjectState.SELECTED, actor=cast.olga, now=cast.fair.now)
    session.commit()
    after = seen()
    assert [page.replace("Rolf", "") for page in after[:1] + after[2:]] == before[:1] + before[2:]
    assert client.post(f"{HERE}/selection/tell").status_code == 303
    assert fresh(session, cast.alpha).told is None


def test_deciding_shows_what_will_happen_first_and_tells_nobody(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, session = sign_in(cast.olga), cast.fair.session
    both = {"to": "selected", "project": [cast.alpha.id, cast.beta.id]}
    page = client.get(f"{HERE}/selection/decide", query_string=both).text
    assert "Select 2 applications?" in page
    assert "2 of 2 places will then be taken." in page
    assert fresh(session, cast.alpha).state is ProjectState.SUBMITTED
    answer = client.post(f"{HERE}/selection/decide", data={**both, "note": "All agreed"})
    assert answer.status_code == 303
    states = read(session, select(Project.state, Project.decision_note))
    assert states == [(ProjectState.SELECTED, "All agreed")] * 2
    assert read(session, select(Mail)) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"to": "withdrawn", "project": "x"}, 400),
        ({"project": "x"}, 400),
        ({"to": "selected", "project": "no-such"}, 404),
        ({"to": "selected", "project": ""}, 404),
        ({"to": "selected"}, 200),
        ({"to": "selected", "evil": "1"}, 400),
    ],
)
def test_odd_decisions_are_answered_calmly(
    cast: Cast, sign_in: Callable[..., Any], query: dict[str, str], status: int
) -> None:
    answer = sign_in(cast.olga).get(f"{HERE}/selection/decide", query_string=query)
    assert answer.status_code == status


def test_the_team_reads_decision_and_feedback_once_it_is_told(
    cast: Cast, sign_in: Callable[..., Any], app: Any
) -> None:
    session, now = cast.fair.session, cast.fair.now
    selection.decide(session, cast.alpha, ProjectState.DECLINED, actor=cast.olga, now=now)
    session.commit()
    team, url = sign_in(cast.tara), f"{HERE}/projects/{cast.alpha.id}/decision"
    before = team.get(url).text
    assert "Show in vivo data" not in before
    assert "Declined" not in before
    tell = sign_in(cast.olga)
    assert "One mail goes out" in tell.get(f"{HERE}/selection/tell").text
    assert tell.post(f"{HERE}/selection/tell").status_code == 303
    after = team.get(url).text
    assert "Show in vivo data" in after
    assert "Declined" in after
    assert "Weak controls" not in after
    (message,) = app.extensions["sent"]
    assert message["To"] == "tara@example.org"
    assert "Show in vivo data" in message.get_content()
    assert "Weak controls" not in message.get_content()


def test_reviews_are_shared_and_assigned_by_hand(cast: Cast, sign_in: Callable[..., Any]) -> None:
    client, session = sign_in(cast.olga), cast.fair.session
    url = f"{HERE}/selection/assignments"
    assert client.post(f"{url}/share", data={"each": "2"}).status_code == 303
    pairs = set(read(session, select(Review.project_id, Review.reviewer_id)))
    assert pairs == {
        (project.id, account.id)
        for project in (cast.alpha, cast.beta)
        for account in (cast.rita, cast.otto)
    }
    for each in ("0", "11", "x", ""):
        assert client.post(f"{url}/share", data={"each": each}).status_code == 422
    taken = {"one-project": cast.beta.id, "one-reviewer": cast.rita.id}
    answer = client.post(f"{url}/add", data=taken)
    assert (answer.status_code, "has the application already" in answer.text) == (422, True)
    foreign = {"one-project": "nope", "one-reviewer": cast.rita.id}
    assert client.post(f"{url}/add", data=foreign).status_code == 422
    assert client.post(f"{url}/{cast.unbegun.id}/take").status_code == 303
    assert client.post(f"{url}/nope/take").status_code == 404
    assert fresh(session, cast.unbegun) is None


def test_lists_of_the_committee_are_narrowed_and_stay_so(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    own, client = sign_in(cast.rita), sign_in(cast.olga)
    ids = {cast.alpha.id: "Alpha", cast.beta.id: "Beta"}

    def mine(query: str) -> list[str]:
        page = own.get(f"{HERE}/reviews?{query}").text
        return [name for key, name in ids.items() if f'href="{HERE}/reviews/{key}"' in page]

    def shared(query: str) -> list[str]:
        page = client.get(f"{HERE}/selection/assignments?{query}").text
        body = page[page.index('id="applications"') :].partition("two-up")[0]
        return [name for name in ids.values() if name in body]

    assert [["Alpha", "Beta"], ["Alpha"], ["Beta"], ["Alpha"], []] == [
        mine(query) for query in ("", "state=submitted", "state=unbegun", "q=alp", "state=draft")
    ]
    assert [["Alpha", "Beta"], ["Beta"], ["Alpha"], [], []] == [
        shared(query)
        for query in (
            "reviewer=nobody-known",
            f"q=beta&reviewer={cast.rita.id}",
            f"state=waiting&reviewer={cast.otto.id}",
            "state=submitted",
            "state=nobody",
        )
    ]
    take = f"{HERE}/selection/assignments/{cast.unbegun.id}/take?q=beta&state=waiting"
    link = f'href="{take.replace("&", "&amp;")}"'
    narrowed = f"{HERE}/selection/assignments?q=beta&state=waiting"
    assert link not in client.get(narrowed).text
    cast.unbegun.comment = "Half a thought"
    cast.fair.session.commit()
    assert link in client.get(narrowed).text
    page = client.get(take).text
    assert "What the reviewer has written in the draft is lost." in page
    assert "Half a thought" not in page
    assert ["Beta"] == mine("state=draft")
    taken = client.post(take)
    assert taken.location.endswith("/selection/assignments?q=beta&state=waiting")
    assert ["Beta"] == shared("state=nobody")


def test_reviewers_with_work_left_are_reminded_in_their_language(
    cast: Cast, sign_in: Callable[..., Any], app: Any
) -> None:
    cast.otto.locale = "zh"
    cast.fair.session.commit()
    client, url = sign_in(cast.olga), f"{HERE}/selection/assignments/remind"
    assert "2 reviewers get a mail." in client.get(url).text
    assert client.post(url).status_code == 303
    sent = {message["To"]: message for message in app.extensions["sent"]}
    assert sorted(sent) == ["otto@example.org", "rita@example.org"]
    assert sent["rita@example.org"]["Subject"] == (
        "Autumn roadshow: one application waits for your review"
    )
    assert "评审" in sent["otto@example.org"]["Subject"]
    assert "http://localhost/r/fair/reviews" in sent["rita@example.org"].get_content()


def test_a_conflict_of_somebody_else_is_declared_and_taken_back_by_an_organiser(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, session = sign_in(cast.olga), cast.fair.session
    data = {"two-project": cast.beta.id, "two-reviewer": cast.otto.id, "two-reason": "cousin"}
    assert client.post(f"{HERE}/selection/conflicts", data=data).status_code == 303
    (row,) = read(session, select(Conflict).where(Conflict.account_id == cast.otto.id))
    assert client.get(f"{HERE}/selection/conflicts/{row.id}/withdraw").status_code == 200
    assert client.post(f"{HERE}/selection/conflicts/{row.id}/withdraw").status_code == 303
    (own,) = read(session, select(Conflict))
    mine = sign_in(cast.omar).post(f"{HERE}/selection/conflicts/{own.id}/withdraw")
    assert mine.status_code == 404


def test_the_rubric_is_started_and_changed(
    session: Session, now: datetime, sign_in: Callable[..., Any]
) -> None:
    fair = make_fair(session, now)
    olga = fair.account("Olga", Role.ORGANISER)
    session.commit()
    client, url = sign_in(olga), f"{HERE}/selection/rubric"
    assert client.post(f"{url}/start").status_code == 303
    page = client.get(url).text
    assert 'value="Technical innovation"' in page
    row = {"points": "50", "weight": "1"}
    lines = [
        {"code": "team", "name_en": "Team", "name_zh": "团队", **row},
        {"code": "", "name_en": "Courage", "name_zh": "", **row},
        {"code": "", "name_en": "", "name_zh": "", **row},
    ]
    data = {
        f"criteria-{n}-{key}": value for n, line in enumerate(lines) for key, value in line.items()
    }
    assert client.post(url, data={"places": "12", **data}).status_code == 303
    rows = read(session, select(Criterion).order_by(Criterion.rank))
    assert [(row.code, row.name_en, row.points) for row in rows] == [
        ("team", "Team", 50),
        ("c1", "Courage", 50),
    ]
    assert fresh(session, fair.roadshow).places == 12
    for wrong in ({"places": "0"}, {"places": "x"}, {"places": "3", "criteria-0-points": "0"}):
        assert client.post(url, data={**data, **wrong}).status_code == 422
