"""One cell under one column: whether it is understood, and which of its words are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from matchmaker.core.taxonomy import Taxonomy
from matchmaker.services.exchange import cells
from matchmaker.services.exchange.characters import simplified
from matchmaker.services.exchange.columns import Column
from matchmaker.services.exchange.vocabulary import code_of, country_codes, language_code

_LISTS = ("codes", "fields", "countries", "languages")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


def resolve(column: Column, word: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the codes of ours that a word means under a coded column; nothing if none."""
    found: str | None
    match column.type:
        case "fields":
            found = taxonomy.resolve(word) or taxonomy.resolve(simplified(word))
        case "country":
            codes = country_codes(word)
            return codes if len(codes) == 1 and codes[0].isalpha() and len(codes[0]) == 2 else ()
        case "countries":
            return country_codes(word)
        case "languages":
            found = language_code(word)
        case _:
            found = code_of(column.vocabulary, word)
    return (found,) if found else ()


def words(
    column: Column, text: str, taxonomy: Taxonomy, settled: Mapping[str, str] | None = None
) -> list[str]:
    """Return the words of a cell under a coded column, split as little as is needed.

    Semicolons always split. A comma, a slash or "and" splits only what is not understood as it
    stands ("Cell, gene and RNA therapy" may be one field), or when every part is understood.
    """
    if cells.is_nothing(text):
        return []
    if column.type not in _LISTS:
        return [text.strip()]
    settled = settled or {}

    def known(word: str) -> bool:
        return word in settled or bool(resolve(column, word, taxonomy))

    found: list[str] = []
    for item in cells.items(text):
        parts = cells.items(item, loose=True)
        if known(item) or len(parts) < 2:
            found.append(item)
        elif "," in item or "，" in item or any(map(known, parts)):
            found.extend(parts)
        else:
            found.append(item)
    return found


def understood(column: Column, text: str, taxonomy: Taxonomy) -> bool:
    """Whether a cell could stand under a column that is not free text."""
    if column.coded:
        found = words(column, text, taxonomy)
        known = sum(bool(resolve(column, word, taxonomy)) for word in found)
        return bool(found) and known * 2 >= len(found)
    return bool(_TELLS.get(column.type, bool)(text))


def is_email(text: str) -> bool:
    """Whether a text looks like one e-mail address."""
    return _EMAIL.fullmatch(text.strip()) is not None


_TELLS: dict[str, Callable[[str], object]] = {
    "amount": cells.amount,
    "amounts": cells.amounts,
    "count": lambda text: cells.whole(text) is not None,
    "trl": cells.whole,
    "trl_span": cells.span,
    "day": cells.day,
    "moment": cells.moment,
    "truth": lambda text: cells.truth(text) is not None,
    "currency": cells.currency_of,
    "email": is_email,
    "address": lambda text: "." in text and " " not in text.strip(),
}
