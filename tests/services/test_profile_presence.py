"""When people can be met: what absences leave between the first and the last moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matchmaker.services.profile.presence import Presence, presence


def at(hour: int) -> datetime:
    return datetime(2027, 5, 10, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("absences", "left"),
    [
        ([], Presence()),
        ([(1, 9), (18, 20)], Presence()),
        ([(1, 10)], Presence(comes=at(10))),
        ([(17, 20)], Presence(leaves=at(17))),
        ([(17, 20), (9, 11)], Presence(at(11), at(17))),
        ([(12, 13), (13, 14), (11, 12)], Presence(away=((at(11), at(14)),))),
        (
            [(9, 10), (12, 13), (15, 16)],
            Presence(at(10), None, ((at(12), at(13)), (at(15), at(16)))),
        ),
        ([(8, 12), (11, 19)], Presence(never=True)),
    ],
)
def test_absences_leave_the_time_a_person_can_be_met(
    absences: list[tuple[int, int]], left: Presence
) -> None:
    spans = [(at(start), at(end)) for start, end in absences]
    assert left == presence(spans, at(9), at(18))
