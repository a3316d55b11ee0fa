"""What is stored about somebody, row by row, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale
from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from matchmaker.services.meeting.reading import moment_of
from matchmaker.services.personal import Group
from matchmaker.services.visibility import visible_investors, visible_meetings, visible_projects
from matchmaker.store.account import InstallRole
from matchmaker.store.meeting import Meeting, ProgrammeSession
from matchmaker.store.profile import Investor, Organisation, Project
from matchmaker.store.roadshow import Roadshow
from matchmaker.store.selection import Criterion
from matchmaker.web.deeds import deed
from matchmaker.web.text import LOCALES, locale, plain, show_datetime
from matchmaker.web.words import word

SHOWN_ROWS = 50  # of one table; the file has all
LABELS = {
    "accepted_at": _l("Accepted"),
    "action": _l("What"),
    "active": _l("May sign in"),
    "approved_at": _l("Approved"),
    "assigned_at": _l("Assigned"),
    "at": _l("When"),
    "attempts": _l("Attempts"),
    "checked_in_at": _l("Checked in"),
    "comment": _l("Comment"),
    "confirmed_at": _l("Address confirmed"),
    "created_at": _l("Made"),
    "current_login_at": _l("Last sign-in"),
    "current_login_ip": _l("Network address then"),
    "decided_at": _l("Decided"),
    "declared_at": _l("Declared"),
    "drafted_at": _l("Drafted"),
    "duty": _l("Role"),
    "edited_at": _l("Changed"),
    "email": _l("Mail address"),
    "ended_at": _l("Ended"),
    "ends_at": _l("Until"),
    "erased_at": _l("Erased"),
    "error": _l("Error"),
    "expires_at": _l("Open until"),
    "feedback": _l("Feedback to the team"),
    "finished_at": _l("Finished"),
    "first_at": _l("First time"),
    "given_at": _l("Agreed"),
    "kind": _l("Kind"),
    "languages": _l("Languages"),
    "last_at": _l("Last time"),
    "last_login_at": _l("Sign-in before the last"),
    "last_login_ip": _l("Network address then"),
    "locale": _l("Language"),
    "login_count": _l("Sign-ins"),
    "made_at": _l("Made"),
    "mime": _l("Kind"),
    "name": _l("Name"),
    "name_en": _l("Name in English"),
    "name_zh": _l("Name in Chinese"),
    "next_at": _l("Next attempt"),
    "number": _l("Version"),
    "points": _l("Points"),
    "presenter": _l("Presents"),
    "proposed_at": _l("Proposed"),
    "published_at": _l("Published"),
    "queued_at": _l("Begun"),
    "rank": _l("Place in the list"),
    "read_at": _l("Last read"),
    "reason": _l("Reason"),
    "recorded_at": _l("Recorded"),
    "reminded_at": _l("Reminded"),
    "reminders": _l("Reminders"),
    "revision": _l("Times changed"),
    "revoked_at": _l("Taken back"),
    "role": _l("Role"),
    "sent_at": _l("Sent"),
    "signed_at": _l("Signed"),
    "started_at": _l("Started"),
    "starts_at": _l("From"),
    "state": _l("State"),
    "stated_at": _l("Stated"),
    "submitted_at": _l("Handed in"),
    "taken_at": _l("Imported"),
    "template": _l("Subject"),
    "text": _l("Text"),
    "tf_phone_number": _l("Phone number"),
    "tf_primary_method": _l("Second factor"),
    "tier": _l("What was shown"),
    "times": _l("How often"),
    "title_en": _l("Position in English"),
    "title_zh": _l("Position in Chinese"),
    "to": _l("To"),
    "told_at": _l("Told"),
    "typed": _l("What you wrote"),
    "uploaded_at": _l("Sent"),
    "written_at": _l("Written"),
    "zone": _l("Time zone"),
}
"""How a column is called where somebody reads what is stored about them."""
TEMPLATES = {
    "decision": _l("The decision on an application"),
    "invitation": _l("An invitation"),
    "lead_given": _l("You lead a team or firm now"),
    "mandate_submitted": _l("A mandate was handed in"),
    "outcomes_due": _l("A reminder to record outcomes"),
    "preferences_due": _l("A reminder to state preferences"),
    "project_submitted": _l("An application was handed in"),
    "project_withdrawn": _l("An application was withdrawn"),
    "reviews_to_write": _l("Reviews to write"),
    "security": _l("Sign-in and password"),
    "timetable": _l("Your timetable"),
}
VOCABULARIES = {
    "role": ("role",),
    "duty": ("duty_short",),
    "tier": ("tier",),
    "languages": ("language",),
    "state": (
        *("mail_state", "job_state", "timetable_state", "pairing_state"),
        *("project_state", "investor_state"),
    ),
    "kind": ("outcome",),
}
UNTOLD = frozenset(
    {
        *("id", "seq", "thing", "dedupe", "account_id", "person_id", "thing_id", "author_id"),
        *("step", "answer", "opened", "written_in"),
    }
)
"""Ids of the person and of the row, places in forms: they tell nothing, and stand in the file."""
REFERENCES = (
    *("roadshow_id", "project_id", "investor_id", "meeting_id", "session_id", "criterion_id"),
    *("organisation_id", "install_role_id"),
)
"""Things that a row is about."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row: the things it is about, and its answers with what they are called."""

    about: str
    answers: tuple[tuple[str, str], ...]


def told(groups: Sequence[Group]) -> list[tuple[Group, list[Told]]]:
    """Return the rows of each table in words, each named thing looked up once."""
    shown = [(group, group.rows[:SHOWN_ROWS]) for group in groups]
    rows = [row for _group, some in shown for row in some]
    names = {
        name: _names(name, {row[name] for row in rows if row.get(name)}) for name in REFERENCES
    }
    return [(group, [_row(row, names) for row in some]) for group, some in shown]


def _row(row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> Told:
    about = [names[name].get(row[name], row[name]) for name in REFERENCES if row.get(name)]
    answers = tuple(
        (str(LABELS.get(name, name)), _answer(name, value))
        for name, value in row.items()
        if value not in (None, "", [], {}) and name not in UNTOLD and not name.endswith("_id")
    )
    return Told(" · ".join(about), answers)


def _answer(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        value = [one for values in value.values() for one in values]
    if isinstance(value, list):
        return _(", ").join(_answer(name, one) for one in value)
    if name.endswith("_at") or name == "at":
        return show_datetime(datetime.fromisoformat(value))
    if name == "locale":
        return (
            Locale.parse(value if value in LOCALES else "en").get_display_name(LOCALES[locale()])
            or value
        )
    if name == "action":
        return deed(value)
    if name == "template":
        return str(TEMPLATES.get(value, value))
    for kind in VOCABULARIES.get(name, ()):
        if (found := word(value, kind)) != str(value):
            return found
    return str(value)


def _names(reference: str, ids: set[str]) -> dict[str, str]:
    """Return what things are called, as far as the reader may still see them."""
    if not ids:
        return {}
    if reference in ("project_id", "investor_id", "meeting_id"):
        return _parties(reference, ids)
    table: Any = {
        "roadshow_id": Roadshow,
        "session_id": ProgrammeSession,
        "criterion_id": Criterion,
        "organisation_id": Organisation,
        "install_role_id": InstallRole,
    }[reference]
    stem = "title" if reference == "session_id" else "name"
    found = g.session.scalars(select(table).where(table.id.in_(ids)))
    return {
        one.id: one.name if reference == "install_role_id" else plain(one, stem) for one in found
    }


def _parties(reference: str, ids: set[str]) -> dict[str, str]:
    table: Any = {"project_id": Project, "investor_id": Investor, "meeting_id": Meeting}[reference]
    seen = {
        "project_id": visible_projects,
        "investor_id": visible_investors,
        "meeting_id": visible_meetings,
    }[reference]
    query = select(Roadshow).where(
        Roadshow.id.in_(select(table.roadshow_id).where(table.id.in_(ids)))
    )
    found: dict[str, str] = {}
    for roadshow in g.session.scalars(query).all():
        for one in g.session.scalars(seen(g.viewer, roadshow).where(table.id.in_(ids))).unique():
            if isinstance(one, Meeting):
                when = show_datetime(moment_of(one.start_tick))
                found[one.id] = f"{one.project.code} – {one.investor.code}, {when}"
            else:
                found[one.id] = f"{one.code} {plain(one.organisation, 'name')}"
    return found
