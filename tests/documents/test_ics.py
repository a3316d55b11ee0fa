from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from matchmaker.documents.ics import calendar
from matchmaker.documents.values import CalendarEntry

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Helsinki",
    "Europe/Amsterdam",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Cairo",
)
KEYS = {
    *("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY"),
    *("STATUS", "TRANSP"),
}


def entry(starts_at: datetime, **rest: object) -> CalendarEntry:
    return CalendarEntry(
        **{
            "uid": "k3m9@roadshow.example",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=20),
            "summary": "Meeting",
            **rest,
        }
    )


def test_a_feed_reads_as_it_was_meant():
    feed = calendar(
        "Suzhou roadshow 苏州路演",
        [
            entry(
                datetime(2026, 9, 12, 1, 10, tzinfo=UTC),
                summary="与 Rhine Valley Capital 洽谈",
                location="Table 4, Hall B",
                description="Bring the deck.\nSecond line; with, marks",
                url="https://roadshow.example/meetings/k3m9",
                sequence=2,
                modified_at=datetime(2026, 9, 9, 10, 0, 5, 99, tzinfo=UTC),
            )
        ],
        zone="Asia/Shanghai",
        language="zh",
    ).decode()
    event = feed[feed.index("BEGIN:VEVENT") : feed.index("END:VEVENT")].replace("\r\n ", "")
    assert event.split("\r\n") == [
        "BEGIN:VEVENT",
        "SUMMARY;LANGUAGE=zh:与 Rhine Valley Capital 洽谈",
        "DTSTART;TZID=Asia/Shanghai:20260912T091000",
        "DTEND;TZID=Asia/Shanghai:20260912T093000",
        "DTSTAMP:20260909T100005Z",
        "UID:k3m9@roadshow.example",
        "SEQUENCE:2",
        "DESCRIPTION:Bring the deck.\\nSecond line\\; with\\, marks",
        "LAST-MODIFIED:20260909T100005Z",
        "LOCATION:Table 4\\, Hall B",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://roadshow.example/meetings/k3m9",
        "",
    ]
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in feed


def test_a_withdrawn_meeting_stays_in_the_feed_as_cancelled():
    feed = Calendar.from_ical(
        calendar(
            "x",
            [entry(datetime(2026, 9, 12, tzinfo=UTC), cancelled=True, sequence=5)],
            zone="Asia/Shanghai",
        )
    )
    (event,) = feed.walk("VEVENT")
    assert [event[key] for key in ("STATUS", "TRANSP", "SEQUENCE")] == [
        "CANCELLED",
        "TRANSPARENT",
        5,
    ]


def test_the_same_entries_in_any_order_give_the_same_bytes():
    entries = [entry(datetime(2026, 9, day, tzinfo=UTC), uid=f"{day}@x") for day in range(1, 9)]
    assert calendar("x", entries, zone="Europe/Berlin") == calendar(
        "x", entries[::-1], zone="Europe/Berlin"
    )


def test_an_address_that_would_break_the_line_is_left_out():
    feed = calendar(
        "x",
        [entry(datetime(2026, 9, 12, tzinfo=UTC), url="https://a.example/\r\nATTENDEE:mailto:b")],
        zone="UTC",
    )
    assert b"ATTENDEE" not in feed
    assert b"URL" not in feed


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_around_a_change_of_clocks_comes_back_as_the_same_moment(zone):
    moments = [
        start + timedelta(minutes=30 * step) for start in _changes(zone) for step in range(-8, 9)
    ] + [datetime(2028, 2, 29, 23, 50, tzinfo=UTC), datetime(2026, 12, 31, 23, 50, tzinfo=UTC)]
    entries = [entry(moment, uid=f"{number}@x") for number, moment in enumerate(moments)]
    feed = Calendar.from_ical(calendar("x", entries, zone=zone))
    read = {
        str(event["UID"]): (
            event.decoded("DTSTART").astimezone(UTC),
            event.decoded("DTEND").astimezone(UTC),
        )
        for event in feed.walk("VEVENT")
    }
    assert {one.uid: (one.starts_at, one.ends_at) for one in entries} == read


def _changes(zone: str) -> list[datetime]:
    """The hours of 2026 before which the zone's offset changes."""
    home = ZoneInfo(zone)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=step) for step in range(8760)]
    return [
        after
        for before, after in pairwise(hours)
        if before.astimezone(home).utcoffset() != after.astimezone(home).utcoffset()
    ]


@settings(max_examples=400, deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_nothing_typed_adds_an_event_or_a_property(uid, summary, location, description, url):
    raw = calendar(
        "x",
        [
            entry(
                datetime(2026, 9, 12, tzinfo=UTC),
                uid="a" + uid,
                summary=summary,
                location=location,
                description=description,
                url=url,
            )
        ],
        zone="Asia/Shanghai",
    )
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert set(event.keys()) - {"LOCATION", "DESCRIPTION", "URL"} == KEYS
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
