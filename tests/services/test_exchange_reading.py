from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import pytest

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Node, Taxonomy
from matchmaker.documents.sheet import read_sheet
from matchmaker.services.exchange import (
    ExclusionCell,
    InvestorRow,
    Mapping,
    PersonCell,
    Problem,
    ProjectRow,
    SlotRow,
    TableRow,
    Unit,
    Word,
    fingerprint,
    guess_mapping,
    read_investors,
    read_projects,
    read_slots,
    read_tables,
    sentence,
    survey,
)

FIELDS = Taxonomy(
    [
        Node("biotechnology", None, "Biotechnology", "生物技术", ("biotech",), ("生物医药",)),
        Node("cgt", "biotechnology", "Cell and gene therapy", "细胞与基因治疗", ("CGT",)),
        Node("oncology", "biotechnology", "Oncology", "肿瘤", ("cancer",)),
        Node("devices", None, "Medical devices", "医疗器械"),
        Node("cardiovascular", None, "Cardiovascular", "心血管"),
    ]
)


def sheet(*rows):
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    return read_sheet(page.getvalue().encode())


def test_our_own_columns_are_read_whole():
    rows, problems = read_projects(
        sheet(
            ["code", "title_en", "title_zh", "organisation_en", "organisation_zh", "kind",
             "country", "fields", "also_fields", "stage", "trl", "round", "amount", "currency",
             "languages", "evidence", "milestone_on", "company_formed", "website",
             "contact_name_en", "contact_email", "contact_languages", "colleagues"],
            ["P07", "CAR-T for AML", "急性髓系白血病CAR-T", "Uni Köln", "科隆大学", "university",
             "DE", "cgt;oncology", "oncology;devices", "preclinical", "4", "seed", "2500000",
             "EUR", "en;de", "in_vitro;in_vivo", "2027-03-01", "no", "www.uni-koeln.de/aml",
             "Ann Lee", "ann@x.example", "en;zh",
             "Bo Chen|陈波|CTO|技术总监|bo@x.example|zh+en;|李娜||||zh"],
        ),
        None,
        FIELDS,
    )  # fmt: skip
    assert problems == []
    assert rows == [
        ProjectRow(
            row=2,
            code="P07",
            title_en="CAR-T for AML",
            title_zh="急性髓系白血病CAR-T",
            organisation_en="Uni Köln",
            organisation_zh="科隆大学",
            kind="university",
            country="DE",
            fields=("cgt", "oncology"),
            also_fields=("devices",),
            stage="preclinical",
            trl=4,
            round="seed",
            amount=2_500_000.0,
            currency="EUR",
            languages=("en", "de"),
            evidence=("in_vitro", "in_vivo"),
            milestone_on=date(2027, 3, 1),
            company_formed=False,
            website="https://www.uni-koeln.de/aml",
            people=(
                PersonCell(name_en="Ann Lee", email="ann@x.example", languages=("en", "zh")),
                PersonCell(
                    name_en="Bo Chen",
                    name_zh="陈波",
                    title_en="CTO",
                    title_zh="技术总监",
                    email="bo@x.example",
                    languages=("zh", "en"),
                ),
                PersonCell(name_zh="李娜", languages=("zh",)),
            ),
        )
    ]


def test_a_chinese_table_is_understood_by_itself():
    rows, problems = read_projects(
        sheet(
            ["序号", "项目名称", "单位名称", "单位性质", "国家", "技术领域", "融资轮次",
             "拟融资金额（万元）", "项目简介", "联系人"],
            ["1", "通用型CAR-T", "苏州某生物", "企业", "中国", "细胞与基因治疗、肿瘤", "A轮",
             "3000", "面向肿瘤。", "王芳"],
            ["2", "Nano antibody platform", "Delft Nano BV", "公司", "荷兰", "生物医药", "天使轮",
             "800", "Binders.", "Jan de Vries"],
        ),
        None,
        FIELDS,
    )  # fmt: skip
    assert problems == []
    assert rows == [
        ProjectRow(
            row=2,
            code="1",
            title_zh="通用型CAR-T",
            organisation_zh="苏州某生物",
            kind="company",
            country="CN",
            fields=("cgt", "oncology"),
            round="series_a",
            amount=30_000_000.0,
            currency="CNY",
            summary_zh="面向肿瘤。",
            people=(PersonCell(name_zh="王芳"),),
        ),
        ProjectRow(
            row=3,
            code="2",
            title_en="Nano antibody platform",
            organisation_en="Delft Nano BV",
            kind="company",
            country="NL",
            fields=("biotechnology",),
            round="angel",
            amount=8_000_000.0,
            currency="CNY",
            summary_en="Binders.",
            people=(PersonCell(name_en="Jan de Vries"),),
        ),
    ]


def test_a_table_in_traditional_characters_is_understood_by_itself():
    table = read_sheet(
        "項目名稱,公司,國家,領域,臨床階段,融資額（萬美元）,聯絡人\n"
        "心臟細胞療法,台北生技,臺灣,腫瘤,臨床前,500,林小姐\n".encode("big5")
    )
    rows, problems = read_projects(table, None, FIELDS)
    assert [] == problems
    assert [
        ("心臟細胞療法", "台北生技", "TW", ("oncology",), "preclinical", 5_000_000, "USD", "林小姐")
    ] == [
        (
            *(row.title_zh, row.organisation_zh, row.country, row.fields, row.stage, row.amount),
            *(row.currency, row.people[0].name_zh),
        )
        for row in rows
    ]


def test_an_investors_ranges_exclusions_and_regions_are_read():
    rows, problems = read_investors(
        sheet(
            ["Investor", "Type", "Stages", "Ticket size", "TRL", "Geography", "Exclude", "Only",
             "Conflicts", "Lead / follow"],
            ["Rhine Capital", "Corporate VC", "series-a; B轮", "€1-5M", "4-7", "DACH, China",
             "field:cardiovascular unless field:devices; no 肿瘤", "country",
             "Müller, Inc.; 苏州某生物", "领投"],
        ),
        None,
        FIELDS,
    )  # fmt: skip
    assert problems == []
    assert rows == [
        InvestorRow(
            row=2,
            name_en="Rhine Capital",
            kind="cvc",
            rounds=("series_a", "series_b"),
            ticket_low=1e6,
            ticket_high=5e6,
            currency="EUR",
            trl_min=4,
            trl_max=7,
            countries=("DE", "AT", "CH", "CN"),
            exclude=(
                ExclusionCell(
                    facet="field", value="cardiovascular", unless=(("field", "devices"),)
                ),
                ExclusionCell(facet="field", value="oncology"),
            ),
            only=("country",),
            conflicts=("Müller, Inc.", "苏州某生物"),
            lead="lead",
        )
    ]


def test_stages_are_told_from_rounds_by_what_stands_below():
    clinical = sheet(["Investor", "Stages"], ["A", "Phase II; preclinical"])
    financial = sheet(["Investor", "Stages"], ["A", "seed; series b"])
    assert [guess_mapping(one, "investors", FIELDS).columns["Stages"] for one in
            (clinical, financial)] == ["stages", "rounds"]  # fmt: skip


def test_every_wrong_cell_is_named():
    rows, problems = read_projects(
        sheet(
            ["title_en", "organisation_en", "country", "fields", "trl", "amount", "milestone_on",
             "contact_email", "website", "pitch_en"],
            ["Good", "Org", "DE", "cgt", "3", "5M", "", "", "", ""],
            ["Bad", "Org", "Atlantis", "cgt; astrology", "12", "lots", "3/4/2026", "ann(at)x",
             "javascript:alert(1)", "x" * 301],
            ["", "Org", "", "", "", "-5", "", "", "", ""],
        ),
        None,
        FIELDS,
    )  # fmt: skip
    assert [row.title_en for row in rows] == ["Good"]
    assert sorted((one.row, one.column, one.reason) for one in problems) == [
        (3, "amount", "not-an-amount"),
        (3, "contact_email", "not-an-email"),
        (3, "country", "unknown-word"),
        (3, "fields", "unknown-word"),
        (3, "milestone_on", "not-a-day"),
        (3, "pitch_en", "too-long"),
        (3, "trl", "out-of-range"),
        (3, "website", "not-an-address"),
        (4, "amount", "negative"),
        (4, "title_en", "missing"),
    ]
    assert sentence(problems[-1]) == "row 4, “title_en”: This must not be empty."


def test_a_word_that_is_settled_by_hand_is_known_and_one_may_be_ignored():
    table = sheet(
        ["Company", "Field", "Country"],
        ["A", "Astrology; CGT", "Freedonia"],
        ["B", "Biotech; Astrology", "DE"],
    )
    guessed = guess_mapping(table, "projects", FIELDS)
    assert survey(table, guessed, FIELDS) == {
        "country": [Word("Freedonia", 1, ()), Word("DE", 1, ("DE",))],
        "fields": [
            Word("Astrology", 2, ()),
            Word("Biotech", 1, ("biotechnology",)),
            Word("CGT", 1, ("cgt",)),
        ],
    }
    settled = guessed.with_values("fields", {"Astrology": "oncology;devices"}).with_values(
        "country", {"Freedonia": ""}
    )
    rows, problems = read_projects(table, settled, FIELDS)
    assert problems == []
    assert [(row.country, row.fields) for row in rows] == [
        (None, ("oncology", "devices", "cgt")),
        ("DE", ("biotechnology", "oncology", "devices")),
    ]


def test_rows_that_look_alike_are_shown_and_a_code_twice_blocks():
    _, problems = read_projects(
        sheet(
            ["code", "title_en", "organisation_en"],
            ["P1", "Alpha", "Org"],
            ["P1", "Beta", "Org"],
            ["P2", "alpha", "ORG"],
        ),
        None,
        FIELDS,
    )
    assert [(one.row, one.reason, one.facts, one.blocking) for one in problems] == [
        (3, "code-twice", {"other": 2}, True),
        (4, "looks-like", {"other": 2}, False),
    ]


def test_a_table_without_the_needed_column_says_so_once():
    rows, problems = read_investors(sheet(["Wine", "Cheese"], ["a", "b"]), None, FIELDS)
    assert rows == []
    assert problems == [
        Problem(0, "name_en", "", "", "no-column", {"columns": ["name_en", "name_zh"]})
    ]


def test_a_row_that_spills_over_blocks():
    _, problems = read_projects(
        sheet(["Company", "Country"], ["Müller", "Inc.", "DE"]), None, FIELDS
    )
    assert ("spilled", "DE") in [(one.reason, one.value) for one in problems]


def test_two_currencies_in_one_row_block():
    _, problems = read_projects(
        sheet(["title", "organisation", "amount", "raised"], ["A", "B", "$5M", "€1M"]),
        None,
        FIELDS,
    )
    assert [(one.reason, one.facts) for one in problems] == [
        ("two-currencies", {"currency": "USD", "own": "EUR"})
    ]


def test_cells_without_a_value_are_told_and_no_words_to_settle():
    table = sheet(
        ["Company", "Field", "TRL"], ["A", "#N/A", "3"], ["B", "CGT", "#REF!"], ["#N/A", "CGT", "4"]
    )
    uncounted = replace(table, uncounted=frozenset({(2, "TRL"), (3, "TRL")}))
    uncounted = replace(
        uncounted, rows=(replace(table.rows[0], cells=("A", "#N/A", "=1+1")), *table.rows[1:])
    )
    guessed = guess_mapping(uncounted, "projects", FIELDS)
    assert survey(uncounted, guessed, FIELDS) == {"fields": [Word("CGT", 2, ("cgt",))]}
    rows, problems = read_projects(uncounted, guessed, FIELDS)
    assert ["B"] == [row.organisation_en for row in rows]
    assert [
        (2, "fields", "failed-formula", False),
        (2, "trl", "uncounted-formula", True),
        (3, "trl", "failed-formula", False),
        (4, "organisation_en", "failed-formula", False),
        (4, "title_en", "missing", True),
    ] == sorted((one.row, one.column, one.reason, one.blocking) for one in problems)


@pytest.mark.parametrize(
    ("amounts", "told"), [(["1,5", "20"], [{"most": "20"}]), (["1,5", "2M"], []), (["", ""], [])]
)
def test_amounts_that_are_all_tiny_are_asked_about(amounts, told):
    table = sheet(["Company", "Amount sought"], *(["A", one] for one in amounts))
    _, problems = read_projects(table, None, FIELDS)
    assert told == [one.facts for one in problems if one.reason == "small-amounts"]


def test_tickets_out_of_order_block():
    _, problems = read_investors(
        sheet(["name_en", "ticket_low", "ticket_high"], ["A", "5M", "1M"]), None, FIELDS
    )
    assert [(one.column, one.reason) for one in problems] == [("ticket_high", "not-in-order")]


def test_slots_are_read_from_moments_or_from_a_day_and_times():
    whole, none = read_slots(
        sheet(["starts_at", "minutes"], ["2026-09-12T09:00", "20"]), None, FIELDS
    )
    parts, nothing = read_slots(
        sheet(["日期", "开始时间", "结束时间"], ["2026年9月12日", "9:00", "9:20"]), None, FIELDS
    )
    expected = [SlotRow(row=2, starts_at=datetime.fromisoformat("2026-09-12T09:00"), minutes=20)]
    assert (whole, none, parts, nothing) == (expected, [], expected, [])


def test_tables_are_read():
    rows, problems = read_tables(
        sheet(["Table", "Room", "Seats"], ["T1", "Hall B", "6"], ["T2", "二号厅", ""]), None, FIELDS
    )
    assert problems == []
    assert rows == [
        TableRow(row=2, name="T1", room_en="Hall B", seats=6),
        TableRow(row=3, name="T2", room_zh="二号厅"),
    ]


def test_a_mapping_survives_being_remembered():
    mapping = Mapping(
        kind="projects",
        columns={"Firma": "organisation_en", "X": ""},
        values={"country": {"Freedonia": ""}},
        units={"amount": Unit("EUR", 1e6)},
        defaults={"kind": "company"},
    )
    assert Mapping.from_json(mapping.as_json()) == mapping


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"kind": "wine"},
        {"kind": "projects", "columns": {"a": "nope"}},
        {"kind": "projects", "columns": {"a": 3}},
        {"kind": "projects", "columns": {"a": "trl", "b": "trl"}},
        {"kind": "projects", "values": {"fields": []}},
        {"kind": "projects", "units": {"amount": {"factor": "x"}}},
        {"kind": "projects", "defaults": 7},
    ],
)
def test_a_broken_mapping_is_refused(data):
    with pytest.raises(Refusal):
        Mapping.from_json(data)


def test_a_table_is_recognised_whatever_the_order_of_its_columns():
    assert fingerprint("projects", ["A (USD)", "B"]) == fingerprint("projects", ["b", "a"])
    assert fingerprint("projects", ["A"]) != fingerprint("investors", ["A"])
