"""Forms of the pairing pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SearchField, SelectField
from wtforms.validators import DataRequired

from matchmaker.web.trees import TreeSelect
from matchmaker.web.words import choices


class PairsFilter(Form):  # type: ignore[misc]
    q = SearchField(_l("Project, investor or code"))
    state = SelectField(
        _l("Decision"), choices=lambda: [("", _l("All")), *choices("pairing_state")]
    )
    wish = SelectField(
        _l("Wishes"),
        choices=[
            ("", _l("All")),
            ("must", _l("A must meet on one side")),
            ("both", _l("Wished by both sides")),
            ("one", _l("Wished by one side")),
            ("none", _l("No wish")),
        ],
    )
    field = TreeSelect(_l("Field of the project"), _l("All"))
    sought = TreeSelect(_l("Field of the investor"), _l("All"))
    reason = SelectField(_l("Reason"), choices=lambda: [("", _l("All")), *choices("plan_reason")])


class PartiesFilter(Form):  # type: ignore[misc]
    q = SearchField(_l("Name, organisation or code"))
    kind = HiddenField()
    standing = SelectField(
        _l("Meetings"),
        choices=[
            ("", _l("All")),
            ("short", _l("Below the least")),
            ("room", _l("Room for more")),
            ("full", _l("Full")),
            ("locked", _l("With pinned pairs")),
        ],
    )


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A confirmation."""


class ApproveForm(FlaskForm):  # type: ignore[misc]
    number = HiddenField(validators=[DataRequired()])


class PairForm(Form):  # type: ignore[misc]
    project = SelectField(_l("Project"), validators=[DataRequired()])
    investor = SelectField(_l("Investor"), validators=[DataRequired()])


class SwapForm(FlaskForm):  # type: ignore[misc]
    out = SelectField(_l("Instead of"), validators=[DataRequired()])
