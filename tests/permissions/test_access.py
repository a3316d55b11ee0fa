"""Every route says what it needs, somebody has looked at it, and it holds for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matchmaker.web.access import access_table
from tests.permissions.conftest import Stage
from tests.permissions.places import values_for
from tests.permissions.rights import OK, ROLES, expected, reviewed

LIBRARY = "sign-in_library"
TABLE = reviewed()
OURS = {key: need for key, need in TABLE.items() if need != LIBRARY and key[0] != "static"}
GETS = sorted(endpoint for endpoint, method in OURS if method == "GET")
POSTS = sorted(endpoint for endpoint, method in OURS if method != "GET")
QUERIES = {"selection.decide": "?to=selected&project={project_id}"}
NO_ROW = {  # the demo holds no such row; what is asked for is not there for anybody
    "exchange.ready",
    "exchange.result",
    "account.invitation",
    "account.accept",
    "account.renew",
}
OPEN_POSTS = {  # everybody's own
    "account.show",
    "account.accept",
    "account.agree",
    "account.erase",
}


def rules(app: Any, endpoint: str) -> Any:
    return next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)


def address(stage: Stage, endpoint: str, values: dict[str, str]) -> str:
    names = rules(stage.app, endpoint).arguments
    with stage.app.test_request_context():
        path = str(stage.app.url_for(endpoint, **values_for(endpoint, names, values)))
    return path + QUERIES.get(endpoint, "").format(**values)


def test_each_route_and_method_stands_in_the_reviewed_table(stage: Stage) -> None:
    table = {key: need.replace(" ", "_") for key, need in access_table(stage.app).items()}
    assert table == TABLE


@pytest.mark.parametrize("role", ROLES)
def test_each_page_answers_each_person_as_its_need_says(stage: Stage, role: str) -> None:
    client, wrong = stage.client(role), []
    for endpoint in GETS:
        if endpoint in NO_ROW:
            continue
        need = OURS[endpoint, "GET"]
        arguments = rules(stage.app, endpoint).arguments
        answer = client.get(address(stage, endpoint, stage.values))
        wanted = expected(endpoint, need, role, arguments)
        if wanted != told(answer):
            wrong.append(f"{endpoint}: {wanted}, not {answer.status_code}")
    assert "" == "\n".join(wrong)


def told(answer: Any) -> str | int:
    """What an answer says: ok (also a redirect or "not in this state"), sign-in, or a status."""
    if answer.status_code in (302, 303) and "/login?" in answer.headers["Location"]:
        return "sign-in"
    return OK if answer.status_code < 400 or answer.status_code == 409 else answer.status_code


def test_no_form_is_taken_without_its_token(stage: Stage, csrf: Callable[[bool], None]) -> None:
    csrf(True)
    client = stage.client("organiser")
    answers = {
        endpoint: client.post(address(stage, endpoint, stage.values)).status_code
        for endpoint, method in sorted(TABLE)
        if method == "POST"
    }
    assert {} == {endpoint: status for endpoint, status in answers.items() if status != 400}


@pytest.mark.parametrize("role", ["anonymous", "stranger", "foreign"])
def test_outsiders_change_nothing(stage: Stage, role: str) -> None:
    client = stage.client(role)
    answers = {
        endpoint: client.post(address(stage, endpoint, stage.values)).status_code
        for endpoint in POSTS
        if endpoint not in OPEN_POSTS
    }
    assert {} == {
        endpoint: status for endpoint, status in answers.items() if status not in (403, 404)
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_of_another_roadshow_lead_nowhere(stage: Stage, method: str) -> None:
    """An organiser asks at the own roadshow for each id of the other one."""
    client, wrong = stage.client("foreign"), []
    for endpoint in GETS if method == "get" else POSTS:
        arguments = rules(stage.app, endpoint).arguments
        if "slug" not in arguments:
            continue
        for name in sorted(one for one in arguments if one.endswith("_id")):
            foreign = values_for(endpoint, {name}, stage.values)
            values = {**stage.values, **stage.other, f"{endpoint}:{name}": foreign[name]}
            answer = getattr(client, method)(address(stage, endpoint, values))
            if answer.status_code != 404:
                wrong.append(f"{endpoint} {name}: {answer.status_code}")
    assert "" == "\n".join(wrong)
