"""Answers in words: what a form's fields hold, as a person would read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from matchmaker.services.profile.presence import Presence
from matchmaker.web.profile.limits import rule_sentence
from matchmaker.web.text import (
    LOCALES,
    field_name,
    locale,
    show_country,
    show_date,
    show_money,
    show_time,
    zone,
)
from matchmaker.web.trees import INDENT, TreeField
from matchmaker.web.words import word


def said_in(form: Any, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return {name: (label, answer in words)}; an answer that was not given is empty."""
    return {name: (str(form[name].label.text), said(form[name])) for name in names}


def said(field: Any) -> str:
    """Return one field's answer in words."""
    if field.type == "FieldList":
        rules = [row.form.rule() for row in field]
        return "\n".join(rule_sentence(rule) for rule in rules if rule)
    data = field.data
    if data is None or data in ("", []):
        return ""
    if isinstance(data, bool):
        return _("Yes") if data else (_("No") if field.type != "BooleanField" else "")
    if isinstance(data, Decimal):
        return str(numbers.format_decimal(data, locale=LOCALES[locale()]))
    if hasattr(data, "isoformat"):
        return show_date(data)
    if hasattr(field, "choices"):
        labels = {code: str(label).strip(INDENT) for code, label in field.choices}
        codes = data if isinstance(data, list) else [data]
        joint = "\n" if isinstance(field, TreeField) and len(codes) > 8 else _(", ")
        return joint.join(labels.get(code) or show_country(str(code)) for code in codes)
    return "\n".join(data) if isinstance(data, list) else str(data)


def said_or_typed(field: Any) -> str:
    """Return one field's answer in words, or as it was typed where it cannot be read."""
    if field.type == "FieldList":
        return "\n".join(line for row in field if (line := row.form.said()))
    typed = getattr(field, "_value", None)
    return said(field) or (str(typed()).strip() if typed and field.raw_data else "")


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak a language for a while, whatever the viewer's is."""
    before, g.locale = locale(), code
    try:
        with force_locale(LOCALES[code]):
            yield
    finally:
        g.locale = before


def mandate_paragraph(
    card: Any,
    rules: list[Any],
    code: str,
    mandate: Any = None,
    delegates: Iterable[Any] = (),
    there: Mapping[str, Presence] | None = None,
) -> str:
    """Return what a mandate says as one paragraph that a person could speak.

    ``mandate`` adds what the card does not show (landing, board, CDA, the number of meetings), and
    ``delegates`` who comes and speaks what; ``there`` when each person can be met, by id.
    """
    with in_language(code):
        body = card.organisation
        name = (body.name_zh or body.name_en) if code == "zh" else (body.name_en or body.name_zh)
        parts = [_("%(name)s looks for projects.", name=name or _("The firm"))]
        if card.fields:
            parts = [
                _(
                    "%(name)s looks for projects in %(fields)s.",
                    name=name or _("The firm"),
                    fields=_listed(map(field_name, card.fields)),
                )
            ]
        if card.also_fields:
            parts.append(
                _("Also welcome: %(fields)s.", fields=_listed(map(field_name, card.also_fields)))
            )
        parts += [sentence for sentence in (_where(card), _when(card), _how_much(card)) if sentence]
        if mandate is not None:
            parts += _terms(mandate)
        parts += [_("%(rule)s.", rule=rule_sentence(rule)) for rule in rules]
        if card.languages:
            parts.append(
                _(
                    "Meetings in %(languages)s.",
                    languages=_listed(word(one, "language") for one in card.languages),
                )
            )
        known = there or {}
        people = [_person(row.person, code, known.get(row.person_id)) for row in delegates]
        if people:
            parts.append(_("Delegates: %(people)s.", people=_("; ").join(people)))
        return ("" if code == "zh" else " ").join(parts)


def _terms(mandate: Any) -> Iterator[str]:
    """Say the rest of a mandate, a sentence each."""
    if mandate.ticket_total is not None:
        total = show_money(mandate.ticket_total, mandate.currency)
        yield _("In total up to %(total)s.", total=total)
    said_of = [(mandate.landing, "landing"), (mandate.board, "board")]
    short = [word(one, kind) for one, kind in said_of if one]
    if short:
        yield _("%(terms)s.", terms=_listed(short))
    if mandate.cda_stance:
        yield _("CDA: %(when)s.", when=word(mandate.cda_stance, "cda_stance"))
    hard_nos = mandate.terms.hard_nos_zh if locale() == "zh" else mandate.terms.hard_nos_en
    if hard_nos:
        yield " ".join(hard_nos.split())
    low, high = mandate.investor.min_meetings, mandate.investor.max_meetings
    if high is not None:
        yield _("At most %(high)s meetings.", high=high)
    elif low is not None:
        yield _("At least %(low)s meetings.", low=low)


def _person(person: Any, code: str, there: Presence | None) -> str:
    name = (person.name_zh or person.name_en) if code == "zh" else person.name_en
    spoken = _listed(word(one, "language") for one in person.languages or ())
    about = [one for one in (spoken, *_presence(there or Presence())) if one]
    if not about:
        return str(name)
    return _("%(name)s (%(about)s)", name=name or person.name_zh, about=_("; ").join(about))


def _presence(there: Presence) -> Iterator[str]:
    """Say when a person can be met and when not."""
    if there.never:
        yield _("away all the time")
    if there.comes and there.leaves:
        yield _(
            "there from %(start)s to %(end)s", start=_moment(there.comes), end=_moment(there.leaves)
        )
    elif there.comes:
        yield _("there from %(start)s", start=_moment(there.comes))
    elif there.leaves:
        yield _("there until %(end)s", end=_moment(there.leaves))
    for start, end in there.away:
        same = show_date(start) == show_date(end)
        yield _(
            "away %(start)s to %(end)s",
            start=_moment(start),
            end=show_time(end) if same else _moment(end),
        )


def _moment(value: datetime) -> str:
    """Return day and time at the roadshow, without the year that everybody knows."""
    day = dates.format_skeleton(
        "MMMd", value.astimezone(ZoneInfo(zone())), locale=LOCALES[locale()]
    )
    return f"{day} {show_time(value)}"


def _where(card: Any) -> str:
    places = [*map(show_country, card.countries), *card.regions]
    kinds = [word(kind, "institution") for kind in card.kinds]
    if places and kinds:
        return _(
            "Teams from %(places)s; preferred: %(kinds)s.",
            places=_listed(places),
            kinds=_listed(kinds),
        )
    if places:
        return _("Teams from %(places)s.", places=_listed(places))
    return _("Preferred: %(kinds)s.", kinds=_listed(kinds)) if kinds else ""


def _when(card: Any) -> str:
    said_of = [word(stage, "stage") for stage in card.stages]
    if card.trl_min or card.trl_max:
        said_of.append(f"TRL {card.trl_min or 1}–{card.trl_max or 9}")
    said_of += [word(one, "round") for one in card.rounds]
    return _("Stage: %(stages)s.", stages=_listed(said_of)) if said_of else ""


def _how_much(card: Any) -> str:
    low, high = (show_money(one, card.currency) for one in (card.ticket_low, card.ticket_high))
    how = [word(one, "instrument") for one in card.instruments]
    if card.lead:
        how.append(word(card.lead, "lead"))
    tail = (
        f" ({_listed(how)})" if how and locale() != "zh" else (f"（{_listed(how)}）" if how else "")
    )
    if low and high:
        return _("First ticket %(low)s to %(high)s%(how)s.", low=low, high=high, how=tail)
    if low:
        return _("First ticket from %(low)s%(how)s.", low=low, how=tail)
    if high:
        return _("First ticket up to %(high)s%(how)s.", high=high, how=tail)
    return _("How: %(how)s.", how=_listed(how)) if how else ""


def _listed(words: Iterable[str]) -> str:
    return _(", ").join(words)
