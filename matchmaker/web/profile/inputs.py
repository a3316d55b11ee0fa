"""Form fields for what profiles say: money as people write it, codes, places, hard limits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from babel import Locale, numbers
from flask_babel import gettext as _
from wtforms import (
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from matchmaker.services.exchange import cells
from matchmaker.services.profile.values import MOST_MONEY, MOST_TEXT
from matchmaker.web.text import LOCALES, locale
from matchmaker.web.trees import places
from matchmaker.web.words import choices

CURRENCIES = ("USD", "CNY", "EUR", "GBP", "CHF", "HKD", "JPY", "SGD", "RUB", "KRW", "SEK", "DKK")
FUNDS = ("CNY", "USD", "EUR", "HKD")


def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class _Upto:
    """Like ``Length``, but lets the browser keep all that was pasted, so that nothing is lost."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Any, field: Any) -> None:
        used = len(field.data or "")
        if used > self.most:
            raise ValidationError(
                _(
                    "At most %(most)s characters, please; these are %(used)s.",
                    most=self.most,
                    used=used,
                )
            )


def line(
    label: Any, most: int, *validators: Any, counted: bool = False, **kwargs: Any
) -> StringField:
    """One line of text; ``counted`` shows how much room is left."""
    limit = Length(max=most) if counted else _Upto(most)
    return StringField(label, [limit, *validators], filters=[stripped], **kwargs)


def prose(label: Any, most: int = MOST_TEXT, **kwargs: Any) -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(label, [_Upto(most)], filters=[stripped], **kwargs)


def web_address(_form: Any, field: Any) -> None:
    """Take an address of a web page; "example.org" gets its https."""
    if not field.data:
        return
    text = field.data if "://" in field.data else f"https://{field.data}"
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        fine = False
    if not fine or re.search(r"[\s<>\"'\\]", text):
        raise ValidationError(_("This is no web address. Example: https://example.org"))
    field.data = text


class CodeField(SelectField):
    """One code of a vocabulary, or nothing."""

    def __init__(self, label: Any = None, kind: str = "", **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(label, coerce=_code, choices=[], validate_choice=True, **kwargs)
        self.type = "SelectField"  # the macros look at it
        self.choices = [("", _("Not said")), *self.offered()]

    def offered(self) -> list[tuple[Any, Any]]:
        return choices(self.kind)


class CountryField(CodeField):
    """One country."""

    def offered(self) -> list[tuple[Any, Any]]:
        return [(code, name) for code, name in places(locale()) if len(code) == 2 and code != "EU"]


class CurrencyField(CodeField):
    """One currency; the usual ones, and whatever stands there already."""

    def offered(self) -> list[tuple[Any, Any]]:
        names = Locale.parse(LOCALES[locale()]).currencies
        return [(code, f"{code} · {names.get(code, code)}") for code in CURRENCIES]

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        known = [code for code, _label in self.choices]
        for code in (self.object_data, self.data):
            if code and code not in known and code in Locale.parse("en").currencies:
                self.choices = [*self.choices, (code, code)]


class LevelField(SelectField):
    """A technology readiness level, 1 to 9."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_number, choices=[], **kwargs)
        self.type = "SelectField"
        self.choices = [
            ("", _("Not said")),
            *((n, f"TRL {n} · {levels()[n - 1]}") for n in range(1, 10)),
        ]


def levels() -> list[str]:
    """What the nine levels of technology readiness mean."""
    return [
        _("basic principles observed"),
        _("concept formulated"),
        _("proof of concept"),
        _("validated in the laboratory"),
        _("validated in a relevant environment"),
        _("demonstrated in a relevant environment"),
        _("demonstrated in use"),
        _("complete and qualified"),
        _("proven in use"),
    ]


class YesNoField(SelectField):
    """Yes, no, or not said."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_truth, choices=[], **kwargs)
        self.type = "SelectField"
        self.choices = [("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))]


class CheckField(SelectMultipleField):
    """Several codes of a vocabulary as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self, label: Any = None, kind: str = "", only: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, choices=[], **kwargs)
        self.type = "SelectMultipleField"
        self.choices = [
            (code, name) for code, name in self.offered(kind) if not only or code in only
        ]

    def offered(self, kind: str) -> list[tuple[str, str]]:
        return choices(kind)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        known = {code for code, _label in self.choices}
        kept = [code for code in self.object_data or () if code not in known]
        self.choices = [*self.choices, *((code, code) for code in kept)]


class CurrenciesField(CheckField):
    """Several currencies; the usual ones, and whatever stands there already."""

    def offered(self, kind: str) -> list[tuple[str, str]]:
        del kind
        names = Locale.parse(LOCALES[locale()]).currencies
        return [(code, names.get(code, code)) for code in FUNDS]


class MoneyField(StringField):
    """An amount in whole units, as people write it: 1,500,000 · 1.5M · 500万 · 1.2亿."""

    named: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "StringField"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, self.named = None, None
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        found = cells.amount(text[:60])
        if found is None or not 0 <= found.value <= MOST_MONEY:
            raise ValueError(_("Please write an amount, for example 1,500,000 or 1.5M or 500万."))
        self.data, self.named = Decimal(str(found.value)), found.currency

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return str(numbers.format_decimal(self.data, locale=LOCALES[locale()]))


def agrees_with_currency(form: Any, field: Any) -> None:
    """Refuse "USD 5M" beside another currency."""
    if field.named and form.currency.data and field.named != form.currency.data:
        raise ValidationError(
            _(
                "You wrote %(own)s here, but the currency beside it is %(currency)s.",
                own=field.named,
                currency=form.currency.data,
            )
        )


class LinesField(StringField):
    """Several names, one a line (or separated by semicolons)."""

    widget = TextArea()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "TextAreaField"

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = re.split(r"[\n;；]+", valuelist[0]) if valuelist else []
        self.data = list(dict.fromkeys(part.strip()[:200] for part in parts if part.strip()))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or ())


def _code(value: Any) -> Any:
    return value or None


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"yes": True, "no": False}.get(value)
