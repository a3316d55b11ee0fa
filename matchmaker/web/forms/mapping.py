"""The mapping screen: a select for every heading, a select for every word that is not known."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.documents.sheet import Sheet
from matchmaker.services.exchange import IGNORE, Mapping, Unit, Word, survey
from matchmaker.services.exchange.columns import COLUMNS as ALL_COLUMNS
from matchmaker.services.exchange.columns import Column, columns
from matchmaker.services.exchange.values import resolve
from matchmaker.services.exchange.vocabulary import CODES
from matchmaker.web.forms.exchange import COLUMNS, COMMON_CURRENCIES, FACTORS
from matchmaker.web.words import choices

WORDS_SHOWN = 60  # of a column; the most frequent come first, the rest after they are settled
_WORDS_OF = {"institution": "institution", "investor": "investor_kind"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: where it stands, what it becomes, what stands below it."""

    place: int
    name: str
    column: str
    samples: tuple[str, ...]
    amount: bool
    unit: Unit


@dataclass(frozen=True, slots=True)
class Meaning:
    """A word, its place in the form, and what it means now, as a person would write it."""

    place: int
    word: Word
    means: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one coded column.

    ``options`` are (code, label); there are none where a person types a word that we know
    (fields, countries, languages), with ``list`` to choose from.
    """

    column: str
    unknown: tuple[Meaning, ...]
    known: tuple[Meaning, ...]
    options: tuple[tuple[str, str], ...]
    list: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Everything the mapping screen shows."""

    headings: tuple[Heading, ...]
    targets: tuple[tuple[str, str], ...]
    words: tuple[Words, ...]
    kind_options: tuple[tuple[str, str], ...]
    default_kind: str
    default_currency: str
    currencies: tuple[str, ...]
    factors: tuple[tuple[str, str], ...]


def mapping_page(table: Sheet, chosen: Mapping, taxonomy: Taxonomy, locale: str) -> MappingPage:
    """Return what the mapping screen shows of a table and its present mapping."""
    known = columns(chosen.kind)
    headings = [
        _heading(table, place, name, chosen, known) for place, name in enumerate(table.headings)
    ]
    kinds = known.get("kind")
    return MappingPage(
        headings=tuple(headings),
        targets=tuple((one.name, _label(one.name)) for one in ALL_COLUMNS[chosen.kind]),
        words=tuple(
            _words(known[name], words, taxonomy, locale)
            for name, words in survey(table, chosen, taxonomy).items()
        ),
        kind_options=tuple(_options(kinds)) if kinds is not None else (),
        default_kind=chosen.defaults.get("kind", ""),
        default_currency=chosen.defaults.get("currency", ""),
        currencies=COMMON_CURRENCIES if "currency" in known else (),
        factors=tuple((code, str(label)) for code, label in FACTORS.items()),
    )


def asked_mapping(
    form: AnyMapping[str, Any], table: Sheet, before: Mapping, taxonomy: Taxonomy
) -> Mapping:
    """Return the mapping that the form asks for; refuses what the screen could not have sent."""
    chosen = {
        name: str(form.get(f"column-{place}", before.columns.get(name, IGNORE)))
        for place, name in enumerate(table.headings)
    }
    asked = Mapping.from_json(
        {
            **before.as_json(),
            "columns": chosen,
            "units": _units(form, table, chosen, before),
            "defaults": _defaults(form, before),
        }
    )
    known = columns(before.kind)
    values = {name: _settled(form, known[name], before, taxonomy) for name in known}
    return replace(asked, values={name: words for name, words in values.items() if words})


def _heading(
    table: Sheet, place: int, name: str, chosen: Mapping, known: AnyMapping[str, Column]
) -> Heading:
    column = chosen.columns.get(name, IGNORE)
    cells = dict.fromkeys(row.cells[place] for row in table.rows[:200] if row.cells[place])
    amount = column in known and known[column].type in ("amount", "amounts")
    samples = tuple(cell if len(cell) <= 60 else f"{cell[:60]}…" for cell in list(cells)[:3])
    return Heading(place, name, column, samples, amount, chosen.units.get(column, Unit()))


def _words(column: Column, words: list[Word], taxonomy: Taxonomy, locale: str) -> Words:
    unknown = [word for word in words if not word.settled]
    known = [word for word in words if word.settled]
    options = _options(column)
    typed: tuple[str, ...] = ()
    if column.type == "fields":
        typed = tuple(taxonomy.name(code, locale) for code in taxonomy)

    def meanings(listed: list[Word], start: int) -> tuple[Meaning, ...]:
        return tuple(
            Meaning(place, word, _said(column, word, taxonomy, locale))
            for place, word in enumerate(listed[:WORDS_SHOWN], start)
        )

    return Words(
        column.name,
        meanings(unknown, 0),
        meanings(known, WORDS_SHOWN),
        tuple(options),
        typed,
        max(len(unknown) - WORDS_SHOWN, 0),
    )


def _said(column: Column, word: Word, taxonomy: Taxonomy, locale: str) -> str:
    if column.type == "fields":
        return "; ".join(taxonomy.name(code, locale) for code in word.codes)
    return "; ".join(word.codes)


def _options(column: Column) -> list[tuple[str, str]]:
    """Return the choices of a coded column with few codes."""
    if column.vocabulary not in CODES:
        return []
    named = dict(choices(_WORDS_OF.get(column.vocabulary, column.vocabulary)))
    return [(code, str(named.get(code, code))) for code in CODES[column.vocabulary]]


def _label(name: str) -> str:
    return str(COLUMNS[name])


def _units(
    form: AnyMapping[str, Any], table: Sheet, chosen: AnyMapping[str, str], before: Mapping
) -> dict[str, dict[str, Any]]:
    units: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(table.headings):
        column = chosen[name]
        kept = before.units.get(column)
        factor = str(form.get(f"factor-{place}", ""))
        if factor in FACTORS:
            units[column] = {"currency": kept.currency if kept else None, "factor": float(factor)}
        elif kept is not None:
            units[column] = {"currency": kept.currency, "factor": kept.factor}
    return units


def _defaults(form: AnyMapping[str, Any], before: Mapping) -> dict[str, str]:
    asked = {
        name: str(form.get(f"default-{name}", before.defaults.get(name, "")))
        for name in ("kind", "currency")
    }
    return {name: value for name, value in asked.items() if value}


def _settled(
    form: AnyMapping[str, Any], column: Column, before: Mapping, taxonomy: Taxonomy
) -> dict[str, str]:
    """Return what the words of a column become; words that mean what we take them for anyway
    are not written down.
    """
    found = dict(before.values.get(column.name, {}))
    for place in range(2 * WORDS_SHOWN):
        word = form.get(f"word-{column.name}-{place}")
        if word is None:
            continue
        found.pop(str(word), None)
        if form.get(f"ignore-{column.name}-{place}"):
            found[str(word)] = IGNORE
            continue
        means = str(form.get(f"means-{column.name}-{place}", ""))
        codes = tuple(
            code
            for part in means.split(";")
            if part.strip()
            for code in _codes(column, part.strip(), taxonomy)
        )
        if codes and codes != resolve(column, str(word), taxonomy):
            found[str(word)] = ";".join(codes)
    return found


def _codes(column: Column, means: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    codes = resolve(column, means, taxonomy)
    if not codes:
        raise Refusal(
            "unknown-meaning",
            hint=_("“%(word)s” is not known here either. Choose one from the list.", word=means),
            word=means,
        )
    return codes
