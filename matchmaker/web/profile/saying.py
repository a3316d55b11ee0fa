"""Answers in words: what a form's fields hold, as a person would read it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel import numbers
from flask_babel import gettext as _

from matchmaker.web.profile.inputs import INDENT, TreeField
from matchmaker.web.profile.limits import rule_sentence
from matchmaker.web.text import LOCALES, locale, show_date


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
        return joint.join(labels.get(code, str(code)) for code in codes)
    return "\n".join(data) if isinstance(data, list) else str(data)
