from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select

from matchmaker.core.journey import ProjectState
from matchmaker.documents.sheet import read_sheet
from matchmaker.documents.xlsx import Page, write_xlsx
from matchmaker.services import account as accounts
from matchmaker.services.roadshow import create_roadshow
from matchmaker.store.exchange import ImportFile
from matchmaker.store.journal import Job
from matchmaker.store.profile import Investor, Project

HERE = "/r/spring/exchange"


@pytest.fixture
def organiser(session, now):
    account = accounts.new_account(
        session, "org@example.org", name="Organiser", password_hash="x", confirmed=True, now=now
    )
    create_roadshow(
        session,
        "spring",
        {
            "name_en": "Spring roadshow",
            "name_zh": "春季路演",
            "starts_on": date(2027, 5, 1),
            "ends_on": date(2027, 5, 2),
            "zone": "Asia/Shanghai",
        },
        organiser=account,
        actor=account,
        now=now,
    )
    session.commit()
    return account


def send(client, kind: str, content: bytes, name: str = "list.csv", **rest):
    return client.post(
        "/r/spring/imports",
        data={"kind": kind, "file": (io.BytesIO(content), name), **rest},
        content_type="multipart/form-data",
    )


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_a_foreign_table_is_sent_checked_and_imported(sign_in, organiser, session):
    client = sign_in(organiser)
    sent = send(
        client,
        "projects",
        lines(
            "公司,领域,国家,融资轮次", "苏州某生物,细胞治疗,中国,A轮", "Delft Nano,devices,NL,seed"
        ),
    )
    assert sent.status_code == 303
    page = client.get(sent.location)
    assert page.status_code == 200
    assert 'value="organisation_zh" selected' in page.text
    checked = client.post(sent.location, data={"existing": "skip", "selected": "1"})
    assert checked.location == f"{sent.location}/preview"
    shown = client.get(checked.location)
    assert "2 rows can be imported" in shown.text
    taken = client.post(f"{sent.location}/take")
    assert "/jobs/" in taken.location
    assert client.get(f"{sent.location}/result").status_code == 200
    found = session.scalars(select(Project).order_by(Project.code)).all()
    assert [(one.code, one.state, one.organisation.country) for one in found] == [
        ("P001", ProjectState.SELECTED, "CN"),
        ("P002", ProjectState.SELECTED, "NL"),
    ]


def test_an_unknown_word_is_settled_by_hand_and_remembered(sign_in, organiser, session):
    client = sign_in(organiser)
    table = lines("Investor,Sectors", "Rhine Capital,Biotech; Frobnication", "Second,Biotech")
    sent = send(client, "investors", table)
    assert "Frobnication" in client.get(sent.location).text
    blocked = client.post(sent.location, data={"existing": "skip"})
    assert "One cell needs attention" in client.get(blocked.location).text
    word = {"word-fields-0": "Frobnication", "means-fields-0": "Oncology"}
    client.post(sent.location, data={"existing": "skip", **word})
    assert "2 rows can be imported" in client.get(f"{sent.location}/preview").text
    again = send(client, "investors", table)
    assert "2 rows can be imported" in client.get(f"{again.location}/preview").text


def test_a_word_that_is_not_known_either_is_asked_for_again(sign_in, organiser):
    client = sign_in(organiser)
    sent = send(client, "investors", lines("Investor,Sectors", "Rhine Capital,Frobnication"))
    word = {"word-fields-0": "Frobnication", "means-fields-0": "Wibble"}
    answer = client.post(sent.location, data={"existing": "skip", **word})
    assert answer.status_code == 422


def test_the_second_import_of_a_table_changes_nothing(sign_in, organiser, session):
    client = sign_in(organiser)
    table = lines("Investor,Country", "Rhine Capital,DE", "Taihu Fund,CN")
    for _ in range(2):
        sent = send(client, "investors", table)
        client.post(f"{sent.location}/take")
    results = [
        file.result for file in session.scalars(select(ImportFile).order_by(ImportFile.taken_at))
    ]
    assert sorted((one["created"], one["skipped"]) for one in results) == [(0, 2), (2, 0)]
    assert len(session.scalars(select(Investor)).all()) == 2


def test_importing_twice_by_a_double_click_is_refused_the_second_time(sign_in, organiser, session):
    client = sign_in(organiser)
    sent = send(client, "investors", lines("Investor,Country", "Rhine Capital,DE"))
    assert [client.post(f"{sent.location}/take").status_code for _ in range(2)] == [303, 409]
    assert len(session.scalars(select(Investor)).all()) == 1


def test_a_bad_row_imports_nothing(sign_in, organiser, session):
    client = sign_in(organiser)
    sent = send(
        client, "investors", lines("name_en,ticket_low,ticket_high", "Good,1M,2M", "Bad,5M,1M")
    )
    page = client.get(f"{sent.location}/preview").text
    assert "1,000,000 is below 5,000,000; the numbers must go up." in page
    client.post(f"{sent.location}/take")
    assert session.scalars(select(Investor)).all() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "This is neither CSV nor XLSX."),
        (b"Name,Country\n", "There are headings, but no rows under them."),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(sign_in, organiser, content, sentence):
    answer = send(sign_in(organiser), "projects", content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_pasted_table_is_read(sign_in, organiser):
    client = sign_in(organiser)
    sent = client.post(
        "/r/spring/imports", data={"kind": "tables", "text": "Table\tRoom\nT1\tHall\nT2\tHall"}
    )
    assert sent.status_code == 303
    assert "2 rows can be imported" in client.get(f"{sent.location}/preview").text


def test_a_cell_is_put_right_in_the_page_and_a_row_left_out(sign_in, organiser, session):
    client = sign_in(organiser)
    sent = send(
        client, "projects", lines("code,title_en,amount", "P1,Pump,much", "P2,Valve,1", "P3,,2")
    )
    page = client.get(f"{sent.location}/preview").text
    assert 'name="cell-2-2" value="much"' in page
    assert 'name="drop-4"' in page
    answer = client.post(
        f"{sent.location}/cells", data={"cell-2-2": "5000", "drop-4": "1", "cell-9-9": "x"}
    )
    assert answer.location == f"{sent.location}/preview"
    page = client.get(answer.location).text
    assert "One cell was corrected." in page
    assert "Import 2 rows" in page
    client.post(f"{sent.location}/take")
    assert {"P1", "P2"} == set(session.scalars(select(Project.code)))


def test_corrections_can_be_forgotten(sign_in, organiser):
    client = sign_in(organiser)
    sent = send(client, "tables", lines("name,seats", "A,x"))
    client.post(f"{sent.location}/cells", data={"cell-2-1": "4"})
    assert "Import one row" in client.get(f"{sent.location}/preview").text
    client.post(f"{sent.location}/cells", data={"forget": "1"})
    assert 'value="x"' in client.get(f"{sent.location}/preview").text


def test_what_looks_known_stands_side_by_side_and_is_merged(sign_in, organiser, session):
    client = sign_in(organiser)
    imported(client, "investors", lines("name_en,country", "Birch Capital,DE"))
    sent = send(client, "investors", lines("name_en,country", "Birch Capital Inc.,AT", "Oak,SE"))
    page = client.get(f"{sent.location}/preview").text
    for text in ("The same thing twice?", "Germany", "Austria", 'name="same-2"'):
        assert text in page
    client.post(f"{sent.location}/same", data={"same-2": "merge", "same-3": "merge"})
    client.post(f"{sent.location}/take")
    found = {one.organisation.name_en: one for one in session.scalars(select(Investor))}
    assert {"Birch Capital Inc.": "AT", "Oak": "SE"} == {
        name: one.organisation.country for name, one in found.items()
    }


def test_an_import_is_taken_back_from_its_page(sign_in, organiser, session):
    client = sign_in(organiser)
    imported(client, "investors", lines("name_en", "Birch Capital"))
    there = f"/r/spring/imports/{session.scalars(select(ImportFile.id)).one()}"
    session.commit()
    assert "Take one row back" in client.get(f"{there}/result").text
    client.post(f"{there}/undo")
    assert [] == session.scalars(select(Investor)).all()
    session.commit()
    assert "Taken back" in client.get(f"{there}/result").text
    again = client.post(f"{there}/undo", follow_redirects=True)
    assert "There is nothing to take back." in again.text


def test_another_sheet_of_a_workbook_can_be_chosen(sign_in, organiser):
    client = sign_in(organiser)
    content = write_xlsx(
        [
            Page("Notes", ["To do", "Who"], [["call", "me"]]),
            Page("Investors", ["Investor", "Country"], [["Rhine Capital", "DE"]]),
        ]
    )
    sent = send(client, "investors", content, "list.xlsx")
    assert client.post(f"{sent.location}/sheet", data={"sheet": "Investors"}).status_code == 303
    assert "One row can be imported" in client.get(f"{sent.location}/preview").text


def test_a_table_sent_as_the_wrong_kind_is_read_as_the_right_one(sign_in, organiser):
    client = sign_in(organiser)
    sent = send(client, "projects", b"Investor,Stages\nBirch,seed\n").location
    client.post(sent, data={"existing": "skip"})
    assert "It looks more like: Investors." in client.get(f"{sent}/preview").text
    assert 409 == client.post(f"{sent}/kind", data={"kind": "x"}).status_code
    assert sent == client.post(f"{sent}/kind", data={"kind": "investors"}).location
    client.post(sent, data={"existing": "skip"})
    assert "One row can be imported." in client.get(f"{sent}/preview").text


def test_a_table_can_be_thrown_away(sign_in, organiser, session):
    client = sign_in(organiser)
    sent = send(client, "investors", lines("Investor,Country", "Rhine Capital,DE"))
    client.post(f"{sent.location}/forget")
    assert client.get(sent.location).status_code == 404


def test_only_organisers_of_this_roadshow_reach_imports_and_exports(
    sign_in, organiser, session, now
):
    sent = send(sign_in(organiser), "investors", lines("Investor,Country", "Rhine,DE"))
    outsider = accounts.new_account(
        session, "a@example.org", name="A", password_hash="x", confirmed=True, now=now
    )
    create_roadshow(
        session,
        "autumn",
        {
            "name_en": "Autumn",
            "name_zh": "",
            "starts_on": date(2027, 9, 1),
            "ends_on": date(2027, 9, 2),
            "zone": "UTC",
        },
        organiser=outsider,
        actor=outsider,
        now=now,
    )
    session.commit()
    client = sign_in(outsider)
    foreign = sent.location.replace("/spring/", "/autumn/")
    pages = [HERE, sent.location, f"{sent.location}/preview", "/r/spring/exports/projects.csv"]
    assert [client.get(page).status_code for page in (*pages, foreign)] == [404] * 5


def imported(client, kind: str, content: bytes) -> None:
    sent = send(client, kind, content)
    client.post(sent.location, data={"existing": "skip", "selected": "1"})
    client.post(f"{sent.location}/take")


def test_every_export_is_handed_over(sign_in, organiser, session, now):
    client = sign_in(organiser)
    imported(client, "projects", lines("Company,Country", "=cmd|' /C calc'!A0,DE"))
    page = client.get(HERE).text
    formats = {
        "csv": lambda content: read_sheet(content + b"\r\n"),
        "json": json.loads,
        "ics": Calendar.from_ical,
    }
    kinds = ("projects", "investors", "matches", "pairings", "timetable", "slots", "tables")
    stranger = accounts.new_account(
        session, "b@example.org", name="B", password_hash="x", confirmed=True, now=now
    )
    session.commit()
    visitor = sign_in(stranger)
    paper = [("cards", "pdf"), ("schedules", "pdf"), ("packs", "pdf"), ("timetable", "ics")]
    wanted = [(kind, form) for kind in kinds for form in ("csv", "xlsx", "json", "pdf")] + paper
    for kind, form in wanted:
        assert f"/r/spring/exports/{kind}.{form}" in page
        address = f"/r/spring/exports/{kind}.{form}"
        answer = client.get(address)
        if answer.status_code == 302:  # a large one is made as a job
            assert client.post(address).status_code == 303
            made = session.scalars(
                select(Job.result).where(Job.kind == "export").order_by(Job.finished_at, Job.id)
            ).all()
            session.commit()
            ready = [client.get(one["url"]) for one in made]
            answer = next(
                one for one in ready if f"{kind}.{form}" in one.headers["Content-Disposition"]
            )
            assert {visitor.get(one["url"]).status_code for one in made} == {404}
        assert answer.status_code == 200
        assert f"spring-{kind}.{form}" in answer.headers["Content-Disposition"]
        if form in ("json", "ics"):
            formats[form](answer.data)
    assert client.get("/r/spring/exports/projects.ics").status_code == 404
    assert client.get("/r/spring/exports/secrets.csv").status_code == 404


def test_no_cell_of_an_export_can_run(sign_in, organiser):
    client = sign_in(organiser)
    imported(client, "projects", lines("Company,Country", "=cmd|' /C calc'!A0,DE"))
    text = client.get("/r/spring/exports/projects.csv").data.decode("utf-8-sig")
    assert "\"'=cmd|' /C calc'!A0\"" in text


def test_pages_are_in_chinese_too(sign_in, organiser):
    client = sign_in(organiser, locale="zh")
    assert client.get(HERE).status_code == 200


@pytest.mark.parametrize("kind", ["projects", "investors"])
def test_the_cast_goes_in_and_comes_out_the_same(sign_in, organiser, kind):
    client = sign_in(organiser)
    seeds = Path("seeds") / f"{kind}.csv"
    imported(client, kind, seeds.read_bytes())
    first = client.get(f"/r/spring/exports/{kind}.csv").data
    sent = send(client, kind, first)
    client.post(sent.location, data={"existing": "update"})
    client.post(f"{sent.location}/take")
    assert client.get(f"/r/spring/exports/{kind}.csv").data == first


NASTY = [
    b"\0" * 3000,
    b"\xff\xfe\x00\xd8" * 50,
    b"PK\x03\x04" + b"xl/worksheets/" + b"\0" * 100,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900,
    b'"' + b"a," * 5000,
    ("名称,国家\n" + "苏州,中国\n" * 3).encode("utf-16"),
    ("Firma;Land\n" + "Köln;Deutschland\n" * 3).encode("cp1252"),
    b"a\n",
    b",,,\n,,,\n1,2,3\n",
    b"Company,Country\n=1+1,DE\n@x,DE\n-,DE\n",
    b"Company,Company,Company\nA,B,C\n",
    b"Company\n<script>alert(1)</script>\n{{7*7}}\n%(x)s %s\n",
    "Company,Country\n\u202eevil,DE\n\u0000null,DE\n".encode(),
    ("Company," + ",".join(f"c{n}" for n in range(299)) + "\nA" + ",1" * 299 + "\n").encode(),
    ("Company," + ",".join(f"c{n}" for n in range(400)) + "\nA\n").encode(),
    ("Amount,Company\n" + "9" * 400 + ",A\n-1e99,B\nNaN,C\n").encode(),
    (b"Date,Company,TRL\n0000-00-00,A,0\n2026-13-45,B,99\n,C,x\n"),
]


@pytest.mark.parametrize("kind", ["projects", "investors", "slots", "tables"])
def test_a_nasty_file_ends_in_a_page_that_a_person_understands(sign_in, organiser, kind):
    client = sign_in(organiser)
    sent = [send(client, kind, content) for content in NASTY]
    assert {answer.status_code for answer in sent} <= {303, 422}
    for answer in sent:
        if answer.status_code == 422:
            assert 'class="message"' in answer.text
            continue
        pages = [client.get(answer.location), client.get(f"{answer.location}/preview")]
        assert [page.status_code for page in pages] == [200, 200]
        assert "<script>alert(1)</script>" not in "".join(page.text for page in pages)
        assert client.post(f"{answer.location}/take").status_code == 303
