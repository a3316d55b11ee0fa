"""Search and filters of ranked lists."""

from __future__ import annotations

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from matchmaker.web.text import LOCALES, locale
from matchmaker.web.trees import TreeSelect
from matchmaker.web.words import choices

OPEN, OUT = "open", "out"
VARIED = "varied"


def _every(kind: str) -> list[tuple[str, str]]:
    return [("", _("All")), *choices(kind)]


class ListFilter(Form):  # type: ignore[misc]
    """A party's list: projects for an investor, investors for a project."""

    q = StringField(_l("Search for a name or code"))
    field = TreeSelect(_l("Field"), _l("All"))
    country = SelectField(_l("Country"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)
    stage = SelectField(_l("Stage"), choices=lambda: _every("stage"), validate_choice=False)
    order = SelectField(
        _l("Order"),
        choices=[("", _l("Best first")), (VARIED, _l("The first ten varied"))],
        validate_choice=False,
    )

    def offer(self, countries: set[str], *, kinds: str, with_stage: bool) -> None:
        """Offer the countries that occur and the kinds of one vocabulary."""
        territories = Locale.parse(LOCALES[locale()]).territories
        named = sorted((territories.get(code, code), code) for code in countries)
        self.country.choices = [("", _("All")), *((code, name) for name, code in named)]
        self.kind.choices = _every(kinds)
        if not with_stage:
            del self.stage


class PairsFilter(Form):  # type: ignore[misc]
    """The organiser's whole list."""

    q = StringField(_l("Search for a project or an investor"))
    field = TreeSelect(_l("Field of the project"), _l("All"))
    least = IntegerField(_l("Score at least"), validators=[Optional(), NumberRange(min=0, max=100)])
    show = SelectField(
        _l("Show"),
        choices=lambda: [
            (OPEN, _("Pairs that can meet")),
            (OUT, _("Excluded pairs")),
            ("all", _("All pairs")),
        ],
        default=OPEN,
        validate_choice=False,
    )
