"""Choices from a tree, of fields or of places: pages hold what is chosen, the search asks for more.

Without a script ``?options=all`` (or a button that sends it) brings the whole list.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from babel import Locale
from flask import request
from flask_babel import gettext as _
from wtforms import Form, SelectField, SelectMultipleField, ValidationError

from matchmaker.core.places import WORLD, place_path
from matchmaker.services.fields import taxonomy
from matchmaker.services.profile.values import territories
from matchmaker.web.text import LOCALES, locale, show_country

INDENT = "\u2003"
Nodes = list[tuple[str, str]]


def whole() -> bool:
    """Tell whether the whole list was asked for."""
    return request.values.get("options") == "all"


def field_nodes() -> Nodes:
    """The taxonomy, indented by depth."""
    return _field_nodes(locale())


def place_nodes() -> Nodes:
    """The world as a whole, groups of countries and countries, indented by depth."""
    named = dict(places(locale()))
    order = sorted(named, key=lambda code: [named.get(up, up) for up in place_path(code)])
    nodes = [(code, INDENT * (len(place_path(code)) - 1) + named[code]) for code in order]
    return [(WORLD, show_country(WORLD)), *nodes]


class TreeField(SelectMultipleField):
    """Several nodes of a tree; the chosen ones first, in the order of choosing."""

    index = "fields"

    def __init__(
        self,
        label: Any = None,
        nodes: Callable[[], Nodes] = field_nodes,
        index: str = "fields",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, choices=[], **kwargs)
        self.type = "SelectMultipleField"
        self.index = index
        self.choices = nodes()

    def iter_choices(self) -> list[Any]:
        """Return the chosen nodes, and the others where the whole list was asked for."""
        every = {one.value: one for one in super().iter_choices()}
        chosen = [every[code] for code in dict.fromkeys(self.data or ()) if code in every]
        rest = [one for one in every.values() if not one.selected] if whole() else []
        return [*(one._replace(label=one.label.strip(INDENT)) for one in chosen), *rest]

    def pre_validate(self, form: Form) -> None:
        """Refuse what is no node of the tree; what is shown of it does not matter."""
        del form
        known = dict(self.choices)
        unknown = [code for code in self.data or () if code not in known]
        if unknown and not self.process_errors:
            raise ValidationError(_("“%(text)s” is not on the list.", text=unknown[0][:60]))


class TreeSelect(SelectField):
    """One node of the tree of fields, or any: a filter."""

    index = "fields"

    def __init__(self, label: Any = None, any_: Any = None, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)
        self.type = "SelectField"
        self.choices = [("", any_ if any_ is not None else _("Any")), *field_nodes()]

    def iter_choices(self) -> list[Any]:
        """Return "any" and the chosen node, or all where they were asked for."""
        every = super().iter_choices()
        return every if whole() else [one for one in every if not one.value or one.selected]


def only_known(*fields: TreeSelect) -> None:
    """Let a filter whose value is no node of the tree narrow nothing."""
    for field in fields:
        if field.data not in taxonomy():
            field.data = ""


@cache
def places(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country and group of countries, by name."""
    names = Locale.parse(LOCALES[language]).territories
    known = [(code, names.get(code, code)) for code in territories() - {WORLD}]
    return tuple(sorted(known, key=lambda pair: _sorting(pair[1], language)))


def _sorting(name: str, language: str) -> Any:
    if language != "zh":
        return name.casefold()
    try:
        return name.encode("gb18030")  # its two-byte signs stand in the order of pinyin
    except UnicodeEncodeError:
        return name.encode()


@cache
def _field_nodes(language: str) -> Nodes:
    tree = taxonomy()
    return [
        (code, INDENT * (len(tree.path(code)) - 1) + tree.name(code, language))
        for root in tree.roots
        for code in tree.descendants(root)
    ]
