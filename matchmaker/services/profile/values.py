"""What may be said in a profile, and how it is stored.

Values come as plain Python: texts, codes, lists of codes, dates, money in *whole units* of the
profile's currency. They are cleaned here, whoever sends them (a form, a table, the API); what
cannot be kept is refused by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_precision
from sqlalchemy import JSON, BigInteger, Boolean, Date, Integer, String

from matchmaker.core.profile import (
    ASSETS,
    BOARDS,
    CDA_STANCES,
    EVIDENCE,
    INSTITUTION_KINDS,
    INSTRUMENTS,
    INVESTOR_KINDS,
    IP_STATES,
    LANDINGS,
    LEADS,
    PARTNERS,
    ROUNDS,
    STAGES,
)
from matchmaker.core.refusal import Refusal
from matchmaker.services.fields import taxonomy
from matchmaker.store.base import Base
from matchmaker.store.profile import (
    Investor,
    InvestorMandate,
    MandateTerms,
    Project,
    ProjectConfidential,
    ProjectRegistered,
    ProjectVersion,
)
from matchmaker.store.roadshow import Organisation

FACETS = ("field", "country", "region", "kind", "stage", "round", "instrument")
"""Facets that an exclusion may name."""
LIMITS = (*FACETS, "language", "trl", "ticket")
"""Facets whose list may be a hard limit."""
MOST_TEXT = 12_000
"""Characters of a long text."""
MOST_MONEY = 10**13
"""Whole units of a currency."""
MOST_ITEMS = 60

_BOOKKEEPING = {"id", "project_id", "investor_id", "version_id", "mandate_id", "number"}
_BOOKKEEPING |= {"submitted_at", "submitted_by_id", "edited_at", "revision"}
_VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "stage": STAGES,
    "stages": STAGES,
    "round": ROUNDS,
    "rounds": ROUNDS,
    "instruments": INSTRUMENTS,
    "evidence": EVIDENCE,
    "kinds": INSTITUTION_KINDS,
    "lead": LEADS,
    "only": LIMITS,
    "partners": PARTNERS,
    "ip_states": IP_STATES,
    "landing": LANDINGS,
    "board": BOARDS,
    "cda_stance": CDA_STANCES,
    "assets": ASSETS,
}
_FREE_LISTS = ("regions", "conflicts", "avoids")
RANGES: Mapping[str, tuple[int, int]] = {"vintage": (1950, 2100), "deals_per_year": (0, 999)}
"""Whole numbers; every other one is a level of readiness."""
Columns = Mapping[str, tuple[type[Base], str]]


def _columns(*tables: type[Base], prefix: str = "", clash: Iterable[str] = ()) -> Columns:
    return {
        (prefix + column.key if column.key in clash else column.key): (table, column.key)
        for table in tables
        for column in table.__table__.columns
        if column.key not in _BOOKKEEPING
    }


PROJECT: Columns = {
    **_columns(ProjectVersion, ProjectRegistered),
    **_columns(ProjectConfidential, prefix="confidential_", clash=("summary_en", "summary_zh")),
}
"""Name of a project's value -> the table and column that keep it."""
MANDATE: Columns = _columns(InvestorMandate, MandateTerms)
BODY = ("kind", "name_en", "name_zh", "country", "region", "city_en", "city_zh", "website")
LISTS_OF_FIELDS = ("fields", "also_fields")
MEETINGS = ("min_meetings", "max_meetings")
CONFIDENTIAL = tuple(name for name, (table, _) in PROJECT.items() if table is ProjectConfidential)
PROJECT_NAMES = (*PROJECT, *LISTS_OF_FIELDS)
MANDATE_NAMES = (*MANDATE, *LISTS_OF_FIELDS)


def clean(columns: Columns, name: str, value: Any) -> Any:
    """Return a value as its column keeps it; money stays in whole units (``Decimal``).

    Refuses ``bad-value``, ``too-long`` and ``unknown-code``, each with ``field`` in its facts.
    """
    table, key = columns[name]
    column = table.__table__.columns[key]
    kind = column.type
    if isinstance(kind, JSON):
        return exclusions(value) if key == "exclusions" else codes(name, value)
    if isinstance(kind, Boolean):
        return (None if column.nullable else False) if value is None else bool(value)
    if isinstance(kind, Date):
        if value is not None and not isinstance(value, date):
            raise _bad(name, value)
        return value
    if isinstance(kind, BigInteger):
        return whole_money(name, value)
    if isinstance(kind, Integer):
        return _level(name, value)
    if name in _VOCABULARIES:
        return _code(name, value, _VOCABULARIES[name])
    if name == "currency":
        return currency_code(value)
    most = kind.length if isinstance(kind, String) and kind.length else MOST_TEXT
    return text(name, value, most)


def text(name: str, value: Any, most: int) -> str:
    """Return a text without control characters, in one Unicode form, trimmed."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _bad(name, value)
    kept = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        char for char in kept if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()
    if len(kept) > most:
        raise Refusal(
            "too-long", hint=f"At most {most} characters.", field=name, most=most, used=len(kept)
        )
    return kept


def codes(name: str, value: Any) -> list[str]:
    """Return a list of codes, each once, in the given order."""
    items = [text(name, one, 200) for one in value or ()]
    if name == "fund_currencies":
        items = [item.upper() for item in items]
    kept = list(dict.fromkeys(item for item in items if item))
    if len(kept) > MOST_ITEMS:
        raise Refusal("too-many", hint=f"At most {MOST_ITEMS}.", field=name, most=MOST_ITEMS)
    if name in _FREE_LISTS:
        return kept
    known = _known(name)
    for item in kept:
        if item not in known:
            raise _unknown(name, item)
    return kept


def field_codes(name: str, value: Any) -> list[str]:
    """Return codes of the taxonomy, each once."""
    tree = taxonomy()
    kept = list(dict.fromkeys(str(one) for one in value or ()))
    for code in kept:
        if code not in tree:
            raise _unknown(name, code)
    if len(kept) > MOST_ITEMS:
        raise Refusal("too-many", hint=f"At most {MOST_ITEMS}.", field=name, most=MOST_ITEMS)
    return kept


def exclusions(value: Any) -> list[dict[str, object]]:
    """Return hard limits as they are stored; each names a facet, a value and its exceptions."""
    kept: list[dict[str, object]] = []
    for rule in value or ():
        facet, wanted, unless = _rule(rule)
        check_facet(facet, wanted)
        for other, exception in unless:
            check_facet(other, exception)
        row: dict[str, object] = {
            "facet": facet,
            "value": wanted,
            "unless": [[other, exception] for other, exception in unless],
        }
        if row not in kept:
            kept.append(row)
    if len(kept) > MOST_ITEMS:
        raise Refusal("too-many", field="exclusions", most=MOST_ITEMS)
    return kept


def check_facet(facet: str, value: str) -> None:
    """Refuse a facet or a value of it that nobody knows."""
    if facet not in FACETS:
        raise _unknown("exclusions", facet)
    choices: dict[str, Container[str]] = {
        "field": taxonomy(),
        "country": territories(),
        "kind": INSTITUTION_KINDS,
        "stage": STAGES,
        "round": ROUNDS,
        "instrument": INSTRUMENTS,
    }
    known = choices.get(facet)
    if not value or (known is not None and value not in known):
        raise _unknown("exclusions", value)


def whole_money(name: str, value: Any) -> Decimal | None:
    """Return an amount in whole units, exact."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise _bad(name, value) from error
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
        raise _bad(name, value)
    return amount


def minor(amount: Decimal | None, currency: str) -> int | None:
    """Return an amount in minor units (cents) of its currency."""
    if amount is None:
        return None
    scale = Decimal(10) ** get_currency_precision(currency)
    return int((amount * scale).quantize(Decimal(1), ROUND_HALF_UP))


def major(amount: int | None, currency: str) -> Decimal | None:
    """Return minor units as whole units of the currency."""
    if amount is None:
        return None
    return Decimal(amount) / Decimal(10) ** get_currency_precision(currency or "USD")


def currency_code(value: Any) -> str:
    """Return an ISO 4217 code, or nothing."""
    code = str(value or "").strip().upper()
    if code and code not in _currencies():
        raise _unknown("currency", code)
    return code


def body(values: Mapping[str, Any], kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return an organisation's values, cleaned; only those that were given."""
    table = Organisation.__table__
    kept: dict[str, Any] = {}
    for name in BODY:
        if name not in values:
            continue
        value = values[name]
        if name == "kind":
            kept[name] = _code(name, value, kinds) or kinds[-1]
        elif name == "country":
            kept[name] = _country(value)
        else:
            kind = table.columns[name].type
            kept[name] = text(name, value, (isinstance(kind, String) and kind.length) or 200)
    return kept


def meetings(low: Any, high: Any) -> tuple[int | None, int | None]:
    """Return a floor and a cap of meetings, in order."""
    floor, cap = _count("min_meetings", low), _count("max_meetings", high)
    if floor is not None and cap is not None and floor > cap:
        raise Refusal("not-in-order", hint="The least is more than the most.", field="max_meetings")
    return floor, cap


NO_PLACES = frozenset({"ZZ", "XA", "XB", "UN", "EZ", "QO"})
"""Codes of no country and no part of the world: unknown, made up, organisations, leftovers."""


@cache
def territories() -> frozenset[str]:
    """Countries and groups of countries that have a name in both languages."""
    english, chinese = (Locale.parse(code).territories for code in ("en", "zh_Hans"))
    return frozenset(english) & frozenset(chinese) - NO_PLACES


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale.parse("en").currencies)


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale.parse("en").languages) if len(code) in (2, 3))


def _known(name: str) -> frozenset[str] | tuple[str, ...]:
    if name == "countries":
        return territories()
    if name == "languages":
        return _languages()
    if name == "fund_currencies":
        return _currencies()
    return _VOCABULARIES[name]


def check_languages(value: Any) -> list[str]:
    """Return the codes of languages, each once."""
    return codes("languages", value)


def _rule(rule: Any) -> tuple[str, str, list[tuple[str, str]]]:
    if isinstance(rule, Mapping):
        facet, value, unless = rule["facet"], rule["value"], rule.get("unless") or ()
    else:
        facet, value, unless = rule.facet, rule.value, rule.unless
    pairs = [(str(other), text("exclusions", str(one), 200)) for other, one in unless]
    return str(facet), text("exclusions", str(value), 200), list(dict.fromkeys(pairs))


def _code(name: str, value: Any, known: tuple[str, ...]) -> str | None:
    if value is None or value == "":
        return None
    if value not in known:
        raise _unknown(name, value)
    return str(value)


def _country(value: Any) -> str | None:
    code = str(value or "").strip().upper()
    if code and (code not in territories() or len(code) != 2):
        raise _unknown("country", code)
    return code or None


def _level(name: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    low, high = RANGES.get(name, (1, 9))
    if not isinstance(value, int) or not low <= value <= high:
        raise _bad(name, value)
    return value


def _count(name: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or not 0 <= value <= 99:
        raise _bad(name, value)
    return value


def _bad(name: str, value: Any) -> Refusal:
    return Refusal(
        "bad-value", hint="This value cannot be used here.", field=name, value=str(value)[:80]
    )


def _unknown(name: str, value: Any) -> Refusal:
    return Refusal(
        "unknown-code", hint="This choice is not known.", field=name, value=str(value)[:80]
    )


def kinds_for(party: type[Project] | type[Investor]) -> tuple[str, ...]:
    """Return the kinds of bodies that can stand behind a project or an investor."""
    return INSTITUTION_KINDS if party is Project else INVESTOR_KINDS
