"""One cell into one value, by the type of its column; what is wrong is raised as ``Wrong``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matchmaker.core.taxonomy import Taxonomy
from matchmaker.services.exchange import cells
from matchmaker.services.exchange.columns import Column
from matchmaker.services.exchange.mapping import IGNORE, Unit
from matchmaker.services.exchange.people import people
from matchmaker.services.exchange.rows import ExclusionCell, PersonCell
from matchmaker.services.exchange.values import is_email, resolve, words
from matchmaker.services.exchange.vocabulary import code_of, country_codes

MOST_MONEY = 1e12  # whole units of any currency; more is a slip of the keyboard
MOST_COUNT = 10_000
_UNLESS = re.compile(
    r"\s*[,，]?\s*(?:\bunless\b|\bexcept(?: for)?\b|除外|除非|例外)\s*[:：]?\s*", re.IGNORECASE
)
_NO = re.compile(r"^(?:no|not|without|excluding|不投|不含|非)\s*[:：]?\s+", re.IGNORECASE)


class Wrong(Exception):
    """A cell cannot be read: the reason code, the part that is wrong, the facts."""

    def __init__(self, reason: str, value: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason, self.value, self.facts = reason, value, facts


@dataclass(slots=True)
class Reading:
    """What a reader knows beside the cell; it collects what is wrong without stopping."""

    taxonomy: Taxonomy
    settled: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = field(default_factory=Unit)
    wrong: list[Wrong] = field(default_factory=list)


Reader = Callable[[Column, str, Reading], Any]


def _text(column: Column, text: str, _reading: Reading) -> str:
    if len(text) > column.limit:
        raise Wrong("too-long", text[:60] + "…", limit=column.limit, length=len(text))
    return text


def _labels(column: Column, text: str, reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(column, item, reading) for item in cells.items(text)))


def _codes(column: Column, text: str, reading: Reading) -> tuple[str, ...]:
    found: list[str] = []
    for word in words(column, text, reading.taxonomy, reading.settled):
        if word in reading.settled:
            found.extend(code for code in reading.settled[word].split(";") if code != IGNORE)
            continue
        codes = resolve(column, word, reading.taxonomy)
        if not codes:
            reading.wrong.append(Wrong("unknown-word", word))
        found.extend(codes)
    return tuple(dict.fromkeys(found))


def _code(column: Column, text: str, reading: Reading) -> str | None:
    found = _codes(column, text, reading)
    return found[0] if found else None


def _amount(_column: Column, text: str, reading: Reading) -> cells.Amount:
    found = cells.amount(text, reading.unit.factor)
    if found is None:
        raise Wrong("not-an-amount", text)
    return _sound(found, text)


def _amounts(_column: Column, text: str, reading: Reading) -> tuple[cells.Amount, cells.Amount]:
    found = cells.amounts(text, reading.unit.factor)
    if found is None:
        raise Wrong("not-an-amount", text)
    return _sound(found[0], text), _sound(found[1], text)


def _sound(amount: cells.Amount, text: str) -> cells.Amount:
    if amount.value < 0:
        raise Wrong("negative", text)
    if amount.value > MOST_MONEY:
        raise Wrong("too-much", text, limit=MOST_MONEY)
    return amount


def _count(_column: Column, text: str, _reading: Reading) -> int:
    found = cells.whole(text)
    if found is None:
        raise Wrong("not-a-whole-number", text)
    if not 0 <= found <= MOST_COUNT:
        raise Wrong("out-of-range", text, low=0, high=MOST_COUNT)
    return found


def _trl(_column: Column, text: str, _reading: Reading) -> int:
    found = cells.whole(text)
    if found is None:
        raise Wrong("not-a-whole-number", text)
    return _level(found, text)


def _trl_span(_column: Column, text: str, _reading: Reading) -> tuple[int, int]:
    found = cells.span(text)
    if found is None:
        raise Wrong("not-a-range", text)
    low, high = _level(found[0], text), _level(found[1], text)
    return min(low, high), max(low, high)


def _level(number: int, text: str) -> int:
    if not 1 <= number <= 9:
        raise Wrong("out-of-range", text, low=1, high=9)
    return number


def _day(_column: Column, text: str, _reading: Reading) -> date:
    found = cells.day(text)
    if found is None:
        raise Wrong("not-a-day", text)
    return found


def _truth(_column: Column, text: str, _reading: Reading) -> bool:
    found = cells.truth(text)
    if found is None:
        raise Wrong("not-yes-or-no", text)
    return found


def _currency(_column: Column, text: str, _reading: Reading) -> str:
    found = cells.currency_of(text)
    if found is None and re.fullmatch(r"[A-Za-z]{3}", text.strip()):
        found = text.strip().upper()
    if found is None:
        raise Wrong("unknown-currency", text)
    return found


def _email(column: Column, text: str, reading: Reading) -> str:
    plain = re.sub(r"^mailto:|[<>\s]", "", text, flags=re.IGNORECASE)
    if not is_email(plain):
        raise Wrong("not-an-email", text)
    return _text(column, plain, reading)


def _address(column: Column, text: str, reading: Reading) -> str:
    plain = text.strip()
    if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", plain):
        plain = f"https://{plain}"
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+\.[^\s<>\"'\\]+", plain, re.IGNORECASE):
        raise Wrong("not-an-address", text)
    return _text(column, plain, reading)


def _people(_column: Column, text: str, reading: Reading) -> tuple[PersonCell, ...]:
    found = people(text)
    for person in found:
        if person.email and not is_email(person.email):
            reading.wrong.append(Wrong("not-an-email", person.email))
        longest = max(len(person.name_en), len(person.name_zh))
        if longest > 120:
            raise Wrong("too-long", text[:60] + "…", limit=120, length=longest)
    return found


def _exclusions(_column: Column, text: str, reading: Reading) -> tuple[ExclusionCell, ...]:
    found: list[ExclusionCell] = []
    for item in re.split(r"[;；\n]+", text):
        if cells.is_nothing(item):
            continue
        what, *exceptions = _UNLESS.split(_NO.sub("", item.strip()), maxsplit=1)
        unless = tuple(
            pair
            for part in re.split(r"[,，、/]+", exceptions[0] if exceptions else "")
            if part.strip()
            for pair in _facet_values(part, item, reading)
        )
        found.extend(
            ExclusionCell(facet=facet, value=value, unless=unless)
            for facet, value in _facet_values(what, item, reading)
        )
    return tuple(found)


def _facet_values(text: str, whole: str, reading: Reading) -> list[tuple[str, str]]:
    """Return the (facet, value) pairs of "field:cardiovascular", "country:DACH", "心血管"."""
    head, mark, tail = text.strip().replace("：", ":").partition(":")
    facet = code_of("facet", head) if mark else "field"
    value = (tail if mark else head).strip()
    if value in reading.settled:
        return [("field", code) for code in reading.settled[value].split(";") if code != IGNORE]
    codes: tuple[str, ...] = ()
    match facet:
        case "field":
            code = reading.taxonomy.resolve(value)
            codes = (code,) if code else ()
        case "country":
            codes = country_codes(value)
        case "region":
            codes = (value,) if value else ()
        case "kind":
            codes = tuple(filter(None, (code_of("institution", value),)))
        case "stage" | "round" | "instrument":
            codes = tuple(filter(None, (code_of(facet, value),)))
    if facet is None or not codes:
        reading.wrong.append(Wrong("unknown-word", value or whole))
        return []
    return [(facet, code) for code in codes]


def _facets(_column: Column, text: str, reading: Reading) -> tuple[str, ...]:
    found = []
    for word in cells.items(text, loose=True):
        code = code_of("limit", word)
        if code is None:
            reading.wrong.append(Wrong("unknown-word", word))
        else:
            found.append(code)
    return tuple(dict.fromkeys(found))


READERS: dict[str, Reader] = {
    "text": _text,
    "labels": _labels,
    "code": _code,
    "codes": _codes,
    "fields": _codes,
    "country": _code,
    "countries": _codes,
    "languages": _codes,
    "amount": _amount,
    "amounts": _amounts,
    "count": _count,
    "trl": _trl,
    "trl_span": _trl_span,
    "day": _day,
    "moment": _text,
    "truth": _truth,
    "currency": _currency,
    "email": _email,
    "address": _address,
    "people": _people,
    "exclusions": _exclusions,
    "facets": _facets,
}
