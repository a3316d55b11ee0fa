"""Forms of setting up, planning and running."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from matchmaker.core.refusal import Refusal
from matchmaker.services.meeting.finish import MOST_MOVED
from matchmaker.web.words import choices

FIELD_OF = {
    "slot-length": "minutes",
    "slot-start": "starts_at",
    "slots-overlap": "starts_at",
    "outside-roadshow": "starts_at",
    "no-new-slots": "ends",
    "table-name": "name",
    "table-name-taken": "name",
    "table-count": "count",
    "two-homes": "home",
    "session-code-taken": "code",
    "session-name": "title_en",
    "times-in-order": "ends_at",
    "pitch-length": "minutes",
    "interpreter-languages": "languages",
    "person-name": "name_en",
    "unknown-place": "place",
    "note-too-long": "text",
}


class RefusableForm(FlaskForm):  # type: ignore[misc]
    """A form that shows a refusal beside the field it belongs to, else beside its first one."""

    def refuse(self, refusal: Refusal, said: str) -> None:
        name = FIELD_OF.get(refusal.reason, "")
        shown = [one for one in self if one.type not in ("CSRFTokenField", "HiddenField")]
        field = self[name] if name in self else shown[0]
        field.errors = [*field.errors, said]


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A confirmation, or a button."""


class SlotForm(RefusableForm):
    starts_at = DateTimeLocalField(
        _l("Begins"), [InputRequired()], description=_l("By the clock of the venue.")
    )
    minutes = IntegerField(_l("Minutes"), [InputRequired(), NumberRange(5, 480)])


class SlotsForm(RefusableForm):
    day = DateField(_l("Day"), [InputRequired()])
    starts = TimeField(_l("From"), [InputRequired()])
    ends = TimeField(_l("Until"), [InputRequired()])
    minutes = IntegerField(_l("Minutes of a meeting"), [InputRequired(), NumberRange(5, 240)])
    buffer = IntegerField(_l("Minutes between meetings"), [InputRequired(), NumberRange(0, 60)])


class TableForm(RefusableForm):
    name = StringField(_l("Name"), [DataRequired(), Length(max=40)])
    room_en = StringField(_l("Room in English"), [Length(max=120)])
    room_zh = StringField(_l("Room in Chinese"), [Length(max=120)])
    seats = IntegerField(_l("Seats"), [InputRequired(), NumberRange(2, 99)], default=4)
    home = SelectField(
        _l("Kept for"), description=_l("A party that stays at this table; others cannot use it.")
    )
    closed = SelectMultipleField(
        _l("Closed at"), description=_l("Slots in which the table cannot be used.")
    )


class TablesForm(RefusableForm):
    count = IntegerField(_l("How many"), [InputRequired(), NumberRange(1, 200)])
    prefix = StringField(_l("Names begin with"), [DataRequired(), Length(max=30)], default="T")
    room_en = StringField(_l("Room in English"), [Length(max=120)])
    room_zh = StringField(_l("Room in Chinese"), [Length(max=120)])


class SessionForm(RefusableForm):
    code = StringField(_l("Session code"), [DataRequired(), Length(max=24)])
    title_en = StringField(_l("Title in English"), [Length(max=200)])
    title_zh = StringField(_l("Title in Chinese"), [Length(max=200)])
    room_en = StringField(_l("Room in English"), [Length(max=120)])
    room_zh = StringField(_l("Room in Chinese"), [Length(max=120)])
    starts_at = DateTimeLocalField(_l("Begins"), [InputRequired()])
    ends_at = DateTimeLocalField(_l("Ends"), [InputRequired()])
    speakers = SelectMultipleField(
        _l("Speakers"),
        description=_l("They cannot sit at a table meanwhile, nor right before and after."),
    )


class PitchForm(RefusableForm):
    project = SelectField(_l("Project"), [DataRequired()])
    starts_at = DateTimeLocalField(_l("Begins"), [InputRequired()])
    minutes = IntegerField(_l("Minutes"), [InputRequired(), NumberRange(1, 240)], default=15)
    room_en = StringField(_l("Room in English"), [Length(max=120)])
    room_zh = StringField(_l("Room in Chinese"), [Length(max=120)])


class AbsenceForm(RefusableForm):
    """One's own absence, or with ``person`` somebody's."""

    starts_at = DateTimeLocalField(
        _l("Away from"), [InputRequired()], description=_l("By the clock of the venue.")
    )
    ends_at = DateTimeLocalField(_l("Until"), [InputRequired()])
    reason = StringField(
        _l("Why"),
        [Length(max=200)],
        description=_l("Only the organisers read this."),
    )


class PersonAbsenceForm(AbsenceForm):
    person = SelectField(_l("Person"), [DataRequired()])


class InterpreterForm(RefusableForm):
    name_en = StringField(_l("Name in English"), [Length(max=120)])
    name_zh = StringField(_l("Name in Chinese"), [Length(max=120)])
    languages = SelectMultipleField(_l("Languages"), choices=lambda: choices("language"))


class PlanForm(FlaskForm):  # type: ignore[misc]
    keep = SelectField(
        _l("What is published"),
        choices=[
            ("few", _l("Change a meeting only where it is worth it")),
            ("most", _l("Change the times of a few people at most")),
            ("all", _l("Leave every published meeting where it is")),
            ("free", _l("Plan as if nothing were published")),
        ],
    )
    most = IntegerField(
        _l("People at most"),
        [Optional(), NumberRange(0, 10_000)],
        default=4,
        description=_l(
            "Only with a few people at most; those whose meeting cannot stay are among them."
        ),
    )
    base = SelectField(
        _l("Keep from a draft"), description=_l("What you pinned in it stays, or all of it.")
    )
    seconds = IntegerField(
        _l("Seconds at most"),
        [InputRequired(), NumberRange(1, 300)],
        default=20,
        description=_l("You can stop earlier and keep the best so far."),
    )
    prove = BooleanField(
        _l("Go on until it is proven that nothing is better"),
        description=_l("Uses all the seconds where it must; the draft says whether it was proven."),
    )


class FinishForm(FlaskForm):  # type: ignore[misc]
    """How many people may get other times; what is selected stands beside it in the page."""

    most = IntegerField(
        _l("People who may get other times"),
        [Optional(), NumberRange(0, MOST_MOVED)],
        default=0,
        description=_l("0: whatever is placed stays where it is."),
        render_kw={"min": 0, "max": MOST_MOVED},
    )


class WhatIfForm(FlaskForm):  # type: ignore[misc]
    """What is tried stands in the address, so nothing is changed and no token is needed."""

    class Meta:
        csrf = False

    minutes = IntegerField(_l("Minutes of a meeting"), [InputRequired(), NumberRange(5, 240)])
    slots = IntegerField(
        _l("More slots each day"),
        [InputRequired(), NumberRange(-50, 50)],
        description=_l("Added to the end of the day; a negative number takes away."),
    )
    tables = IntegerField(
        _l("Tables"),
        [InputRequired(), NumberRange(1, 500)],
        description=_l("Those that are kept for nobody."),
    )
    project_max = IntegerField(
        _l("Meetings of a project, at most"), [InputRequired(), NumberRange(0, 200)]
    )
    project_min = IntegerField(
        _l("Meetings of a project, at least"), [InputRequired(), NumberRange(0, 200)]
    )
    investor_max = IntegerField(
        _l("Meetings of an investor, at most"), [InputRequired(), NumberRange(0, 200)]
    )
    investor_min = IntegerField(
        _l("Meetings of an investor, at least"), [InputRequired(), NumberRange(0, 200)]
    )

    def numbers(self) -> dict[str, int]:
        """Return what is asked, by name."""
        return {field.name: int(field.data) for field in self}


class SeatForm(RefusableForm):
    place = SelectField(_l("Slot and table"), [DataRequired()])
    revision = HiddenField()


class PublishForm(FlaskForm):  # type: ignore[misc]
    revision = HiddenField(validators=[DataRequired()])
    replaces = HiddenField()


class NoteForm(RefusableForm):
    text = TextAreaField(
        _l("What you want to remember"),
        [Length(max=10_000)],
        description=_l("Nobody else reads them, not even your colleagues."),
    )


class MoveForm(RefusableForm):
    place = SelectField(_l("Slot and table"), [DataRequired()])


def number_of(field: Any) -> int | None:
    """Return a hidden field's number, None for anything else."""
    value = field.data or ""
    return int(value) if value.isdecimal() and len(value) < 9 else None
