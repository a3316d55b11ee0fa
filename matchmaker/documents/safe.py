"""Text that a spreadsheet program must not run.

A cell whose text begins with one of ``= + - @`` (or their full-width forms) is a formula to
spreadsheet programs, and so is what follows a semicolon, a tab or a line break where the program
splits a comma-separated file differently from how it was written. Such text gets an apostrophe;
reading takes one away again, so that what was exported can be imported without loss.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | bool | date | datetime | None

_STARTERS = "=+\\-@＝＋－＠"
_UNSEEN = r"[\s\u200b\u200e\u200f\u2060\ufeff]*"
_BEFORE = r"[\s\u200b\u200e\u200f\u2060\ufeff'\"]*"  # quotes too: a wrong split takes them away
_RISKY = re.compile(rf"(\A|[;\t\r\n])({_BEFORE})(?=[{_STARTERS}])")
_GUARDED = re.compile(rf"(\A|[;\t\r\n])({_BEFORE})'(?=[{_STARTERS}])")
_AROUND = re.compile(rf"\A{_UNSEEN}|{_UNSEEN}\Z")
_KEPT_CONTROLS = "\n\t"


def clean(text: str) -> str:
    """Return the text without what no sheet can hold, and without space around it.

    Control and format characters (other than line break and tab), lone surrogates and
    non-characters go; every kind of line break becomes a line feed.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return _AROUND.sub("", text)
    unified = re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    kept = "".join(
        letter
        for letter in unified
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
    )
    return _AROUND.sub("", kept)


def guard(text: str) -> str:
    """Return clean text that no spreadsheet program takes for a formula."""
    return _RISKY.sub(r"\1\2'", clean(text))


def unguard(text: str) -> str:
    """Take away what ``guard`` added."""
    return _GUARDED.sub(r"\1\2", clean(text))


def is_risky(text: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula."""
    return _RISKY.search(clean(text)) is not None


def plain(value: Cell) -> str | int | float | bool | None:
    """Return what a cell holds as text, number or truth; moments and days in ISO form."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
