"""What people send: each file ends in rows or in a sentence they understand."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter

from matchmaker.core.refusal import Refusal
from matchmaker.documents.sheet import MAX_ROWS, SheetRow, read_sheet
from matchmaker.documents.xlsx import Page, write_xlsx

TABLE = [["名称", "Amount"], ["苏州某公司", "12"], ["Müller, GmbH", "7"]]


def workbook(fill, **options) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        fill(book)
    return buffer.getvalue()


def fill_table(sheet, rows=TABLE, top=0):
    for number, row in enumerate(rows, start=top):
        sheet.write_row(number, 0, row)


def cells(content: bytes) -> list[tuple[str, ...]]:
    sheet = read_sheet(content)
    return [sheet.headings, *(row.cells for row in sheet.rows)]


def refused(content: bytes, name: str = "") -> str:
    with pytest.raises(Refusal) as caught:
        read_sheet(content, name)
    assert caught.value.hint.endswith(".")
    return caught.value.reason


def reads_or_refuses(content: bytes) -> bool:
    try:
        return bool(read_sheet(content).headings)
    except Refusal as refusal:
        return refusal.hint.endswith(".")


EXPECTED = [tuple(row) for row in TABLE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_usual_encoding_and_separator_is_understood(encoding, separator, line_end):
    rows = [["名称", "Amount"], ["苏州某公司", "12"], ['"M, GmbH; a|b\tc"', "7"]]
    text = line_end.join(separator.join(row) for row in rows)
    assert [*EXPECTED[:2], ("M, GmbH; a|b\tc", "7")] == cells(text.encode(encoding))


def test_western_european_text_is_not_taken_for_chinese():
    text = "Name;Stadt\nUniversität Köln;Köln\nInstitut français;Orléans\n"
    assert cells(text.encode("cp1252")) == [
        ("Name", "Stadt"),
        ("Universität Köln", "Köln"),
        ("Institut français", "Orléans"),
    ]


def test_damaged_utf8_is_named_with_its_line():
    text = ("名称,城市\n" + "苏州某公司,苏州\n" * 20).encode()
    with pytest.raises(Refusal) as caught:
        read_sheet(text.replace("苏州\n".encode(), "苏".encode() + b"\xe5\n", 1))
    assert (caught.value.reason, caught.value.facts) == ("broken-text", {"line": 2})


def test_a_separator_named_in_the_first_line_counts():
    assert cells(b"sep=;\na,b;c\n1,5;2\n") == [("a,b", "c"), ("1,5", "2")]


def test_long_lists_in_cells_do_not_pass_for_columns():
    many = ";".join(f"Region {number}" for number in range(70))
    assert cells(f"name,regions\nA,Boston\nB,{many}\n".encode())[2] == ("B", many)
    assert cells(b"name;amount\nA, B;1,5\nC, D;2,5\n")[1] == ("A, B", "1,5")


def test_titles_and_blank_lines_above_the_headings_are_skipped():
    text = "Investors 2026,,\n,,\nas of May,,\nName,Country,City\nA,US,Boston\n,,\nB,DE,Bonn\n"
    sheet = read_sheet(text.encode())
    assert (sheet.headings, sheet.heading_row) == (("Name", "Country", "City"), 4)
    assert (
        SheetRow(5, ("A", "US", "Boston")),
        SheetRow(7, ("B", "DE", "Bonn")),
    ) == sheet.rows


def test_half_a_row_is_filled_up_and_too_long_a_row_keeps_what_spills():
    sheet = read_sheet(b"a,b,c\n1\n1,2,3,4,,5\n")
    assert (
        SheetRow(2, ("1", "", "")),
        SheetRow(3, ("1", "2", "3"), ("4", "5")),
    ) == sheet.rows


TWO_LINES = (
    "Register of projects,,,,\n"
    "Project,Organisation,Contact,,Notes\n"
    ",,Name,E-mail,\n"
    "A pump,Heart AG,Mia Roth,mia@heart.example,\n"
)


def test_headings_in_two_lines_are_joined():
    sheet = read_sheet(TWO_LINES.encode(), "t.csv")
    assert ("Project", "Organisation", "Contact Name", "Contact E-mail", "Notes") == sheet.headings
    assert (3, ("two-heading-rows",)) == (sheet.heading_row, sheet.notes)
    assert [(4, "A pump")] == [(row.number, row.cells[0]) for row in sheet.rows]


def test_headings_in_two_lines_of_a_workbook_are_joined_across_merged_cells():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("Firms")
        page.merge_range("A1:A2", "Firm")
        page.merge_range("B1:C1", "Ticket")
        page.write_row("B2", ["least", "most"])
        page.write_row("A3", ["Birch", 1000, 2000])
    sheet = read_sheet(buffer.getvalue(), "t.xlsx")
    assert ("Firm", "Ticket least", "Ticket most") == sheet.headings
    assert [("Birch", "1000", "2000")] == [row.cells for row in sheet.rows]


@pytest.mark.parametrize(
    "text",
    [
        "Title,,E-mail\nA pump,Bern,mia@heart.example\nB,Ulm,x@y.example\n",
        "Title,Place,,\nA pump,Bern,west,\nB pump,Ulm,south,\n",
        "Title,Place\nA pump,Bern\nB pump,Ulm\n",
    ],
)
def test_a_first_row_is_not_taken_for_headings(text):
    sheet = read_sheet(text.encode(), "t.csv")
    assert (1, 2) == (sheet.heading_row, len(sheet.rows))


def test_double_and_missing_headings_get_names_of_their_own():
    assert read_sheet(b"Name,,Name,Notes\n1,2,3,4\n").headings == (
        "Name",
        "Column B",
        "Name (2)",
        "Notes",
    )


def test_merged_cells_are_filled_down():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "Investors of the autumn edition")
        sheet.write_row(1, 0, ["Region", "Name", "Deals"])
        sheet.merge_range(2, 0, 3, 0, "Boston")
        sheet.write_row(2, 1, ["A", 3])
        sheet.write_row(3, 1, ["B", 4.5])

    assert cells(workbook(fill)) == [
        ("Region", "Name", "Deals"),
        ("Boston", "A", "3"),
        ("Boston", "B", "4.5"),
    ]


def test_dates_truths_and_numbers_become_what_a_person_would_type():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["day", "serial", "yes", "amount", "moment"])
        sheet.write_datetime(1, 0, date(2026, 9, 12), book.add_format({"num_format": "d.m.yy"}))
        sheet.write_number(1, 1, 46277)
        sheet.write_boolean(1, 2, True)
        sheet.write_number(1, 3, 15000000)
        sheet.write_number(1, 4, 46277.375, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    assert cells(workbook(fill))[1] == (
        "2026-09-12",
        "46277",
        "true",
        "15000000",
        "2026-09-12 09:00",
    )


def test_the_first_visible_sheet_with_anything_in_it_is_read_and_the_others_are_named():
    def fill(book):
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Secret")
        fill_table(hidden, [["x", "y"], ["1", "2"]])
        hidden.hide()
        fill_table(book.add_worksheet("投资方"))
        fill_table(book.add_worksheet("Old"), [["n", "m"], ["3", "4"]])

    content = workbook(fill)
    sheet = read_sheet(content)
    assert (sheet.name, sheet.names) == ("投资方", ("Empty", "投资方", "Old"))
    assert read_sheet(content, sheet="Old").headings == ("n", "m")
    with pytest.raises(Refusal, match="no visible sheet"):
        read_sheet(content, sheet="Secret")


def test_hidden_columns_and_filtered_rows_are_read_like_any_other():
    def fill(book):
        sheet = book.add_worksheet()
        fill_table(sheet)
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_row(1, None, None, {"hidden": True})

    assert cells(workbook(fill)) == EXPECTED


def test_formulas_come_as_their_last_result_and_never_run():
    def fill(book):
        sheet = book.add_worksheet()
        fill_table(sheet)
        sheet.write_formula(1, 1, "=6*2", None, 12)
        sheet.write_formula(2, 1, "=WEBSERVICE(A1)", None, "7")

    assert cells(workbook(fill)) == EXPECTED


def test_macros_are_set_aside():
    content = workbook(lambda book: fill_table(book.add_worksheet()))
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    sheet = read_sheet(buffer.getvalue(), "list.xlsm")
    assert (sheet.notes, len(sheet.rows)) == (("macros-ignored",), 2)


def test_styles_that_reach_to_the_end_of_the_sheet_do_not_matter():
    def fill(book):
        sheet = book.add_worksheet()
        fill_table(sheet)
        sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))

    assert cells(workbook(fill)) == EXPECTED


def test_fifty_thousand_rows_are_refused_with_the_limit():
    rows = [["n", "m"], *([str(number), "x"] for number in range(50_000))]
    as_csv = "\n".join(",".join(row) for row in rows).encode()
    as_xlsx = write_xlsx([Page("s", rows[0], rows[1:])])
    assert [refused(as_csv), refused(as_xlsx)] == ["sheet-too-large"] * 2


def test_the_largest_table_goes_in():
    rows = [[str(number), "x"] for number in range(MAX_ROWS)]
    assert len(read_sheet(write_xlsx([Page("s", ["n", "m"], rows)])).rows) == MAX_ROWS


def test_a_cell_far_away_is_refused_before_it_takes_memory():
    def fill(book):
        sheet = book.add_worksheet()
        fill_table(sheet)
        sheet.write(1048575, 16383, "far")

    assert refused(workbook(fill)) == "sheet-too-large"


def zip_bomb(declared: int | None = None) -> bytes:
    content = workbook(lambda book: fill_table(book.add_worksheet()))
    buffer = io.BytesIO(content)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b"\0" * 1_000_000)
    packed = buffer.getvalue()
    if declared is None:
        return packed
    return packed.replace((300_000_000).to_bytes(4, "little"), declared.to_bytes(4, "little"))


@pytest.mark.parametrize("declared", [None, 1000])
def test_a_zip_bomb_is_stopped_whatever_size_it_declares(declared):
    content = zip_bomb(declared)
    assert len(content) < 1_000_000
    assert refused(content, "list.xlsx") == "sheet-too-large"


def encrypted() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    )


def broken_workbook() -> bytes:
    content = workbook(lambda book: fill_table(book.add_worksheet()))
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf \r\n,,,\r\n;;", "empty-file"),
        (workbook(lambda book: book.add_worksheet()), "empty-file"),
        (b"Name,Country,City\n", "no-rows"),
        (encrypted(), "encrypted-sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "broken-sheet"),
        (broken_workbook(), "broken-sheet"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not-a-spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not-a-spreadsheet"),
        (b"PK\x05\x06" + b"\0" * 18, "not-a-spreadsheet"),
        (random.Random(1).randbytes(5000), "not-a-spreadsheet"),
        (bytes(range(256)) * 20, "not-a-spreadsheet"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "web-page"),
        (b'<?xml version="1.0"?><Workbook/>', "web-page"),
        (b'a,b\n"' + b"x" * 2_000_000, "unreadable-text"),
        (b"a,b\n1," + b"x" * 40_000, "cell-too-long"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(content, reason):
    assert reason == refused(content, "list.xls")


@pytest.mark.parametrize("seed", range(60))
def test_a_workbook_with_damaged_bytes_gives_rows_or_a_refusal(seed):
    luck = random.Random(seed)
    content = bytearray(workbook(lambda book: fill_table(book.add_worksheet())))
    for _ in range(luck.randint(1, 40)):
        content[luck.randrange(len(content))] = luck.randrange(256)
    assert reads_or_refuses(bytes(content))


def test_what_a_workbook_hides_and_what_has_no_value_is_told():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Stage", "Amount", "Note"])
        for row in (1, 2, 3):
            sheet.write(row, 0, f"P{row}")
        sheet.write_formula(1, 1, '=VLOOKUP("a<b",A1:A2,1)', None, "#N/A")
        sheet.write_formula(2, 2, "=1+1", None, 7)
        sheet.write_formula(3, 2, '=IF(A1="",1,2)', None, 8)
        sheet.write_formula(1, 3, '=""', None, "z")
        sheet.set_column(1, 2, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})

    packed, bare = zipfile.ZipFile(io.BytesIO(workbook(fill))), io.BytesIO()
    with zipfile.ZipFile(bare, "w") as archive:
        for name in packed.namelist():
            archive.writestr(name, re.sub(b"<v>[8z]</v>", b"<v></v>", packed.read(name)))
    sheet = read_sheet(bare.getvalue())
    assert [row.cells for row in sheet.rows] == [
        ("P1", "#N/A", "", ""),
        ("P2", "", "7", ""),
        ("P3", "", '=IF(A1="",1,2)', ""),
    ]
    assert (sheet.hidden, sheet.hidden_rows) == (("Stage", "Amount"), 1)
    assert sheet.uncounted == {(4, "Amount")}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "項目名稱,公司,國家\n心臟細胞療法,台北生技,台灣\n"),
        ("cp1251", "Название,Компания,Страна\nСенсор глюкозы,ООО «БиоСенс»,Россия\n"),
        ("cp1252", "Name,Ort,Grad\nKälteöl,Orléans,25°C\nÄÖ,São Paulo,30°C\n"),
        ("gb18030", "名称,城市,阶段\n银桦北欧天使,苏州,暂无\n"),
    ],
)
def test_each_old_encoding_is_told_by_how_its_letters_lie(encoding, text):
    told = [tuple(line.split(",")) for line in text.splitlines()]
    assert told == cells(text.encode(encoding))
