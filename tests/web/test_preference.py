"""Pages of wishes and agreements: who may state what, undo, and what the other side never sees."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, ProjectState, Role, Wish
from matchmaker.services import preference
from matchmaker.services.profile import current_version
from matchmaker.store.account import Account
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.preference import Cda, Preference
from matchmaker.store.profile import ProjectField
from tests.committee import Fair, asked, fresh, main_of, make_fair, read
from tests.visitor import Visitor

HERE = "/r/fair"


class Cast:
    """Two selected projects and two investors, with their people."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.olga = fair.account("Olga", Role.ORGANISER)
        self.rita = fair.account("Rita", Role.REVIEWER)
        self.tara, self.tom = fair.account("Tara"), fair.account("Tom")
        self.ivy, self.ian = fair.account("Ivy"), fair.account("Ian")
        told = {"state": ProjectState.SELECTED, "told": "selected", "told_at": fair.now}
        self.alpha = fair.project("Alpha", member=self.tara, **told)
        self.beta = fair.project("Beta", member=self.tom, **told)
        self.fund = fair.investor("Fund", delegate=self.ivy)
        self.bank = fair.investor("Bank", delegate=self.ian)

    def wish(self, side: str, project: Any = None, investor: Any = None) -> str:
        pair = f"{(project or self.alpha).id}/{(investor or self.fund).id}"
        return f"{HERE}/wishes/{pair}/{side}"


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    fair = make_fair(session, now, phase=Phase.PREFERENCE)
    made = Cast(fair)
    session.commit()
    return made


@pytest.mark.parametrize(
    ("who", "as_project", "as_investor"),
    [
        ("olga", 303, 303),
        ("tara", 303, 404),
        ("tom", 404, 404),
        ("ivy", 404, 303),
        ("ian", 404, 404),
        ("rita", 404, 404),
        (None, 404, 404),
    ],
)
def test_a_wish_is_stated_in_ones_own_name_only(
    cast: Cast, sign_in: Callable[..., Any], who: str | None, as_project: int, as_investor: int
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    answers = [
        client.post(cast.wish(side), data={"wish": "must"}).status_code
        for side in ("project", "investor")
    ]
    assert answers == [as_project, as_investor]


@pytest.mark.parametrize(("wish", "status"), [("love", 400), ("", 400), (None, 400), ("none", 303)])
def test_only_known_wishes_are_taken(
    cast: Cast, sign_in: Callable[..., Any], wish: str | None, status: int
) -> None:
    data = {} if wish is None else {"wish": wish}
    client = sign_in(cast.ivy)
    assert client.post(cast.wish("investor"), data=data).status_code == status
    assert client.post(cast.wish("both"), data={"wish": "must"}).status_code == 404
    assert client.get(cast.wish("investor")).status_code == 405


def test_without_a_script_the_page_comes_back_with_an_undo(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, back = sign_in(cast.ivy), f"{HERE}/preferences"
    answer = client.post(
        cast.wish("investor"), data={"wish": "no"}, headers={"Referer": f"http://localhost{back}"}
    )
    assert (answer.status_code, answer.location) == (303, back)
    page = client.get(back).text
    undo = f"{cast.wish('investor')}?wish=none"
    assert f'action="{undo}"' in page
    assert client.post(undo).status_code == 303
    assert read(cast.fair.session, select(Preference)) == []


def test_with_a_script_the_control_answers_with_undo_and_the_musts_left(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    answer = sign_in(cast.ivy).post(
        cast.wish("investor"), data={"wish": "must"}, headers={"HX-Request": "true"}
    )
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast == {
        "text": "Noted: must meet.",
        "undo": f"{cast.wish('investor')}?wish=none",
        "target": f"#wish-{cast.alpha.id}-{cast.fund.id}",
    }
    assert 'aria-pressed="true"' in answer.text
    assert "4 of 5 must-meets left" in answer.text


def test_a_sixth_must_meet_is_refused_in_words_and_the_control_stays(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    session = cast.fair.session
    for number in range(5):
        project = cast.fair.project(f"More {number}", state=ProjectState.SELECTED)
        preference.set_wish(
            session, project, cast.fund, "investor", Wish.MUST, actor=None, now=cast.fair.now
        )
    session.commit()
    client = sign_in(cast.ivy)
    answer = client.post(
        cast.wish("investor"), data={"wish": "must"}, headers={"HX-Request": "true"}
    )
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert "all 5 must-meets" in toast["text"]
    assert "undo" not in toast
    assert 'aria-pressed="true"' not in answer.text


def test_a_late_wish_is_refused(cast: Cast, sign_in: Callable[..., Any]) -> None:
    cast.fair.roadshow.preferences_until = cast.fair.now - timedelta(hours=1)
    cast.fair.session.commit()
    client = sign_in(cast.ivy)
    assert client.post(cast.wish("investor"), data={"wish": "meet"}).status_code == 409
    page = client.get(f"{HERE}/preferences").text
    assert "The time for preferences is over." in page
    assert '<button class="btn btn-sm btn-secondary must"' not in page


def test_no_thanks_never_shows_on_the_other_side(cast: Cast, sign_in: Callable[..., Any]) -> None:
    """Twins: a team reads the same page whether an investor said no, meet, or nothing."""
    session, team = cast.fair.session, sign_in(cast.tara)

    def seen() -> str:
        return main_of(team.get(f"{HERE}/preferences").text)

    silent = seen()
    for wish in (Wish.NO, Wish.MEET, Wish.MUST):
        preference.set_wish(
            session, cast.alpha, cast.fund, "investor", wish, actor=None, now=cast.fair.now
        )
        session.commit()
        assert seen() == silent


def test_ones_own_list_goes_by_wish_and_then_by_rank(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    session, now = cast.fair.session, cast.fair.now
    run = MatchRun(roadshow_id=cast.fair.roadshow.id, number=1, started_at=now, finished_at=now)
    session.add(run)
    session.flush()
    for project, rank, score in ((cast.alpha, 2, 61.0), (cast.beta, 1, 83.0)):
        session.add(
            Match(
                run_id=run.id,
                project_id=project.id,
                investor_id=cast.fund.id,
                score=score,
                rank_for_investor=rank,
            )
        )
    session.commit()
    client = sign_in(cast.ivy, "zh")
    page = client.get(f"{HERE}/preferences").text
    assert page.index("Beta项目") < page.index("Alpha项目")
    client.post(cast.wish("investor"), data={"wish": "must"})
    page = client.get(f"{HERE}/preferences").text
    assert page.index("Alpha项目") < page.index("Beta项目")
    only = client.get(f"{HERE}/preferences?wish=must&q=alpha").text
    assert ("Alpha项目" in only, "Beta项目" in only) == (True, False)


@pytest.mark.parametrize(
    ("field", "alpha", "beta"),
    [
        ("cgt", True, False),
        ("cell_therapy", True, False),
        ("stroke", False, False),
        ("x", True, True),
    ],
)
def test_ones_list_is_narrowed_to_a_field_and_all_below_it(
    cast: Cast, sign_in: Callable[..., Any], field: str, alpha: bool, beta: bool
) -> None:
    session = cast.fair.session
    session.add(
        ProjectField(
            version_id=current_version(cast.alpha).id, code="cell_therapy", weight="core", rank=0
        )
    )
    session.commit()
    client = sign_in(cast.ivy)
    assert 'data-field-picker="/fields.json?v=' in client.get(f"{HERE}/preferences").text
    page = client.get(f"{HERE}/preferences?field={field}&party={cast.fund.id}").text
    assert ("Alpha" in page, "Beta" in page) == (alpha, beta)
    assert f'name="party" type="hidden" value="{cast.fund.id}"' in page


def test_a_team_that_was_not_told_yet_has_no_list(cast: Cast, sign_in: Callable[..., Any]) -> None:
    cast.alpha.told, cast.alpha.told_at = None, None
    cast.fair.session.commit()
    page = sign_in(cast.tara).get(f"{HERE}/preferences").text
    assert "You have nobody to speak for here" in page


@pytest.mark.parametrize(
    ("page", "reached"),
    [
        ("preferences", {"olga": 200, "tara": 200, "ivy": 200, "rita": 200}),
        ("preferences/overview", {"olga": 200, "tara": 404, "ivy": 404, "rita": 404}),
        ("preferences/remind", {"olga": 200, "tara": 404, "ivy": 404, "rita": 404}),
        ("projects/{alpha}/agreements", {"olga": 200, "tara": 200, "ivy": 403, "rita": 403}),
    ],
)
def test_each_role_reaches_its_own_pages_only(
    cast: Cast, sign_in: Callable[..., Any], page: str, reached: dict[str, int]
) -> None:
    url = f"{HERE}/{page.format(alpha=cast.alpha.id)}"
    assert {who: sign_in(getattr(cast, who)).get(url).status_code for who in reached} == reached
    assert sign_in().get(url).status_code == 302


def test_the_overview_counts_filters_and_reminds(
    cast: Cast, sign_in: Callable[..., Any], app: Any
) -> None:
    client = sign_in(cast.olga)
    client.post(cast.wish("investor"), data={"wish": "must"})
    page = client.get(f"{HERE}/preferences/overview?silent=yes").text
    assert f"{cast.fund.code} Fund" not in page
    assert f"{cast.bank.code} Bank" in page
    assert client.get(f"{HERE}/preferences/overview?other=1").status_code == 400
    assert "The people of 3 parties get a mail." in client.get(f"{HERE}/preferences/remind").text
    assert client.post(f"{HERE}/preferences/remind").status_code == 303
    sent = {message["To"]: message for message in app.extensions["sent"]}
    assert sorted(sent) == ["ian@example.org", "tara@example.org", "tom@example.org"]
    assert sent["tara@example.org"]["Subject"] == "Autumn roadshow: whom do you want to meet?"
    assert "http://localhost/r/fair/preferences" in sent["tara@example.org"].get_content()


def test_the_team_notes_a_cda_and_ends_it(cast: Cast, sign_in: Callable[..., Any]) -> None:
    client, session = sign_in(cast.tara), cast.fair.session
    url = f"{HERE}/projects/{cast.alpha.id}/agreements"
    data = {"investor": cast.fund.id, "signed_on": "2027-03-01"}
    assert client.post(url, data=data).status_code == 303
    (cda,) = read(session, select(Cda))
    assert (cda.project_id, cda.investor_id, cda.ended_at) == (cast.alpha.id, cast.fund.id, None)
    for wrong in ({"signed_on": "2027-03-03"}, {"signed_on": "soon"}, {"investor": "nobody"}):
        assert client.post(url, data={**data, **wrong}).status_code == 422
    foreign = f"{HERE}/projects/{cast.beta.id}/agreements/{cda.id}/end"
    assert sign_in(cast.tom).post(foreign).status_code == 404
    assert sign_in(cast.ivy).post(f"{url}/{cda.id}/end").status_code == 403
    assert client.post(f"{url}/{cda.id}/end").status_code == 303
    assert fresh(session, cda).ended_at == cast.fair.now


def test_ending_a_cda_keeps_what_is_typed_of_another(
    cast: Cast, sign_in: Callable[..., Any]
) -> None:
    client, session = sign_in(cast.tara), cast.fair.session
    url = f"{HERE}/projects/{cast.alpha.id}/agreements"
    typed = {"investor": cast.fund.id, "signed_on": "2027-02-28"}
    client.post(url, data=typed)
    (cda,) = read(session, select(Cda))
    assert f'form="note" formaction="{url}/{cda.id}/end"' in client.get(url).text
    for said in ("The agreement has ended", "This agreement has ended already"):  # pressed twice
        page = client.post(f"{url}/{cda.id}/end", data=typed, follow_redirects=True)
        assert (200, True) == (page.status_code, said in page.text)
        kept = Visitor(client)
        kept.path, kept.answer = url, page
        form = kept.form("Note the agreement").values
        assert typed == {name: form[name][0] for name in typed}
    assert 1 == len(read(session, select(Cda)))
    half = {"investor": "", "signed_on": "<b>soon"}
    page = client.post(f"{url}/{cda.id}/end", data=half, follow_redirects=True)
    assert 'value="&lt;b&gt;soon"' in page.text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "who", "number"),
    [
        ("preferences", "ivy", 18),
        ("preferences", "tara", 15),
        ("preferences/overview", "olga", 10),
    ],
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
    fair = make_fair(session, now, phase=Phase.PREFERENCE)
    people: dict[str, Account] = {
        "olga": fair.account("Olga", Role.ORGANISER),
        "tara": fair.account("Tara"),
        "ivy": fair.account("Ivy"),
    }
    told = {"state": ProjectState.SELECTED, "told": "selected", "told_at": now}
    fair.project("Own", member=people["tara"], **told)
    fair.investor("Own fund", delegate=people["ivy"])
    for at in range(count - 1):
        fair.project(f"Project {at}", **told)
        fair.investor(f"Fund {at}")
    session.commit()
    client = sign_in(people[who])
    client.get(f"{HERE}/{page}")
    with count_queries(app.extensions["engine"]) as seen:
        assert client.get(f"{HERE}/{page}").status_code == 200
    assert asked(seen) == number
