"""Rows that look like something known: the same body and nearly the same title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from matchmaker.core.taxonomy import fold
from matchmaker.services.exchange.fixing import MERGED
from matchmaker.services.exchange.rows import AnyRow, InvestorRow, ProjectRow
from matchmaker.services.exchange.standing import Standing

SAME_BODY = 0.9  # likeness of two bodies' names without their legal form
SAME_TITLE = 0.72  # of two titles of one body
SAME_TITLE_ELSEWHERE = 0.93  # of two titles of different bodies
COMMON = 40  # things that share a word before it tells nothing
_LEGAL = frozenset(
    {
        *("ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh"),
        *("group", "holding", "holdings", "inc", "kg", "kk", "limited", "llc", "lp", "ltd", "nv"),
        *("oy", "plc", "pte", "pty", "sa", "sarl", "sas", "se", "spa", "srl", "the"),
    }
)
_LEGAL_ZH = re.compile("(?:有限责任公司|股份有限公司|有限公司|有限合伙|公司|集团|股份)+$")


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called, in English and in Chinese; an investor has no titles."""

    thing: str
    titles: tuple[str, str]
    bodies: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Twin:
    """A row that looks like another thing: its id, or ``row:`` and the earlier row's number."""

    row: int
    other: str


def find_twins(standing: Standing, rows: Sequence[AnyRow]) -> list[Twin]:
    """Return the rows that are nearly, or within the table wholly, called like something known.

    What is there under the very same names is no twin: the import knows it.
    """
    known = [Named(thing.id, titles, bodies) for thing, titles, bodies in standing.named]
    index: dict[str, list[Named]] = defaultdict(list)
    for one in known:
        _put(index, one)
    twins = []
    for row in rows:
        if not isinstance(row, ProjectRow | InvestorRow):
            return []
        own = _named(row)
        if standing.find(row) is None:
            like = next((one for one in _candidates(index, own) if alike(own, one)), None)
            if like is not None and not _told_apart(row, like, rows):
                twins.append(Twin(row.row, like.thing))
        _put(index, own)
    return twins


def alike(one: Named, other: Named) -> bool:
    """Tell whether two things may be the same."""
    bodies = _closest(map(_body, one.bodies), map(_body, other.bodies))
    if not any(one.titles) and not any(other.titles):
        return bodies >= SAME_BODY
    titles = _closest(map(fold, one.titles), map(fold, other.titles))
    return titles >= (SAME_TITLE if bodies >= SAME_BODY else SAME_TITLE_ELSEWHERE)


def _told_apart(row: AnyRow, like: Named, rows: Sequence[AnyRow]) -> bool:
    """Tell whether two rows have codes, which then differ."""
    if not like.thing.startswith(MERGED):
        return False
    number = int(like.thing.removeprefix(MERGED))
    other: Any = next(one for one in rows if one.row == number)
    return bool(getattr(row, "code", "") and other.code)


def _named(row: ProjectRow | InvestorRow) -> Named:
    if isinstance(row, ProjectRow):
        titles = (row.title_en, row.title_zh)
        return Named(f"{MERGED}{row.row}", titles, (row.organisation_en, row.organisation_zh))
    return Named(f"{MERGED}{row.row}", ("", ""), (row.name_en, row.name_zh))


def _body(name: str) -> str:
    words = [word for word in fold(name).split() if word not in _LEGAL]
    return _LEGAL_ZH.sub("", "".join(words) if not " ".join(words).isascii() else " ".join(words))


def _closest(some: Iterable[str], others: Iterable[str]) -> float:
    """Return the likeness of two names in the language in which they are closest."""
    return max(
        (
            SequenceMatcher(None, one, other).ratio()
            for one, other in zip(some, others, strict=True)
            if one and other
        ),
        default=0.0,
    )


def _put(index: dict[str, list[Named]], one: Named) -> None:
    for token in _tokens(one):
        index[token].append(one)


def _candidates(index: dict[str, list[Named]], own: Named) -> list[Named]:
    found = {
        one.thing: one
        for token in _tokens(own)
        for one in (index[token] if len(index[token]) <= COMMON else ())
    }
    return [found[key] for key in sorted(found)]


def _tokens(one: Named) -> set[str]:
    """Return the words of the names; of Chinese ones every three signs in a row."""
    found: set[str] = set()
    for name in (*one.titles, *one.bodies):
        for word in fold(name).split():
            if word.isascii():
                found |= {word} if len(word) > 2 and word not in _LEGAL else set()
            else:
                found |= {word[start : start + 3] for start in range(max(1, len(word) - 2))}
    return found
