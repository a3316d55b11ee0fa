"""What the lists of applications search and filter by."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField

from matchmaker.core.taxonomy import fold
from matchmaker.store.profile import Project, ProjectVersion
from matchmaker.store.selection import Review


class OwnFilter(Form):
    """A reviewer's own list."""

    q = SearchField(_l("Title, code or organisation"))
    state = SelectField(
        _l("Your review"),
        choices=[
            ("", _l("Any")),
            ("unbegun", _l("To do")),
            ("draft", _l("Draft")),
            ("submitted", _l("Submitted")),
        ],
    )


class AssignmentFilter(Form):
    """Applications and who reviews them."""

    q = SearchField(_l("Title, code or organisation"))
    reviewer = SelectField(_l("Reviewer"), validate_choice=False)
    state = SelectField(
        _l("Reviews"),
        choices=[
            ("", _l("Any")),
            ("nobody", _l("Nobody yet")),
            ("waiting", _l("Not all submitted")),
            ("submitted", _l("All submitted")),
        ],
    )


def says(asked: str | None, project: Project, version: ProjectVersion | None) -> bool:
    """Tell whether each word asked for stands in an application's code, title or organisation."""
    house = project.organisation
    titles = (version.title_en, version.title_zh) if version else ()
    parts = (project.code, *titles, house.name_en, house.name_zh)
    text = fold(" ".join(part for part in parts if part))
    return all(word in text for word in fold(asked or "").split())


def is_begun(review: Review) -> bool:
    """Tell whether something is written in a review."""
    return bool(review.scores or review.comment or review.feedback)


def is_in(state: str | None, review: Review) -> bool:
    """Tell whether a reviewer's own review stands where the filter says."""
    stands = "submitted" if review.submitted_at else "draft" if is_begun(review) else "unbegun"
    return state not in ("unbegun", "draft", "submitted") or state == stands


def are_in(form: AssignmentFilter, reviews: Sequence[Review]) -> bool:
    """Tell whether an application's reviews are what the filter asks for."""
    waiting = sum(review.submitted_at is None for review in reviews)
    fits = {
        "nobody": not reviews,
        "waiting": waiting > 0,
        "submitted": bool(reviews) and not waiting,
    }
    who = form.reviewer.data
    return fits.get(form.state.data or "", True) and (
        not who or any(review.reviewer_id == who for review in reviews)
    )
