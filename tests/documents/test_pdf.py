from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.documents.pdf import full_grid, meeting_packs, person_schedules, table_cards
from matchmaker.documents.values import (
    Appointment,
    Edition,
    Fact,
    Grid,
    GridCell,
    MeetingPack,
    PartyCard,
    PersonSchedule,
    Reason,
    TableCard,
    TableMeeting,
)

START = datetime(2026, 9, 12, 1, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=20)
HOSTILE = (
    '#eval("1+1") *bold* $x$ _y_ <label> @ref `raw` \\u{41} = Head \n- item #include "/etc/passwd"'
)


def edition(language: str = "en") -> Edition:
    return Edition(
        name="Suzhou roadshow",
        zone="Asia/Shanghai",
        language=language,
        version="Version 3",
        url="https://roadshow.example/s",
        printed_at=datetime(2026, 9, 9, 10, 5, tzinfo=UTC),
    )


def at(slot: int) -> datetime:
    return START + slot * timedelta(minutes=25)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def words(content: bytes) -> str:
    return re.sub(r"\s", "", text(content))


def schedule(
    name: str = "Anna Schmidt 安娜", title: str = "Rhine Capital", **rest
) -> PersonSchedule:
    meeting = Appointment(
        starts_at=at(0), ends_at=at(0) + MINUTES, title=title, place="T03", **rest
    )
    return PersonSchedule(name=name, organisation="科隆大学", appointments=(meeting,))


def pack(**rest) -> MeetingPack:
    return MeetingPack(
        **{
            "starts_at": at(0),
            "ends_at": at(0) + MINUTES,
            "place": "T03",
            "project": PartyCard(
                name="CAR-T", facts=(Fact(label="Stage", text="Preclinical"),), people=("Anna",)
            ),
            "investor": PartyCard(name="莱茵资本"),
            "score": 82.4,
            "reasons": (Reason(text="Field", points=21.3), Reason(text="Ticket", points=-6.1)),
            **rest,
        }
    )


def test_a_schedule_shows_local_time_place_and_who():
    page = text(person_schedules(edition(), [schedule()]))
    assert [
        part
        for part in ("Anna Schmidt 安娜", "Saturday, 12 September 2026", "09:00", "09:20", "T03",
                     "Rhine Capital", "Version 3", "UTC+08:00", "Page 1 of 1")
        if part not in page
    ] == []  # fmt: skip


def test_chinese_prints_as_chinese():
    page = words(person_schedules(edition("zh"), [schedule(name="王晓芳", title="太湖引导基金")]))
    assert [
        part
        for part in ("王晓芳", "科隆大学", "太湖引导基金", "2026年9月12日星期六", "第1页，共1页")
        if part not in page
    ] == []


@pytest.mark.parametrize(("language", "code"), [("en", "en-GB"), ("zh", "zh-CN")])
def test_pages_are_a4_tagged_titled_and_say_their_language(language, code):
    document = read(person_schedules(edition(language), [schedule()]))
    root = document.trailer["/Root"]
    assert root["/Lang"] == code
    assert root["/MarkInfo"]["/Marked"]
    assert [round(float(side)) for side in document.pages[0].mediabox[2:]] == [595, 842]
    assert "Suzhou roadshow" in document.metadata.title


def test_every_person_and_every_table_begins_a_page():
    people = person_schedules(edition(), [schedule(name=f"Person {one}") for one in range(3)])
    tables = table_cards(
        edition(),
        [
            TableCard(
                name=f"T{one:02}",
                meetings=(
                    TableMeeting(
                        starts_at=at(0), ends_at=at(0) + MINUTES, project="CAR-T", investor="莱茵"
                    ),
                ),
            )
            for one in range(4)
        ],
    )
    assert [
        f"Person {one}" in page.extract_text() for one, page in enumerate(read(people).pages)
    ] == [True] * 3
    assert [f"T{one:02}" in page.extract_text() for one, page in enumerate(read(tables).pages)] == [
        True
    ] * 4


def test_the_grid_is_landscape_and_holds_every_meeting():
    tables = tuple(f"T{number:02}" for number in range(20))
    slots = tuple((at(slot), at(slot) + MINUTES) for slot in range(12))
    cells = tuple(
        GridCell(table=table, starts_at=start, project=f"p{row}q{place}", investor="i")
        for row, table in enumerate(tables)
        for place, (start, _) in enumerate(slots)
    )
    content = full_grid(edition(), Grid(tables=tables, slots=slots, cells=cells))
    page = read(content).pages[0]
    assert page.mediabox.width > page.mediabox.height
    found = set(re.findall(r"p\d+q\d+", text(content)))
    assert found == {cell.project for cell in cells}


def test_a_pack_has_both_sides_the_reasons_and_one_page():
    content = meeting_packs(edition(), [pack()])
    page = text(content)
    assert len(read(content).pages) == 1
    assert [
        part
        for part in ("CAR-T", "莱茵资本", "Preclinical", "82", "+21.3", "−6.1", "Notes".upper())
        if part not in page
    ] == []


def test_nothing_planned_still_prints():
    documents = [
        person_schedules(edition(), [PersonSchedule(name="Anna")]),
        table_cards(edition(), [TableCard(name="T1")]),
        full_grid(edition(), Grid(tables=(), slots=())),
        meeting_packs(edition(), []),
    ]
    assert ["Nothing is planned yet." in text(one) for one in documents] == [True] * 4


def test_the_same_values_print_the_same_bytes():
    assert meeting_packs(edition(), [pack()]) == meeting_packs(edition(), [pack()])


def test_typed_markup_is_printed_and_not_run():
    page = words(person_schedules(edition(), [schedule(title=HOSTILE, note=HOSTILE)]))
    assert page.count(re.sub(r"\s", "", HOSTILE)) == 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text("#*$_<>@`\\\"'[]{}()=-/~\n\0 a", max_size=60))
def test_whatever_people_type_prints(one, other):
    names = {"name": one, "organisation": other, "summary": one, "line": other}
    party = PartyCard(**names, facts=(Fact(label=one, text=other),), people=(one, other))
    cell = GridCell(table=one, starts_at=at(0), project=one, investor=other, note=one)
    meeting = TableMeeting(
        starts_at=at(0), ends_at=at(0) + MINUTES, project=one, investor=other, people=(one,)
    )
    titled = Edition(name=one, zone="Asia/Shanghai", venue=other, url=other)
    documents = [
        person_schedules(titled, [schedule(name=one, title=other, note=one)]),
        table_cards(titled, [TableCard(name=one, room=other, meetings=(meeting,))]),
        full_grid(titled, Grid(tables=(one,), slots=((at(0), at(0) + MINUTES),), cells=(cell,))),
        meeting_packs(titled, [pack(project=party, reasons=(Reason(text=one, points=0.0),))]),
    ]
    assert [document[:5] for document in documents] == [b"%PDF-"] * 4
