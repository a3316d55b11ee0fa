"""What stands in the head of a page: the places a viewer has at this roadshow."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from matchmaker.core.journey import Role


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation. ``current``: the page belongs to it."""

    label: str
    url: str
    current: bool


def navigation() -> list[Item]:
    """Return the links for the viewer's roles, in the order of the journey."""
    roadshow, viewer = g.get("roadshow"), g.get("viewer")
    if roadshow is None or viewer is None:
        return []
    items = [
        (_("Home"), "home.role_home", viewer.takes_part(roadshow.id)),
        (_("Projects"), "profile.projects", True),
        (_("Investors"), "profile.investors", _sees_investors()),
        (_("Preferences"), "preference.mine", _is_party()),
        (_("Review"), "selection.mine", viewer.has(Role.REVIEWER, roadshow.id)),
        (_("Selection"), "selection.board", _runs()),
        (_("Preferences"), "preference.overview", _runs() and not _is_party()),
        (_("Matches"), "match.overview", _is_party() or _runs()),
        (_("Pairing"), "pairing.board", _runs()),
        (_("Timetable"), "meeting.timetables", _runs()),
        (_("My timetable"), "meeting.mine", _is_party()),
        (_("Outcomes"), "outcome.overview", _is_party() or _runs()),
        (_("Organise"), "roadshow.organise", _runs()),
    ]
    return [
        Item(label, url_for(endpoint, slug=roadshow.slug), _here(endpoint))
        for label, endpoint, shown in items
        if shown and endpoint in current_app.view_functions
    ]


def _here(endpoint: str) -> bool:
    here = request.endpoint or ""
    if here.startswith("profile.") and endpoint.startswith("profile."):
        return ("investor" in here) == (endpoint == "profile.investors")
    own = (endpoint, f"{endpoint}_")
    if endpoint in ("meeting.mine", "selection.mine"):
        return here.startswith(own)
    return here == endpoint or (
        endpoint != "home.role_home" and here.partition(".")[0] == endpoint.partition(".")[0]
    )


def _runs() -> bool:
    return bool(g.viewer.has(Role.ORGANISER, g.roadshow.id))


def _is_party() -> bool:
    return bool(
        g.viewer.has(Role.INVESTOR, g.roadshow.id) or g.viewer.has(Role.TEAM, g.roadshow.id)
    )


def _sees_investors() -> bool:
    return _runs() or bool(g.viewer.has(Role.TEAM, g.roadshow.id))
