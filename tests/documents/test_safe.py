from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchmaker.documents.csvfile import write_csv
from matchmaker.documents.safe import clean, guard, unguard
from matchmaker.documents.sheet import read_sheet
from matchmaker.documents.xlsx import Page, write_xlsx

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "\n=0",
    "\t=1+1",
    "\r=1",
    "\0=1",
    "  +1",
    "-2+3",
    "@SUM(1)",
    "'=1",
    "''=1",
    "＝1+1",
    "\u200b=1",
    "a;=1+1",
    "a\n@SUM(1)",
    "a\t' -1",
    '=HYPERLINK("http://evil.example","x")',
    'a\n"@SUM(1)',
    "a\n\" '+1",
]
letters = st.text(st.sampled_from("=+-@'\"; \t\r\n\0\u200b\ufeffa中"), max_size=12) | st.text()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_leaves_harmless_and_comes_back_whole(text):
    assert not re.match(r"[\s\0]*[=+\-@]", guard(text))
    assert clean(text) == unguard(guard(text))


def test_numbers_stay_numbers():
    assert '\ufeff"name","amount"\r\n"\'-5",-5\r\n"x",1.5\r\n'.encode() == write_csv(
        ["name", "amount"], [["-5", -5], ["x", 1.5]]
    )


@settings(max_examples=3000, deadline=None)
@example('0\n"@')  # split at semicolons, its second line is a cell of its own
@given(letters)
def test_no_cell_starts_a_formula_however_the_line_is_split(text):
    for separator in ",;\t":
        page = write_csv(["h", "k"], [[text, text]]).decode("utf-8-sig")
        for line in csv.reader(io.StringIO(page, newline=""), delimiter=separator):
            for cell in line:
                assert not re.match(r"[\s\0\ufeff\u200b]*[=+\-@]", cell)


@settings(max_examples=1500, deadline=None)
@given(letters)
def test_what_was_written_is_read_without_loss(text):
    page = write_csv(["h", "k"], [["x", text]])
    assert (("x", clean(text)),) == tuple(row.cells for row in read_sheet(page).rows)


@settings(max_examples=100, deadline=None)
@given(st.lists(letters, min_size=1, max_size=20))
def test_a_workbook_holds_text_as_text(texts):
    page = write_xlsx([Page("s", ["h", "k"], [["x", text] for text in texts])])
    expected = [("x", clean(text)) for text in texts]
    assert expected == [row.cells for row in read_sheet(page).rows]
