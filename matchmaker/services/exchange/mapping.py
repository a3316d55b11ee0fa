"""How somebody's headings and words become ours: guessed, corrected by hand, remembered."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.documents.sheet import Sheet
from matchmaker.services.exchange import cells
from matchmaker.services.exchange.characters import simplified
from matchmaker.services.exchange.columns import COLUMNS, KINDS, Column, columns
from matchmaker.services.exchange.values import understood

IGNORE = ""
_SAMPLE = 200  # rows that are looked at to tell what a column holds
_CLOSE = 0.86  # likeness of two headings that may be taken for the same words
_SAME_LANGUAGE = 0.1  # breaks ties between twins whose cells are in both languages
_LANGUAGE_WORDS = {
    "en": ("en", "eng", "english", "英文", "英语"),
    "zh": ("zh", "cn", "chinese", "中文", "中文名", "汉语"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a bare number under a heading means: its currency, and what it is multiplied by."""

    currency: str | None = None
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Mapping:
    """Headings to our columns, words to our codes.

    ``columns`` maps every heading to a column's name or to ``IGNORE``; ``values`` maps, for a
    column, a word as it stands in the file to our code (several joined by ``;``) or to
    ``IGNORE``; ``units`` says what bare numbers mean; ``defaults`` what a row says where it says
    nothing.
    """

    kind: str
    columns: AnyMapping[str, str] = field(default_factory=dict)
    values: AnyMapping[str, AnyMapping[str, str]] = field(default_factory=dict)
    units: AnyMapping[str, Unit] = field(default_factory=dict)
    defaults: AnyMapping[str, str] = field(default_factory=dict)

    def heading_of(self, column: str) -> str:
        """Return the heading that fills a column, or nothing."""
        return next((head for head, name in self.columns.items() if name == column), "")

    def with_values(self, column: str, words: AnyMapping[str, str]) -> Mapping:
        """Return the mapping with more words of one column settled."""
        known = {**self.values, column: {**self.values.get(column, {}), **words}}
        return replace(self, values=known)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "columns": dict(self.columns),
            "values": {column: dict(words) for column, words in self.values.items()},
            "units": {
                column: {"currency": unit.currency, "factor": unit.factor}
                for column, unit in self.units.items()
            },
            "defaults": dict(self.defaults),
        }

    @classmethod
    def from_json(cls, data: Any) -> Mapping:
        """Read what ``as_json`` gave; refuses anything else with the place that is wrong."""
        if not isinstance(data, dict) or data.get("kind") not in KINDS:
            raise _bad("kind")
        kind = data["kind"]
        for part in ("columns", "values", "units", "defaults"):
            if not isinstance(data.get(part, {}), dict):
                raise _bad(part)
        return cls(
            kind=kind,
            columns=_known_columns(kind, data.get("columns", {})),
            values={
                name: _texts(f"values.{name}", words)
                for name, words in data.get("values", {}).items()
            },
            units={name: _unit(name, unit) for name, unit in data.get("units", {}).items()},
            defaults=_texts("defaults", data.get("defaults", {})),
        )


def fingerprint(kind: str, headings: Sequence[str]) -> str:
    """Return what tells one table's shape from another's, whatever the order of its columns."""
    text = "\n".join([kind, *sorted(heading_key(heading) for heading in headings)])
    return hashlib.sha256(text.encode()).hexdigest()


def guess_mapping(sheet: Sheet, kind: str, taxonomy: Taxonomy) -> Mapping:
    """Return the likeliest mapping: by the words of the headings and by what stands below them."""
    if kind not in KINDS:
        raise Refusal("unknown-kind", hint=f"There is no table of {kind}.", kind=kind)
    pairs = []
    ours = {column.name for column in COLUMNS[kind]}
    for place, heading in enumerate(sheet.headings):
        if heading.strip() in ours:  # our own name is nothing else
            pairs.append((-10.0, place, 0, heading, heading.strip()))
            continue
        told = [row.cells[place] for row in sheet.rows[:_SAMPLE] if row.cells[place]]
        sample = [text for text in told if not cells.is_error(text)]
        for rank, column in enumerate(COLUMNS[kind]):
            score = _score(heading, sample, column, taxonomy)
            if score > 0:
                pairs.append((-score, place, rank, heading, column.name))
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, _, heading, name in sorted(pairs):
        if heading not in chosen and name not in taken:
            chosen[heading] = name
            taken.add(name)
    mapped = {heading: chosen.get(heading, IGNORE) for heading in sheet.headings}
    return Mapping(
        kind=kind,
        columns=mapped,
        units=_units(kind, mapped),
        defaults=_defaults(kind, mapped),
    )


def heading_key(heading: str) -> str:
    """Return a heading as it is compared: without brackets, case, width and punctuation."""
    text = simplified(unicodedata.normalize("NFKC", heading).casefold())
    text = re.sub(r"[(\[{].*?[)\]}]", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text))


def _score(heading: str, sample: Sequence[str], column: Column, taxonomy: Taxonomy) -> float:
    """Return how well a heading and its cells suit a column; 0 is not at all."""
    key, language = _language(heading)
    likeness = max((_likeness(key, name) for name in _names(column)), default=0.0)
    if likeness < _CLOSE:
        return 0.0
    score = 2 * likeness + _fit(column, sample, taxonomy)
    if column.twin and not language:
        own = "zh" if cells.is_chinese(heading) else "en"
        score += _SAME_LANGUAGE * column.name.endswith(own)
    elif column.twin:
        score += 0.5 if column.name.endswith(language) else -1.5
    return max(score, 0.0)


def _names(column: Column) -> list[str]:
    stem = re.sub(r"_(en|zh)$", "", column.name)
    return [heading_key(name) for name in (stem.replace("_", " "), *column.names)]


def _language(heading: str) -> tuple[str, str]:
    """Return the heading's words and the language it names ("Title (EN)", "项目名称（英文）")."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    for code, words in _LANGUAGE_WORDS.items():
        for word in sorted(words, key=len, reverse=True):
            pattern = rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word
            rest, times = re.subn(pattern, " ", text.replace("_", " "))
            if times and heading_key(rest):
                return heading_key(rest), code
    return heading_key(heading), ""


def _likeness(key: str, name: str) -> float:
    if key == name:
        return 1.0
    if not key or not name:
        return 0.0
    if sorted(key.split()) == sorted(name.split()):
        return 0.98
    if len(key) < 5 or key.isascii() != name.isascii():
        return 0.0
    ratio = SequenceMatcher(None, key, name).ratio()
    words, others = set(key.split()), set(name.split())
    if len(others) > 1 and others <= words:
        return max(ratio, 0.9)
    return ratio


def _fit(column: Column, sample: Sequence[str], taxonomy: Taxonomy) -> float:
    """Return the share of cells that the column could hold, from -1 to 1; 0 where nothing is."""
    if not sample:
        return 0.0
    if column.twin:
        share = sum(map(cells.is_chinese, sample)) / len(sample)
        language = share if column.name.endswith("_zh") else 1 - share
        numeric = sum(cells.number(text) is not None for text in sample) / len(sample)
        return 0.6 * language - numeric
    if column.type in ("text", "labels"):
        numeric = sum(cells.number(text) is not None for text in sample) / len(sample)
        return 0.3 if column.name == "code" or column.limit <= 12 else 0.4 - numeric
    told = [understood(column, text, taxonomy) for text in sample]
    return 2 * sum(told) / len(told) - 1


def _units(kind: str, mapped: AnyMapping[str, str]) -> dict[str, Unit]:
    known = columns(kind)
    units = {}
    for heading, name in mapped.items():
        if name and known[name].type in ("amount", "amounts"):
            currency, factor = cells.unit_of_heading(heading)
            if currency or factor != 1.0:
                units[name] = Unit(currency, factor)
    return units


def _defaults(kind: str, mapped: AnyMapping[str, str]) -> dict[str, str]:
    taken = set(mapped.values())
    found = {}
    if "currency" not in taken and "currency" in columns(kind):
        named = [cells.unit_of_heading(heading)[0] for heading, name in mapped.items() if name]
        if currency := next((one for one in named if one), None):
            found["currency"] = currency
    if kind == "projects" and "kind" not in taken:
        organisation = next(
            (head for head, name in mapped.items() if name.startswith("organisation")), ""
        )
        if re.search(r"compan|startup|firm|公司|企业", organisation.casefold()):
            found["kind"] = "company"
    return found


def _known_columns(kind: str, chosen: AnyMapping[Any, Any]) -> dict[str, str]:
    texts = _texts("columns", chosen)
    for heading, name in texts.items():
        if name != IGNORE and name not in columns(kind):
            raise _bad(f"columns.{heading}")
    named = [name for name in texts.values() if name != IGNORE]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise Refusal(
            "column-twice",
            hint=f"Two headings cannot both become {twice[0]}.",
            column=twice[0],
        )
    return texts


def _texts(place: str, words: Any) -> dict[str, str]:
    if not isinstance(words, dict):
        raise _bad(place)
    for word, code in words.items():
        if not isinstance(word, str) or not isinstance(code, str):
            raise _bad(f"{place}.{word}")
    return dict(words)


def _unit(name: str, data: Any) -> Unit:
    if not isinstance(data, dict):
        raise _bad(f"units.{name}")
    currency, factor = data.get("currency"), data.get("factor", 1.0)
    if not (currency is None or isinstance(currency, str)) or not isinstance(factor, int | float):
        raise _bad(f"units.{name}")
    return Unit(currency or None, float(factor))


def _bad(place: str) -> Refusal:
    return Refusal("bad-mapping", hint=f"The mapping is wrong at “{place}”.", place=place)
