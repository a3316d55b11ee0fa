"""One's own data in the page: seen, taken along, agreed to, erased."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, Role
from matchmaker.services import personal, profile
from matchmaker.services.personal.stored import (
    BY_ADDRESS,
    PARTS,
    SECRET,
    is_doing,
    tells_a_doing,
)
from matchmaker.store.account import Account
from matchmaker.store.base import Base
from matchmaker.web.account.data import GROUPS
from matchmaker.web.account.telling import LABELS, REFERENCES, UNTOLD
from tests.makers import go_to, make_account, make_member, make_roadshow


@pytest.fixture
def cast(session: Session, now: datetime) -> dict[str, Any]:
    olga = make_account(session, "olga", now)
    roadshow = make_roadshow(session, olga, now)
    go_to(session, roadshow, Phase.CALL, olga, now)
    ina = make_member(session, roadshow, "ina", Role.INVESTOR, olga, now)
    session.commit()
    return {"olga": olga, "ina": ina, "roadshow": roadshow}


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize(
    "page", ["/privacy", "/r/shanghai/privacy", "/account/data", "/account/erase"]
)
def test_each_page_is_there(
    cast: dict[str, Any], sign_in: Callable[..., Any], page: str, locale: str
) -> None:
    assert 200 == sign_in(cast["ina"], locale).get(page).status_code
    expected = 200 if page.endswith("privacy") else 302
    assert expected == sign_in(locale=locale).get(page).status_code


def test_every_table_that_can_hold_somebody_has_a_name_in_the_page() -> None:
    holding = {
        table.name
        for table in Base.metadata.tables.values()
        if {"account", "person"} & {key.column.table.name for key in table.foreign_keys}
    }
    assert sorted(holding | {"account", "journal_entry", *PARTS}) == sorted(GROUPS)


def test_every_column_of_such_a_table_has_a_name_in_the_page_or_tells_nothing() -> None:
    def is_about(table: Any) -> bool:
        named = {"account", "person", *BY_ADDRESS, *PARTS}
        return table.name in named or any(
            key.column.table.name in ("account", "person") and not is_doing(key.parent)
            for key in table.foreign_keys
        )

    tables = [Base.metadata.tables[name] for name in GROUPS]
    shown = {
        column.name
        for table in tables
        for column in table.columns
        if column.name not in SECRET and (is_about(table) or tells_a_doing(column))
    }
    untold = {name for name in shown if name in UNTOLD or name.endswith("_id")}
    assert sorted(shown - untold - {"params"}) == sorted(LABELS)
    assert {name for name in untold if name.endswith("_id")} >= set(REFERENCES)


def test_everything_is_taken_along_as_it_is_stored(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    client = sign_in(cast["ina"])
    told = client.get("/account/data.json").json
    packed = zipfile.ZipFile(io.BytesIO(client.get("/account/data.zip").data))
    stored = personal.everything(session, session.get_one(Account, cast["ina"].id))
    session.commit()
    assert json.loads(json.dumps(stored, default=str)) == told
    assert told == json.loads(packed.read("my-data.json"))
    tables = {f"about/{name}.csv" for name in told["about"]}
    tables |= {f"done/{name}.csv" for name in told["done"]}
    assert {"my-data.json", *tables} == set(packed.namelist())
    assert 404 == client.get("/account/data.xml").status_code


def test_consent_is_given_with_a_button_and_noted_once(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    client = sign_in(cast["ina"])
    assert "You have not agreed to the present text" in client.get("/account/data").text
    for _ in range(2):
        client.post("/account/agree")
    assert "You have not agreed to the present text" not in client.get("/account/data").text
    assert [personal.PRIVACY] == [one.text for one in personal.consents_of(session, cast["ina"])]


def test_a_new_account_agrees_to_the_text_on_privacy_and_speaks_the_language_of_the_page(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    typed = {"email": "new@example.org", "password": "four plain words here"}
    client = sign_in()
    assert "nothing may be stored about you" in client.post("/register", data=typed).text
    sign_in(locale="zh").post("/register", data={**typed, "agree": "y"})
    made = session.scalars(select(Account).where(Account.email == typed["email"])).one()
    assert personal.agrees(session, made)
    assert made.locale == "zh"


def test_somebody_erases_themselves_by_typing_their_address(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    email = cast["ina"].email
    client = sign_in(cast["ina"])
    assert 422 == client.post("/account/erase", data={"email": "else@example.org"}).status_code
    assert 303 == client.post("/account/erase", data={"email": email}).status_code
    assert 302 == client.get("/account").status_code
    session.expire_all()
    gone = session.get_one(Account, cast["ina"].id)
    assert (f"erased-{gone.id}", "", False) == (gone.email, gone.name, gone.active)


def test_the_last_organiser_cannot_go(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    answer = sign_in(cast["olga"]).post("/account/erase", data={"email": cast["olga"].email})
    assert 422 == answer.status_code
    assert "A roadshow needs an organiser" in answer.text


@pytest.mark.parametrize(("locale", "text"), [("en", "Bring slides"), ("zh", "请携带幻灯片")])
def test_the_public_page_says_how_and_whom_to_ask(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session, locale: str, text: str
) -> None:
    cast["roadshow"].steps_en, cast["roadshow"].steps_zh = "Bring slides", "请携带幻灯片"
    cast["roadshow"].contact_email = "ask@example.org"
    session.commit()
    page = sign_in(locale=locale).get("/r/shanghai/").text
    assert text in page
    assert 'href="mailto:ask@example.org"' in page
    assert 'href="/r/shanghai/privacy"' in page


def test_an_organiser_erases_somebody_who_never_signed_in(
    cast: dict[str, Any], sign_in: Callable[..., Any], session: Session
) -> None:
    person = profile.add_person(
        session, cast["roadshow"], name_en="Nan Shy", email="nan@example.org"
    )
    session.commit()
    client = sign_in(cast["olga"])
    assert "Nan Shy" in client.get("/r/shanghai/contacts?q=nan").text
    there = f"/r/shanghai/contacts/{person.id}/erase"
    assert "Nan Shy" in client.get(there).text
    assert 303 == client.post(there).status_code
    assert "Nan Shy" not in client.get("/r/shanghai/contacts").text
    session.expire_all()
    assert ("–", "") == (person.name_en, person.email)
