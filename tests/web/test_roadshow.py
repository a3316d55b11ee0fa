"""An organiser's pages: settings, phases, people, invitations, journal, mail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.paths import TEMPLATES
from matchmaker.services import invitation, profile
from matchmaker.services.pairing.pricing import Verb
from matchmaker.store.account import Invitation
from matchmaker.store.journal import Mail
from matchmaker.store.roadshow import Roadshow
from matchmaker.web.deeds import DEEDS
from matchmaker.web.roadshow import read_guests
from matchmaker.web.words import WORDS
from tests.makers import go_to, make_account, make_member, make_roadshow

PAGES = ("organise", "settings", "people", "invitations", "journal", "mail", "jobs", "phase/call")


@pytest.fixture
def cast(session: Session, now: datetime) -> dict[str, Any]:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    go_to(session, roadshow, Phase.CALL, olga, now)
    ina = make_member(session, roadshow, "ina", Role.INVESTOR, olga, now)
    rita = make_account(session, "rita", now)
    make_roadshow(session, rita, now, "other")
    session.commit()
    return {"olga": olga, "ina": ina, "rita": rita, "roadshow": roadshow}


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_an_organiser_sees_every_page(
    cast: dict[str, Any], sign_in: Callable[..., Any], page: str, locale: str
) -> None:
    answer = sign_in(cast["olga"], locale).get(f"/r/shanghai/{page}")
    assert 200 == answer.status_code
    assert f'<html lang="{"zh-Hans" if locale == "zh" else "en"}">' in answer.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["ina", "rita"])
def test_nobody_else_learns_that_they_exist(
    cast: dict[str, Any], sign_in: Callable[..., Any], page: str, name: str
) -> None:
    assert 404 == sign_in(cast[name]).get(f"/r/shanghai/{page}").status_code


def test_an_anonymous_visitor_is_asked_to_sign_in(
    cast: dict[str, Any], sign_in: Callable[..., Any]
) -> None:
    answer = sign_in().get("/r/shanghai/settings")
    assert (302, "/login?next=/r/shanghai/settings") == (
        answer.status_code,
        answer.headers["Location"],
    )


def test_bad_settings_come_back_with_what_was_typed(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    typed = {
        "name_en": "A new name",
        "starts_on": "2027-04-16",
        "ends_on": "2027-04-15",
        "zone": "Asia/Shanghai",
        "currency": "USD",
        "rates": "CNY 0.14",
        **dict.fromkeys(("project_min", "project_max", "investor_min", "investor_max"), "5"),
        "slot_minutes": "20",
        "buffer_minutes": "5",
    }
    answer = sign_in(cast["olga"]).post("/r/shanghai/settings", data=typed)
    assert 422 == answer.status_code
    assert "The last day lies before the first." in answer.text
    assert 'value="A new name"' in answer.text
    session.expire_all()
    kept = session.scalars(select(Roadshow.name_en).where(Roadshow.slug == "shanghai")).one()
    assert "Roadshow shanghai" == kept


def test_the_twin_language_says_the_same(cast: dict[str, Any], sign_in: Callable[..., Any]) -> None:
    answer = sign_in(cast["olga"], "zh").post("/r/shanghai/settings", data={"name_en": ""})
    assert 422 == answer.status_code
    assert "该字段是必填字段" in answer.text or "必填" in answer.text


def test_a_guest_accepts_an_invitation_and_takes_part(
    cast: dict[str, Any], sign_in: Callable[..., Any], app: Any, session: Session
) -> None:
    sign_in(cast["olga"]).post(
        "/r/shanghai/invitations",
        data={"email": "new@example.org", "name": "Nan", "role": "investor", "party": ""},
    )
    link = re.search(r"http://localhost(/invitation/\S+)", app.extensions["sent"][-1].get_content())
    assert link is not None
    guest = sign_in()
    assert {200} == {guest.get(link[1]).status_code for _ in range(3)}  # a scanner, then a person
    assert 200 == guest.head(link[1]).status_code
    short = guest.post(link[1], data={"name": "Nan", "password": "short"})
    assert 422 == short.status_code
    typed = {"name": "Nan", "password": "four plain words here"}
    silent = guest.post(link[1], data=typed)
    assert (422, True) == (silent.status_code, "nothing may be stored about you" in silent.text)
    done = guest.post(link[1], data={**typed, "agree": "y"})
    assert (303, "/r/shanghai/home") == (done.status_code, done.headers["Location"])
    assert 200 == guest.get("/r/shanghai/home").status_code
    over = guest.get(link[1])
    assert (410, True) == (over.status_code, "It was accepted on" in over.text)
    assert session.scalars(select(Invitation)).one().accepted_at is not None


def test_whoever_comes_too_late_has_a_new_link_sent_to_the_invited_address(
    cast: dict[str, Any], sign_in: Callable[..., Any], app: Any, session: Session, now: datetime
) -> None:
    guest, long_ago = invitation.Guest("late@example.org", "Lee"), now - timedelta(days=40)
    row = invitation.invite(
        session, cast["roadshow"], guest, Role.TEAM, actor=cast["olga"], now=long_ago
    )
    mail = session.scalars(select(Mail).where(Mail.dedupe == invitation.letter_key(row))).one()
    old = f"/invitation/{mail.params['body']}"
    session.commit()
    client = sign_in()
    page = client.get(old)
    assert (410, True) == (page.status_code, "Send me a new link" in page.text)
    assert 410 == client.post(old, data={"name": "L", "password": "x" * 12}).status_code
    assert 303 == client.post(f"{old}/renew").status_code
    assert ["late@example.org"] == [one["To"] for one in app.extensions["sent"][-1:]]
    letter = app.extensions["sent"][-1]
    links = set(re.findall(r"http://localhost(/invitation/\S+)", letter.get_content()))
    assert (1, True) == (len(links), "邀请" in letter.get_content())
    assert 200 == client.get(links.pop()).status_code
    assert {404} == {client.get(old).status_code, client.post(f"{old}/renew").status_code}


def test_a_list_with_a_bad_line_invites_nobody(
    cast: dict[str, Any], sign_in: Callable[..., Any], app: Any
) -> None:
    answer = sign_in(cast["olga"]).post(
        "/r/shanghai/invitations/list",
        data={"role": "reviewer", "guests": "Li Wei <li@example.org>\nno address here"},
    )
    assert 422 == answer.status_code
    assert "no address here" in answer.text
    assert [] == app.extensions.get("sent", [])


def test_a_role_is_chosen_and_fits_the_team_or_firm(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session, now: datetime
) -> None:
    by: dict[str, Any] = {"actor": cast["olga"], "now": now}
    pump = profile.create_project(session, cast["roadshow"], title="P", organisation=None, **by)
    session.commit()
    client, sent = sign_in(cast["olga"]), {"email": "nan@example.org", "party": ""}
    assert 422 == client.post("/r/shanghai/invitations", data=sent).status_code
    listed = {"guests": "nan@example.org", "role": ""}
    assert 422 == client.post("/r/shanghai/invitations/list", data=listed).status_code
    sent["party"] = f"project:{pump.id}"
    session.commit()
    wrong = client.post("/r/shanghai/invitations", data={**sent, "role": "organiser"})
    assert "A team is joined as a team member" in wrong.text
    assert 303 == client.post("/r/shanghai/invitations", data={**sent, "role": "team"}).status_code
    assert ["team"] == [row.role.value for row in session.scalars(select(Invitation))]


@pytest.mark.parametrize(
    ("line", "guest"),
    [
        ("li@example.org", ("li@example.org", "")),
        ("Li Wei <li@example.org>", ("li@example.org", "Li Wei")),
        ('"Li, Wei" li@example.org', None),
        ("李伟\tli@example.org", ("li@example.org", "李伟")),
        ("Li Wei; li@example.org", ("li@example.org", "Li Wei")),
        ("not an address", None),
    ],
)
def test_a_line_of_a_list_is_a_name_and_an_address(
    line: str, guest: tuple[str, str] | None
) -> None:
    guests, wrong = read_guests(line)
    assert guest == ((guests[0].email, guests[0].name) if guests else None)
    assert bool(wrong) is (guest is None)


def test_whoever_has_not_answered_is_reminded_with_a_fresh_link(
    cast: dict[str, Any], sign_in: Callable[..., Any], app: Any, session: Session, now: datetime
) -> None:
    guests = [invitation.Guest(f"guest{number}@example.org") for number in range(3)]
    long_ago = now - timedelta(days=4)
    for guest, sent in zip(guests, (long_ago, long_ago, now), strict=True):
        invitation.invite(session, cast["roadshow"], guest, Role.TEAM, actor=cast["olga"], now=sent)
    session.commit()
    client = sign_in(cast["olga"])
    before = {row.email: row.token_hash for row in session.scalars(select(Invitation))}
    session.commit()
    page = client.post("/r/shanghai/invitations/remind", follow_redirects=True)
    assert "2 reminders are on their way." in page.text
    session.expire_all()
    rows = {row.email: row for row in session.scalars(select(Invitation))}
    assert {"guest0@example.org": 1, "guest1@example.org": 1, "guest2@example.org": 0} == {
        email: row.reminders for email, row in rows.items()
    }
    assert {"guest2@example.org"} == {
        email for email, row in rows.items() if row.token_hash == before[email]
    }
    session.commit()
    again = client.post("/r/shanghai/invitations/remind", follow_redirects=True)
    assert "was written to in the last days" in again.text
    letters = [one for one in app.extensions["sent"] if "Your answer is awaited" in one["subject"]]
    assert {"guest0@example.org", "guest1@example.org"} == {one["to"] for one in letters}


@pytest.mark.parametrize(
    ("query", "count"), [("?state=open", 1), ("?state=accepted", 0), ("?q=guest", 1), ("?q=zzz", 0)]
)
def test_invitations_are_found_by_state_and_name(
    cast: dict[str, Any],
    sign_in: Callable[..., Any],
    session: Session,
    now: datetime,
    query: str,
    count: int,
) -> None:
    guest = invitation.Guest("guest@example.org")
    invitation.invite(session, cast["roadshow"], guest, Role.TEAM, actor=cast["olga"], now=now)
    session.commit()
    page = sign_in(cast["olga"]).get(f"/r/shanghai/invitations{query}").text
    assert count == page.count("guest@example.org")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_public_page_says_what_it_is(
    cast: dict[str, Any], sign_in: Callable[..., Any], locale: str
) -> None:
    answer = sign_in(locale=locale).get("/r/shanghai/")
    assert 200 == answer.status_code
    assert ("上海路演" if locale == "zh" else "Roadshow shanghai") in answer.text


def test_the_public_page_says_when_applications_are_over(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session, now: datetime
) -> None:
    over = []
    for until in (now + timedelta(days=1), now - timedelta(days=1)):
        session.get_one(Roadshow, cast["roadshow"].id).applications_until = until
        session.commit()
        over.append("(over)" in sign_in().get("/r/shanghai/").text)
    assert [False, True] == over


def test_a_draft_roadshow_has_no_public_page(
    cast: dict[str, Any], sign_in: Callable[..., Any]
) -> None:
    assert 404 == sign_in().get("/r/other/").status_code


def test_every_action_of_the_journal_has_its_words() -> None:
    code = re.compile(r"[a-z]+\.[a-z_]+")
    found = {f"pairing.{verb}" for verb in get_args(Verb)}
    for path in Path("matchmaker/services").rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.FunctionDef) and "journal.write(" in ast.unparse(one):
                told = [part.value for part in ast.walk(one) if isinstance(part, ast.Constant)]
                found |= {text for text in told if isinstance(text, str) and code.fullmatch(text)}
    later = {"mandate.saved", "project.saved", "team.joined", "delegate.joined"}
    assert sorted(found | later) == sorted(DEEDS)


def test_the_journal_is_read_and_searched_in_words(
    cast: dict[str, Any], sign_in: Callable[..., Any]
) -> None:
    page = sign_in(cast["olga"], "zh").get("/r/shanghai/journal?q=角色已授予").text
    assert ("路演角色已授予" in page, "阶段已变更" in page) == (True, False)


def test_an_unknown_query_parameter_is_refused(
    cast: dict[str, Any], sign_in: Callable[..., Any]
) -> None:
    client = sign_in(cast["olga"])
    assert 400 == client.get("/r/shanghai/people?include=password").status_code
    assert 200 == client.get("/r/shanghai/people?q=%25&role=investor&page=999").status_code


def test_lists_say_what_they_are_narrowed_by_and_how_to_see_all_again(
    cast: dict[str, Any], sign_in: Callable[..., Any]
) -> None:
    client = sign_in(cast["olga"])
    asked = {
        "people": "q=olga&role=organiser",
        "contacts": "q=olga",
        "invitations": "q=olga&state=open",
        "mail": "q=ina&about=invitation&state=queued",
    }

    def chips(page: str, query: str) -> tuple[int, bool]:
        text = client.get(f"/r/shanghai/{page}?{query}").text
        return text.count('class="chip"'), f'<a href="/r/shanghai/{page}">Clear all</a>' in text

    shown = {page: chips(page, query) for page, query in asked.items()}
    assert {page: (query.count("="), True) for page, query in asked.items()} == shown
    assert {(0, False)} == {chips(page, "") for page in asked}


def test_mail_is_found_by_address_subject_and_state_and_named_in_words(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session, now: datetime
) -> None:
    for name in ("ann", "bob"):
        guest = invitation.Guest(f"{name}@example.org")
        invitation.invite(session, cast["roadshow"], guest, Role.TEAM, actor=cast["olga"], now=now)
    session.commit()
    client = sign_in(cast["olga"])

    def found(query: str) -> list[str]:
        page = client.get(f"/r/shanghai/mail?{query}").text
        return sorted(re.findall(r'<th scope="row"[^>]*>(ann|bob)@', page))

    assert [["ann", "bob"], ["bob"], ["ann", "bob"], [], []] == [
        found(query)
        for query in ("", "q=BOB", "about=invitation&state=queued", "about=decision", "state=sent")
    ]
    assert ">邀请<" in sign_in(cast["olga"], "zh").get("/r/shanghai/mail").text
    letters = {path.stem for path in (TEMPLATES / "mail").glob("[a-z]*.txt")}
    assert letters == set(WORDS["letter"])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"), [("people", 9), ("invitations", 12), ("journal", 9), ("mail", 8)]
)
def test_a_list_asks_as_often_for_three_rows_as_for_one(
    cast: dict[str, Any],
    sign_in: Callable[..., Any],
    session: Session,
    now: datetime,
    app: Any,
    count_queries: Any,
    page: str,
    queries: int,
    count: int,
) -> None:
    for number in range(count):
        guest = invitation.Guest(f"guest{number}@example.org")
        invitation.invite(session, cast["roadshow"], guest, Role.TEAM, actor=cast["olga"], now=now)
        make_member(session, cast["roadshow"], f"m{number}", Role.TEAM, cast["olga"], now)
    session.commit()
    client = sign_in(cast["olga"])
    with count_queries(app.extensions["engine"]) as seen:
        assert 200 == client.get(f"/r/shanghai/{page}").status_code
    assert queries == len([one for one in seen if one.startswith("SELECT")])
