"""Forms of the committee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from matchmaker.services.selection import CriterionValues
from matchmaker.store.selection import Criterion, Review
from matchmaker.web.trees import TreeSelect
from matchmaker.web.words import choices

LONG = 4000
LINE = ("code", "name_en", "name_zh", "hint_en", "hint_zh", "points", "weight")
BLANKS = 2  # empty lines below the rubric's own


class PlainForm(FlaskForm):  # type: ignore[misc]
    """A button."""


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """The texts of a review; ``review_form`` adds a field for each criterion."""

    revision = HiddenField()
    comment = TextAreaField(
        _l("For the committee"),
        [Length(max=LONG)],
        description=_l("Other reviewers read this after submitting theirs, and the organisers."),
    )
    feedback = TextAreaField(
        _l("For the team"),
        [Length(max=LONG)],
        description=_l("The team reads this with the decision, without your name."),
    )

    def points(self, rubric: Sequence[Criterion]) -> dict[str, float | None]:
        return {row.code: self[f"points_{row.id}"].data for row in rubric}


def review_form(rubric: Sequence[Criterion], review: Review, label: Any, hint: Any) -> ReviewForm:
    """Return the form with a number for each criterion, filled with what was saved."""
    fields = {
        f"points_{row.id}": FloatField(
            label(row), [Optional(), NumberRange(0, row.points)], description=hint(row)
        )
        for row in rubric
    }
    given = {score.criterion_id: score.points for score in review.scores}
    form: ReviewForm = type("RubricForm", (ReviewForm,), fields)(
        data={
            "revision": str(review.revision),
            "comment": review.comment,
            "feedback": review.feedback,
            **{f"points_{row.id}": given.get(row.id) for row in rubric},
        }
    )
    return form


class RemarkForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(_l("Your remark"), [DataRequired(), Length(max=LONG)])


class ConflictForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        _l("Why"),
        [Length(max=500)],
        description=_l("For the organisers. A word is enough: colleague, shareholder, relative."),
    )


class DecisionForm(FlaskForm):  # type: ignore[misc]
    note = TextAreaField(
        _l("Note"), [Length(max=LONG)], description=_l("For the organisers; teams never see it.")
    )


class CriterionForm(Form):
    code = HiddenField(validators=[Length(max=24)])
    name_en = StringField(_l("Name in English"), [Length(max=120)])
    name_zh = StringField(_l("Name in Chinese"), [Length(max=120)])
    hint_en = StringField(_l("Question in English"), [Length(max=400)])
    hint_zh = StringField(_l("Question in Chinese"), [Length(max=400)])
    points = IntegerField(_l("Points"), [InputRequired(), NumberRange(1, 1000)], default=10)
    weight = FloatField(_l("Counts times"), [InputRequired(), NumberRange(0, 100)], default=1)


class RubricForm(FlaskForm):  # type: ignore[misc]
    places = IntegerField(
        _l("Projects to be selected"),
        [InputRequired(), NumberRange(1, 1000)],
        description=_l("Where the cut of the ranking lies."),
    )
    criteria = FieldList(FormField(CriterionForm), max_entries=40)

    def values(self) -> list[CriterionValues]:
        """Return the lines that have a name, in their order; new ones get a code."""
        lines = [entry.form for entry in self.criteria if _named(entry.form)]
        taken = {line.code.data for line in lines if line.code.data}
        found = []
        for line in lines:
            code = line.code.data
            if not code:
                code = next(name for name in _codes() if name not in taken)
                taken.add(code)
            found.append(
                CriterionValues(
                    code=code,
                    name_en=(line.name_en.data or line.name_zh.data).strip(),
                    name_zh=(line.name_zh.data or "").strip(),
                    hint_en=(line.hint_en.data or "").strip(),
                    hint_zh=(line.hint_zh.data or "").strip(),
                    points=line.points.data,
                    weight=line.weight.data,
                )
            )
        return found


def rubric_form(places: int, rubric: Sequence[Criterion]) -> RubricForm:
    """Return the rubric as a form with some empty lines below."""
    lines: list[dict[str, Any]] = [{name: getattr(row, name) for name in LINE} for row in rubric]
    return RubricForm(data={"places": places, "criteria": lines + [{}] * BLANKS})


def _named(line: Any) -> bool:
    return bool((line.name_en.data or line.name_zh.data or "").strip())


def _codes() -> Any:
    return (f"c{number}" for number in range(1, 1000))


class ShareForm(FlaskForm):  # type: ignore[misc]
    each = IntegerField(
        _l("Reviews for each application"), [InputRequired(), NumberRange(1, 10)], default=3
    )


class AssignForm(FlaskForm):  # type: ignore[misc]
    project = SelectField(_l("Application"), [DataRequired()])
    reviewer = SelectField(_l("Reviewer"), [DataRequired()])


class DeclareForm(AssignForm):
    reviewer = SelectField(_l("Person"), [DataRequired()])
    reason = StringField(_l("Why"), [Length(max=500)])


class BoardFilter(Form):
    q = SearchField(_l("Title, code or organisation"))
    state = SelectField(_l("Decision"))
    zone = SelectField(_l("Place in the ranking"))
    field = TreeSelect(_l("Field"))
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Institution kind"))


def any_of(kind: str, only: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """Return a vocabulary's choices under "any"."""
    return [("", _l("Any")), *(row for row in choices(kind) if not only or row[0] in only)]
