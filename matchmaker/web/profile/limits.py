"""Hard limits in words: "no Cardiovascular, except Devices; Germany" and back."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from babel import Locale
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, ValidationError

from matchmaker.core.taxonomy import fold
from matchmaker.services.exchange.vocabulary import country_codes
from matchmaker.services.fields import taxonomy
from matchmaker.web.profile.inputs import line
from matchmaker.web.text import LOCALES, locale
from matchmaker.web.trees import whole
from matchmaker.web.words import WORDS, word

_WORDED = {"stage": "stage", "kind": "institution", "round": "round", "instrument": "instrument"}
_REGION = re.compile(r"^(?:region|地区|区域)\s*[:：]\s*(.+)$", re.IGNORECASE)
Facet = tuple[str, str]


def facet_of(label: str) -> Facet | None:
    """Return (facet, value) of what somebody wrote, in either language, or None."""
    text = label.strip()
    region = _REGION.match(text)
    if region:
        return "region", region[1].strip()
    code = taxonomy().resolve(text)
    if code is not None:
        return "field", code
    worded = _vocabulary().get(fold(text))
    if worded is not None:
        return worded
    places = country_codes(text)
    return ("country", places[0]) if len(places) == 1 else None


def facet_name(facet: str, value: str) -> str:
    """Return a facet's value in the viewer's language, so that ``facet_of`` reads it again."""
    if facet == "field":
        return taxonomy().name(value, locale())
    if facet == "country":
        return str(Locale.parse(LOCALES[locale()]).territories.get(value, value))
    if facet == "region":
        return _("region: %(name)s", name=value)
    return word(value, _WORDED.get(facet, facet))


def rule_words(rule: Any) -> tuple[str, str]:
    """Return a stored rule as the two texts of its row."""
    names = [facet_name(facet, value) for facet, value in rule.get("unless") or ()]
    return facet_name(rule["facet"], rule["value"]), "; ".join(names)


def rule_sentence(rule: Any) -> str:
    """Return a stored rule as a sentence: "No Cardiovascular, except Devices"."""
    what, unless = rule_words(rule)
    if unless:
        return _("No %(what)s, except %(unless)s", what=what, unless=unless)
    return _("No %(what)s", what=what)


def suggestions() -> list[tuple[str, str]]:
    """What the rows offer while somebody types: (name, kind of thing).

    Fields and countries come with the search, or where the whole list was asked for.
    """
    offered = [
        (str(name), word(facet, "facet"))
        for facet, kind in _WORDED.items()
        for name in WORDS[kind].values()
    ]
    if not whole():
        return offered
    tree = taxonomy()
    offered += [(tree.name(code, locale()), _("Field")) for code in tree]
    names = Locale.parse(LOCALES[locale()]).territories
    offered += [
        (names[code], _("Country"))
        for code in (*["150", "142", "021", "030", "035", "145", "154", "155"], *_COMMON.split())
    ]
    return offered


_COMMON = "CN US DE GB FR NL CH FI SE DK NO RU JP KR SG IL IT ES BE AT CA AU IN HK TW"


class LimitForm(Form):
    """One row: what is out, and the exceptions."""

    what = line(_l("Not"), 120)
    unless = line(_l("Except"), 300)

    def validate_what(self, field: Any) -> None:
        if field.data and facet_of(field.data) is None:
            several = _parts(field.data)
            if len(several) > 1 and all(facet_of(one) for one in several):
                raise ValidationError(
                    _("One in each row, please: %(names)s.", names=_(", ").join(several))
                )
            raise ValidationError(_unknown(field.data))
        if not field.data and self.unless.data:
            raise ValidationError(_("Please say what is out, not only the exceptions."))

    def validate_unless(self, field: Any) -> None:
        for part in _parts(field.data):
            if facet_of(part) is None:
                raise ValidationError(_unknown(part))

    def rule(self) -> dict[str, Any] | None:
        """Return the row as it is stored; None for an empty one."""
        found = facet_of(self.what.data or "")
        if found is None:
            return None
        unless = [list(pair) for part in _parts(self.unless.data) if (pair := facet_of(part))]
        return {"facet": found[0], "value": found[1], "unless": unless}

    def plain(self) -> str:
        """Return what the row says, however it is worded; as it was typed where that is unclear."""
        rule, typed = self._known(), (self.what.data or "", self.unless.data or "")
        return str(rule) if rule else str(typed) if any(typed) else ""

    def said(self) -> str:
        """Return the row as a sentence, of the texts that were typed where they are unclear."""
        if rule := self._known():
            return rule_sentence(rule)
        what, unless = (self.what.data or "").strip(), "; ".join(_parts(self.unless.data))
        if what and unless:
            return _("No %(what)s, except %(unless)s", what=what, unless=unless)
        return _("No %(what)s", what=what) if what else unless

    def _known(self) -> dict[str, Any] | None:
        """Return the row as it is stored, if all of it can be."""
        rule = self.rule()
        complete = rule is not None and len(rule["unless"]) == len(_parts(self.unless.data))
        return rule if complete else None


def _parts(text: str | None) -> list[str]:
    """Return what a text lists; a comma parts what is no name with it: "Germany, devices"."""
    found = [part.strip() for part in re.split(r"[;；、\n]", text or "") if part.strip()]
    return [name for part in found for name in _named(part)]


def _named(text: str) -> list[str]:
    names = [name.strip() for name in re.split(r"[,，]", text) if name.strip()]
    return names if len(names) > 1 and facet_of(text) is None else [text]


def _unknown(text: str) -> str:
    return _(
        "No field, country, stage, round or kind of institution is called “%(text)s”. "
        "Please choose one of the suggestions.",
        text=text[:60],
    )


@cache
def _vocabulary() -> dict[str, Facet]:
    table: dict[str, Facet] = {}
    for language in ("en", "zh_Hans_CN"):
        with force_locale(language):
            for facet, kind in _WORDED.items():
                for code, name in WORDS[kind].items():
                    table.setdefault(fold(str(name)), (facet, code))
                    table.setdefault(fold(code), (facet, code))
    return table
