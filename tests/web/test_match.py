"""Pages of matches: ranked by a job, seen by whom they concern, told in words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, ProjectState, Role, Wish
from matchmaker.services import match, preference, profile
from matchmaker.services.match import why
from matchmaker.store.profile import Investor
from matchmaker.web.match.saying import short
from tests.committee import Fair, make_fair

MANDATES: dict[str, dict[str, Any]] = {
    "Northern Ventures": {"fields": ["oncology"], "stages": ["preclinical"], "countries": ["DE"]},
    "Device Fund": {
        "fields": ["devices"],
        "exclusions": [{"facet": "field", "value": "oncology", "unless": []}],
    },
}


class Show:
    """A fair in the phase of preferences with two projects and two investors."""

    def __init__(self, session: Session, now: Any) -> None:
        self.session, self.now = session, now
        self.fair: Fair = make_fair(session, now, phase=Phase.PREFERENCE)
        self.olga = self.fair.account("Olga", Role.ORGANISER)
        self.anna, self.ivan = self.fair.account("Anna"), self.fair.account("Ivan")
        self.tumour = self.fair.project(
            "Tumour vaccine", state=ProjectState.SELECTED, member=self.anna
        )
        self.camera = self.fair.project(
            "Retinal camera", state=ProjectState.SELECTED, field_code="devices"
        )
        self.north = self.investor("Northern Ventures", self.ivan)
        self.device = self.investor("Device Fund")

    def investor(self, name: str, delegate: Any = None) -> Investor:
        house = self.fair.house(name, kind="vc")
        made = profile.create_investor(
            self.session, self.fair.roadshow, organisation=house, actor=delegate, now=self.now
        )
        values = {**MANDATES[name], "thesis_en": f"{name} looks for good science"}
        profile.save_mandate(
            self.session, made, values, revision=None, actor=delegate, now=self.now
        )
        profile.submit_mandate(self.session, made, actor=delegate, now=self.now)
        return made


@pytest.fixture
def show(session: Session, now: Any) -> Show:
    made = Show(session, now)
    session.commit()
    return made


def ranked(show: Show, app: Any, sign_in: Callable[..., Any]) -> Any:
    client = sign_in(show.olga)
    answer = client.post("/r/fair/matches/rank")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    return client


def test_an_organiser_ranks_and_sees_list_map_runs_and_pairs(
    show: Show, app: Any, sign_in: Callable[..., Any]
) -> None:
    client = ranked(show, app, sign_in)
    whole = client.get("/r/fair/matches?show=all").text
    for name in ("Tumour vaccine", "Retinal camera", "Northern Ventures", "Device Fund"):
        assert name in whole
    assert "the investor excludes Oncology" in whole
    for path in ("map", "runs", "compare"):
        assert client.get(f"/r/fair/matches/{path}").status_code == 200
    pair = client.get(f"/r/fair/matches/{show.tumour.id}/{show.north.id}").text
    assert "Oncology is what the investor looks for (Oncology, no. 1 on its list)." in pair
    assert "Stage: Preclinical is on the investor&#39;s list." in pair


def test_filters_narrow_the_list_and_unknown_parameters_are_refused(
    show: Show, app: Any, sign_in: Callable[..., Any]
) -> None:
    client = ranked(show, app, sign_in)
    found = client.get("/r/fair/matches?q=camera&sort=-score").text
    assert "Retinal camera" in found
    assert "Tumour vaccine" not in found
    assert "No pair fits these filters" in client.get("/r/fair/matches?least=100").text
    assert client.get("/r/fair/matches?least=much").status_code == 200
    assert client.get("/r/fair/matches?order=1").status_code == 400


def test_an_excluded_pair_tells_organisers_its_rule_and_what_would_lift_it(
    show: Show, app: Any, sign_in: Callable[..., Any]
) -> None:
    client = ranked(show, app, sign_in)
    path = f"/r/fair/matches/{show.tumour.id}/{show.device.id}"
    assert "Field: the investor excludes Oncology." in client.get(path).text
    assert "if the mandate did not exclude “Oncology”" in client.get(f"{path}/change").text


def test_the_wanted_place_is_chosen_and_nothing_is_told_of_profiles_that_have_changed(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, now: Any
) -> None:
    client = ranked(show, app, sign_in)
    path = f"/r/fair/matches/{show.camera.id}/{show.north.id}/change"
    assert "Rank 1 instead of 2 in the" in client.get(f"{path}?wanted=1").text
    assert "It stands at place 2 already." in client.get(path).text
    assert client.get(f"{path}?wanted=2").status_code == 400
    profile.save_mandate(
        session, show.device, {"exclusions": []}, revision=None, actor=None, now=now
    )
    profile.submit_mandate(session, show.device, actor=None, now=now)
    session.commit()
    why._rankings.clear()
    assert "The profiles or the model have changed" in client.get(f"{path}?wanted=1").text
    team = sign_in(show.anna).get(f"/r/fair/matches/{show.tumour.id}/{show.north.id}/change").text
    assert "told to the investor and to the organisers" in team
    assert "place" not in team[team.index('id="what-if"') : team.index("</main>")]


def test_a_ranking_of_an_older_model_says_so(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, monkeypatch: Any
) -> None:
    client = ranked(show, app, sign_in)
    assert "since this ranking" not in client.get("/r/fair/matches").text
    module = sys.modules["matchmaker.services.match.runs"]
    monkeypatch.setattr(module, "MODEL_VERSION", "newer")
    assert "The model or its settings have changed" in client.get("/r/fair/matches").text


def test_a_delegate_sees_the_own_list_and_nobody_elses(
    show: Show, app: Any, sign_in: Callable[..., Any]
) -> None:
    ranked(show, app, sign_in)
    client = sign_in(show.ivan, locale="zh")
    assert client.get("/r/fair/matches").location == f"/r/fair/investors/{show.north.id}/matches"
    own = client.get(f"/r/fair/investors/{show.north.id}/matches").text
    assert own.index("Tumour vaccine项目") < own.index("Retinal camera项目")
    varied = client.get(f"/r/fair/investors/{show.north.id}/matches?order=varied").text
    assert varied.index("Tumour vaccine项目") < varied.index("Retinal camera项目")
    assert client.get(f"/r/fair/investors/{show.device.id}/matches").status_code == 404
    assert client.get(f"/r/fair/matches/{show.tumour.id}/{show.device.id}").status_code == 404
    assert client.get("/r/fair/matches/map").status_code == 404
    assert client.post("/r/fair/matches/rank").status_code == 404


def test_a_team_sees_investors_but_no_rule_that_shuts_it_out(
    show: Show, app: Any, sign_in: Callable[..., Any]
) -> None:
    ranked(show, app, sign_in)
    client = sign_in(show.anna)
    own = client.get(f"/r/fair/projects/{show.tumour.id}/matches").text
    assert "Northern Ventures" in own
    assert "Device Fund" not in own
    pair = client.get(f"/r/fair/matches/{show.tumour.id}/{show.device.id}").text
    assert "The investor's own rules shut this project out." in pair
    assert "the investor excludes" not in pair
    change = client.get(f"/r/fair/matches/{show.tumour.id}/{show.device.id}/change").text
    assert "exclude" not in change
    assert f"/r/fair/projects/{show.tumour.id}/visibility" in own
    assert (
        "There is nothing to count yet"
        in client.get(f"/r/fair/projects/{show.tumour.id}/visibility").text
    )  # two investors are too few


def test_a_delegate_sees_what_the_draft_would_do_to_the_list_before_it_is_handed_in(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, now: Any
) -> None:
    ranked(show, app, sign_in)
    page = f"/r/fair/investors/{show.north.id}/matches"
    assert sign_in(show.anna).get(f"{page}/draft").status_code == 403
    client = sign_in(show.ivan)
    assert f"{page}/draft" in client.get(page).text
    assert "The draft moves no project in your list" in client.get(f"{page}/draft").text
    session.expire_all()
    values = {"exclusions": [{"facet": "field", "value": "oncology", "unless": []}]}
    profile.save_mandate(session, show.north, values, revision=None, actor=None, now=now)
    session.commit()
    among = {show.tumour.id, show.camera.id}
    found = match.draft_list(session, show.north, among=among)
    assert found is not None
    assert [(one.project_id, one.before, one.after) for one in found] == [
        (show.camera.id, 2, 1),
        (show.tumour.id, 1, None),
    ]
    [alone] = match.draft_list(session, show.north, among={show.camera.id}) or ()
    assert (alone.before, alone.after) == (1, 1)  # places tell nothing of who is not seen
    session.rollback()
    told = client.get(f"{page}/draft").text
    assert "2 projects move; 0 stay where they are." in told
    assert "the investor excludes Oncology" in told


def test_ranking_nothing_is_refused(session: Session, now: Any, app: Any, sign_in: Any) -> None:
    fair = make_fair(session, now)
    olga = fair.account("Olga", Role.ORGANISER)
    session.commit()
    client = sign_in(olga)
    answer = client.post("/r/fair/matches/rank", follow_redirects=True)
    assert "There must be a submitted project" in answer.text


def test_two_runs_are_compared_by_what_moved_and_why(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session, now: Any
) -> None:
    client = ranked(show, app, sign_in)
    session.expire_all()
    profile.save_mandate(
        session, show.device, {"exclusions": []}, revision=None, actor=None, now=now
    )
    by: dict[str, Any] = {"actor": show.ivan, "now": now}
    preference.set_wish(session, show.tumour, show.north, "investor", Wish.MUST, **by)
    profile.submit_mandate(session, show.device, actor=None, now=now)
    session.commit()
    assert "Profiles have changed since this ranking" in client.get("/r/fair/matches").text
    client.post("/r/fair/matches/rank")
    before, after = reversed(match.runs(session, show.fair.roadshow))
    found = match.compare_runs(session, before, after)
    assert not found.is_other_model  # though other trials are on record
    assert found.investors_changed == {show.device.id}
    assert (show.tumour.id, show.device.id, None) == (
        found.moved[0].project_id,
        found.moved[0].investor_id,
        found.moved[0].before,
    )
    session.rollback()
    page = client.get("/r/fair/matches/compare").text
    assert "Run 2 against run 1." in page
    assert "Device Fund" in page


def test_kept_contributions_add_up_to_the_kept_score(
    show: Show, app: Any, sign_in: Callable[..., Any], session: Session
) -> None:
    ranked(show, app, sign_in)
    run = match.latest_run(session, show.fair.roadshow)
    assert run is not None
    for pair in match.scores(session, run).values():
        if pair.excluded is None:
            told = sum(points for _, points, *_ in pair.reasons)
            assert told == pytest.approx(pair.score, abs=0.01)


@pytest.mark.parametrize(
    ("points", "shown"),
    [
        ([8.0, 5.0, 3.0, -2.0, -1.5], [8.0, 5.0, -2.0]),
        ([-8.0, -5.0, -3.0, 2.0], [-8.0, -5.0, 2.0]),
        ([8.0, -5.0, 3.0, -4.0], [8.0, -5.0, -4.0]),
        ([8.0, 5.0, 3.0, 2.0, -0.9], [8.0, 5.0, 3.0]),
        ([0.4], []),
    ],
)
def test_a_line_of_reasons_has_the_strongest_for_and_the_strongest_against(
    app: Any, points: list[float], shown: list[float]
) -> None:
    facts = {"found": ["phase_1"], "wishes": ["phase_1"]}
    rows = [["base", 50.0, "base", {}], *(["stage", one, "listed", facts] for one in points)]
    with app.test_request_context():
        g.locale = "en"
        assert [one["points"] for one in short(rows)] == shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_list(
    count: int, show: Show, app: Any, sign_in: Any, count_queries: Any, session: Session
) -> None:
    for at in range(count - 1):
        show.fair.project(f"More {at}", state=ProjectState.SELECTED)
    session.commit()
    ranked(show, app, sign_in)
    client = sign_in(show.ivan)
    with count_queries(app.extensions["engine"]) as seen:
        client.get(f"/r/fair/investors/{show.north.id}/matches")
    with count_queries(app.extensions["engine"]) as seen_again:
        client.get(f"/r/fair/investors/{show.north.id}/matches")
    asked = [[one for one in each if one.startswith("SELECT")] for each in (seen, seen_again)]
    assert [len(one) for one in asked] == [18, 18]
