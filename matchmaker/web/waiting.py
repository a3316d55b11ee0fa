"""What waits for an organiser, in sentences with the way to it; and how far the journey is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, url_for
from flask_babel import ngettext

from matchmaker.core.policy import PHASES
from matchmaker.services.attention import attention
from matchmaker.web.words import word

ENDPOINTS = {
    "mails-failed": ("roadshow.mail", {}),
    "jobs-failed": ("jobs.index", {}),
    "projects-short": ("pairing.parties", {}),
    "pairings-unplaced": ("meeting.timetables", {}),
    "outcomes-untold": ("outcome.overview", {}),
    "projects-silent": ("preference.overview", {}),
    "investors-silent": ("preference.overview", {}),
    "reviews-open": ("selection.assignments", {}),
    "projects-unfinished": ("profile.projects", {"state": "draft"}),
    "investors-unfinished": ("profile.investors", {"state": "draft"}),
    "invitations-ended": ("roadshow.invite", {"state": "ended"}),
    "invitations-open": ("roadshow.invite", {"state": "open"}),
}
SENTENCES: dict[str, Callable[[int], str]] = {
    "mails-failed": lambda n: ngettext(
        "One mail could not be sent.", "%(num)s mails could not be sent.", n
    ),
    "jobs-failed": lambda n: ngettext("One job failed.", "%(num)s jobs failed.", n),
    "projects-short": lambda n: ngettext(
        "One project has fewer meetings than its minimum.",
        "%(num)s projects have fewer meetings than their minimum.",
        n,
    ),
    "pairings-unplaced": lambda n: ngettext(
        "One chosen pair has no meeting in the published timetable.",
        "%(num)s chosen pairs have no meeting in the published timetable.",
        n,
    ),
    "outcomes-untold": lambda n: ngettext(
        "Of one meeting that is over, neither side has said what came of it.",
        "Of %(num)s meetings that are over, neither side has said what came of them.",
        n,
    ),
    "projects-silent": lambda n: ngettext(
        "One project has stated no preference yet.",
        "%(num)s projects have stated no preference yet.",
        n,
    ),
    "investors-silent": lambda n: ngettext(
        "One investor has stated no preference yet.",
        "%(num)s investors have stated no preference yet.",
        n,
    ),
    "reviews-open": lambda n: ngettext(
        "One review is still to come.", "%(num)s reviews are still to come.", n
    ),
    "projects-unfinished": lambda n: ngettext(
        "One application is begun and not submitted.",
        "%(num)s applications are begun and not submitted.",
        n,
    ),
    "investors-unfinished": lambda n: ngettext(
        "One mandate is begun and not submitted.",
        "%(num)s mandates are begun and not submitted.",
        n,
    ),
    "invitations-ended": lambda n: ngettext(
        "One invitation ran out unanswered.", "%(num)s invitations ran out unanswered.", n
    ),
    "invitations-open": lambda n: ngettext(
        "One invitation waits for an answer.", "%(num)s invitations wait for an answer.", n
    ),
}


def waiting() -> list[dict[str, str]]:
    """Return sentences and links for what waits at the roadshow of the request."""
    found = attention(g.session(), g.roadshow, hidden=g.viewer.conflicts, now=g.now)
    return [
        {"text": SENTENCES[kind](count), "url": _to(*ENDPOINTS[kind])}
        for kind, count in found.items()
    ]


def _to(endpoint: str, query: dict[str, str]) -> str:
    return url_for(endpoint, slug=g.roadshow.slug, **query)


def journey() -> list[dict[str, Any]]:
    """Return the phases of the roadshow as steps: done, current, to come."""
    at = PHASES.index(g.roadshow.phase)
    return [
        {
            "label": word(phase, "phase"),
            "url": url_for("roadshow.organise", slug=g.roadshow.slug) if number == at else None,
            "current": number == at,
            "done": number < at,
            "wrong": False,
        }
        for number, phase in enumerate(PHASES)
    ]
