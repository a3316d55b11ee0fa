from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.services.exchange import cells
from matchmaker.services.exchange.cells import Amount
from matchmaker.services.exchange.vocabulary import code_of, country_codes, language_code


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("15,000,000", 15e6, None),
        ("5M", 5e6, None),
        ("USD 5m", 5e6, "USD"),
        ("$5 million", 5e6, "USD"),
        ("€3.5 Mio", 3.5e6, "EUR"),
        ("1.2亿", 1.2e8, None),
        ("3000万元", 3e7, "CNY"),
        ("￥3,000万", 3e7, "CNY"),
        ("人民币 5000 万元", 5e7, "CNY"),
        ("1.500.000", 1.5e6, None),
        ("1'500'000 CHF", 1.5e6, "CHF"),
        ("5 000 000", 5e6, None),
        ("1,5M", 1.5e6, None),
        ("1.250m", 1.25e6, None),
        ("１，０００", 1000.0, None),
        ("~2m", 2e6, None),
        ("0", 0.0, None),
    ],
)
def test_money_is_read_however_it_is_written(text, value, currency):
    assert cells.amount(text) == Amount(value, currency)


@pytest.mark.parametrize("text", ["", "plenty", "5 potatoes", "5M or 6M", "1-5M", "12.34.56,7,8x"])
def test_what_is_no_money_is_not_guessed(text):
    assert cells.amount(text) is None


def test_a_bare_number_takes_the_headings_factor_and_one_with_a_unit_does_not():
    assert cells.unit_of_heading("融资金额（万元）") == ("CNY", 1e4)
    assert cells.unit_of_heading("Ticket (USD m)") == ("USD", 1e6)
    assert cells.unit_of_heading("Amount") == (None, 1.0)
    assert cells.amount("300", 1e4) == Amount(3e6)
    assert cells.amount("300k", 1e4) == Amount(3e5)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("$1-5M", 1e6, 5e6, "USD"),
        ("500万至2000万", 5e6, 2e7, None),
        ("1m to 5m", 1e6, 5e6, None),
        ("USD 500k – 2M", 5e5, 2e6, "USD"),
        ("3M", 3e6, 3e6, None),
    ],
)
def test_a_range_of_money_has_two_ends(text, low, high, currency):
    assert cells.amounts(text) == (Amount(low, currency), Amount(high, currency))


@pytest.mark.parametrize(
    "text",
    ["2026-09-12", "2026年9月12日", "2026/9/12", "12.9.2026", "Sep 12, 2026", "12 September 2026",
     "46277", "46277.0", "2026-09-12 00:00"],
)  # fmt: skip
def test_a_day_is_told_however_it_is_written(text):
    assert cells.day(text) == date(2026, 9, 12)


def test_a_day_that_could_be_two_days_is_none():
    assert [cells.day("3/4/2026"), cells.day("25/12/2026"), cells.day("31.2.2026")] == [
        None,
        date(2026, 12, 25),
        None,
    ]


def test_a_moment_has_a_day_and_a_time():
    assert [cells.moment(text) for text in ("2026/9/12 9:00", "2026-09-12T09:00:00", "09:00")] == [
        datetime.fromisoformat("2026-09-12T09:00"),
        datetime.fromisoformat("2026-09-12T09:00"),
        None,
    ]


def test_countries_go_by_any_name():
    names = ["USA", "United States", "美国", "德国", "UK", "Deutschland", "Europe", "欧洲", "DACH"]
    expected = ["US", "US", "US", "DE", "GB", "DE", "150", "150", "DE;AT;CH"]
    assert [";".join(country_codes(name)) for name in names] == expected
    assert country_codes("Atlantis") == ()


def test_words_of_vocabularies_go_by_any_name():
    rounds = [
        "series-c+",
        "Series B",
        "venture",
        "A轮",
        "天使轮",
        "Pre-A轮",
        "B+轮",
        "Series A round",
    ]
    stages = ["Phase II", "临床I期", "临床前", "Phase I/II", "IND-enabling", "II期", "marketed"]
    assert [code_of("round", word) for word in rounds] == [
        *("series_c", "series_b", "other", "series_a", "angel", "pre_a", "series_b", "series_a")
    ]
    assert [code_of("stage", word) for word in stages] == [
        *("phase_2", "phase_1", "preclinical", "phase_2", "ind", "phase_2", "market")
    ]
    assert [code_of("stage", "soon"), code_of("institution", "高校")] == [None, "university"]
    assert [language_code(word) for word in ("English", "中文", "Mandarin", "俄语", "zh", "x")] == [
        *("en", "zh", "zh", "ru", "zh", None)
    ]


@settings(max_examples=600, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789.,-年月日/万亿MmkK$€ ()%", max_size=20))
def test_no_cell_breaks_a_reader(text):
    for read in (cells.amount, cells.amounts, cells.day, cells.moment, cells.whole, cells.span,
                 cells.number, cells.truth, cells.currency_of, cells.unit_of_heading,
                 country_codes, language_code):  # fmt: skip
        read(text)
