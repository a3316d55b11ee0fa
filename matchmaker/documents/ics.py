"""Calendar feeds (RFC 5545) that subscribe, update and cancel rightly in every zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from matchmaker.documents.safe import clean
from matchmaker.documents.values import CalendarEntry

REFRESH = timedelta(minutes=30)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ADDRESS = re.compile(r"https?://[!-~]+")
_UID = re.compile(r"[^!-~]+")


def calendar(
    name: str,
    entries: Iterable[CalendarEntry],
    *,
    zone: str,
    language: str = "en",
    description: str = "",
) -> bytes:
    """Return a calendar whose times are local to ``zone``, with that zone's rules in it.

    The same entries give the same bytes: the stamp of an event is the moment it last changed.
    """
    home = ZoneInfo(zone)
    feed = Calendar()
    feed.add("prodid", "-//matchmaker//roadshow timetable//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    for key, text in (("name", name), ("x-wr-calname", name), ("description", description)):
        if line := _line(text):
            feed.add(key, line)
    feed.add("x-wr-timezone", zone)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT30M")
    listed = sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
    for entry in listed:
        feed.add_component(_event(entry, home, language))
    if listed:
        feed.add_missing_timezones(
            first_date=date(listed[0].starts_at.year - 1, 1, 1),
            last_date=date(max(entry.ends_at for entry in listed).year + 2, 1, 1),
        )
    return bytes(feed.to_ical())


def _event(entry: CalendarEntry, home: ZoneInfo, language: str) -> Event:
    stamp = (entry.modified_at or _EPOCH).astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", _UID.sub("-", entry.uid))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", entry.sequence)
    event.add("dtstart", _local(entry.starts_at, home))
    event.add("dtend", _local(entry.ends_at, home))
    event.add("summary", _line(entry.summary) or "-", parameters={"LANGUAGE": language})
    if place := _line(entry.location):
        event.add("location", place)
    if text := _text(entry.description):
        event.add("description", text)
    if _ADDRESS.fullmatch(entry.url):
        event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event


def _local(moment: datetime, home: ZoneInfo) -> datetime:
    """Return the moment in the zone; where local time happens twice, in UTC, which does not."""
    local = moment.astimezone(home).replace(microsecond=0)
    ambiguous = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC).replace(microsecond=0) if ambiguous else local


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    return clean(text).replace("\t", " ")
