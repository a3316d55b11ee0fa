"""What guards every page: headers, hosts, tokens, limits, ways back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.web.ways import own_path
from tests.makers import make_account

TOKEN = re.compile(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}")


@pytest.mark.parametrize("path", ["/", "/login", "/nothing/here", "/static/css/site.css"])
def test_every_answer_carries_the_headers(sign_in: Callable[..., Any], path: str) -> None:
    headers = sign_in().get(path).headers
    if not path.startswith("/static"):
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert "nosniff" == headers["X-Content-Type-Options"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil"])
def test_a_foreign_host_is_refused(sign_in: Callable[..., Any], host: str) -> None:
    assert 400 == sign_in().get("/", headers={"Host": host}).status_code


def test_a_form_without_its_token_is_refused(app: Any, sign_in: Callable[..., Any]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = sign_in().post("/login", data={"email": "a@example.org", "password": "x"})
    assert 400 == answer.status_code


def test_a_write_from_another_site_is_refused(sign_in: Callable[..., Any]) -> None:
    answer = sign_in().post("/login", headers={"Sec-Fetch-Site": "cross-site"})
    assert 403 == answer.status_code


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/r/shanghai/home?x=1", "/r/shanghai/home?x=1"),
        ("//evil.example/x", "/x"),
        ("https://evil.example/x", "/x"),
        ("/\\evil.example", "/evil.example"),
        ("https:evil", "/evil"),
        ("\t//evil.example", "/"),
        ("javascript:alert(1)", "/alert(1)"),
        ("", "/"),
    ],
)
def test_a_way_back_never_leaves_the_site(address: str, path: str) -> None:
    assert path == own_path(address)


def test_nobody_learns_whether_an_address_has_an_account(
    app: Any, sign_in: Callable[..., Any], session: Session, now: datetime
) -> None:
    make_account(session, "olga", now)
    session.commit()
    pages = []
    for email in ("olga@example.org", "nobody@example.org"):
        answer = sign_in().post("/reset", data={"email": email}, follow_redirects=True)
        pages.append(TOKEN.sub("", answer.text.replace(email, "")))
    assert pages[0] == pages[1]


@pytest.fixture
def tries(settings: Any) -> Iterator[Callable[[int, list[str]], list[int]]]:
    """Return a function that tries to sign in as each address, so many being allowed."""
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    made = []

    def ask(allowed: int, emails: list[str]) -> list[int]:
        limited = create_app(replace(settings, sign_in_limit=allowed))
        limited.config["WTF_CSRF_ENABLED"] = False
        made.append(limited)
        client = limited.test_client()
        return [
            client.post("/login", data={"email": email, "password": "wrong"}).status_code
            for email in emails
        ]

    yield ask
    for one in made:
        one.extensions["engine"].dispose()


def test_sign_in_attempts_are_limited_also_over_a_restart(
    tries: Callable[[int, list[str]], list[int]],
) -> None:
    assert [200, 200] == tries(3, ["a@example.org", "A@example.org "])
    assert [200, 429, 200] == tries(3, ["a@example.org", "a@example.org", "b@example.org"])


def test_a_whole_venue_may_sign_in_from_one_address(
    tries: Callable[[int, list[str]], list[int]],
) -> None:
    asked = tries(1, [f"guest{number}@example.org" for number in range(17)])
    assert [200] * 15 + [429] * 2 == asked


def test_a_made_up_address_does_not_make_a_second_factor_try_anothers(
    settings: Any, session: Session, now: datetime
) -> None:
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    olga = make_account(session, "olga", now)
    session.commit()
    limited = create_app(replace(settings, sign_in_limit=2))
    limited.config["WTF_CSRF_ENABLED"] = False
    client = limited.test_client()
    asked = []
    for at in range(4):
        with client.session_transaction() as kept:  # as it was after the password
            kept["tf_user_id"] = olga.fs_uniquifier
        data = {"email": f"{at}@example.org", "code": "1"}
        asked.append(client.post("/tf-validate", data=data).status_code)
    assert [429, 429] == asked[2:]
    assert 429 not in asked[:2]
    named = {"email": "ann@example.org", "password": "wrong"}
    assert 429 == [client.post("/login", json=named).status_code for _ in range(3)][-1]
    limited.extensions["engine"].dispose()


def test_health_is_told_without_signing_in(sign_in: Callable[..., Any]) -> None:
    assert {"status": "ok"} == sign_in().get("/healthz").json
    ready = sign_in().get("/readyz")
    assert (200, True) == (ready.status_code, ready.json["database"])


@pytest.mark.parametrize("code", ["en", "zh", "xx"])
def test_choosing_a_language_leads_back(sign_in: Callable[..., Any], code: str) -> None:
    answer = sign_in().get(f"/language/{code}?next=//evil.example/x")
    assert "/x" == answer.headers["Location"]
