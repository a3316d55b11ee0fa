"""What people decided: wishes and outcomes, as labels to judge by and as evidence to learn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import OutcomeKind, Wish
from matchmaker.core.outcome import LADDER, furthest
from matchmaker.core.profile import Evidence, Mandate, Pitch
from matchmaker.core.taxonomy import fold
from matchmaker.services import outcome
from matchmaker.services import profile as profiles
from matchmaker.store.meeting import Meeting
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor
from matchmaker.store.roadshow import Organisation, Roadshow

GAINS: Mapping[Wish, float] = {Wish.MUST: 2.0, Wish.MEET: 1.0, Wish.NO: -1.0}
"""What a wish is worth as a label: must twice a meet, a no below silence."""
WEIGHTS: Mapping[Wish, float] = {Wish.MUST: 0.6, Wish.MEET: 0.3, Wish.NO: -0.3}
"""What a wish of an earlier roadshow counts as evidence, in deals."""
STEP_WEIGHTS = dict(zip(LADDER, (0.5, 0.7, 0.9, 1.0, 1.0), strict=True))
"""What a meeting that led this far counts, in deals."""
DECLINED_WEIGHT = -0.3
EARLIER = 3  # earlier roadshows that are looked at


@dataclass(frozen=True, slots=True)
class Decision:
    """A wish that one side stated of the other; ``gain`` as in ``GAINS``, ``at`` in seconds."""

    side: str
    investor: str
    project: str
    gain: float
    at: float


@dataclass(frozen=True, slots=True)
class Result:
    """How far a meeting led by the word of its sides; None while nobody has said anything."""

    investor: str
    project: str
    kind: OutcomeKind | None

    @property
    def led_on(self) -> bool:
        return self.kind in LADDER


def decisions(session: Session, roadshow: Roadshow) -> list[Decision]:
    """Return every wish of the roadshow, oldest first."""
    rows = session.execute(
        select(
            Preference.side,
            Preference.investor_id,
            Preference.project_id,
            Preference.wish,
            Preference.stated_at,
        ).where(Preference.roadshow_id == roadshow.id)
    )
    found = [
        Decision(side, investor, project, GAINS[wish], stated.timestamp())
        for side, investor, project, wish, stated in rows
    ]
    return sorted(found, key=lambda one: (one.at, one.side, one.investor, one.project))


def results(session: Session, roadshow: Roadshow) -> list[Result]:
    """Return the meetings of which at least one side said what came of them."""
    meetings = session.execute(
        select(Meeting.id, Meeting.investor_id, Meeting.project_id)
        .where(Meeting.roadshow_id == roadshow.id)
        .order_by(Meeting.id)
    ).all()
    words = outcome.said(session, [row[0] for row in meetings])
    return [
        Result(investor, project, furthest([one.kind for one in words[meeting].values()]))
        for meeting, investor, project in meetings
        if meeting in words
    ]


def earlier_roadshows(session: Session, roadshow: Roadshow) -> list[Roadshow]:
    """Return the newest roadshows of this install that began before this one."""
    query = select(Roadshow).where(
        Roadshow.id != roadshow.id, Roadshow.starts_on < roadshow.starts_on
    )
    return list(session.scalars(query.order_by(Roadshow.starts_on.desc()).limit(EARLIER)))


def histories(session: Session, roadshow: Roadshow) -> dict[str, tuple[Evidence, ...]]:
    """Return by investor what its house decided at earlier roadshows, without any name.

    Houses are known again by their name. A wish counts a part of a deal, a meeting that led on
    more; nothing of the present roadshow is in it, so no list tells what somebody wishes here.
    """
    firms = _firms(session, roadshow)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for earlier in earlier_roadshows(session, roadshow):
        known = {
            investor: name for name, ids in _firms(session, earlier).items() for investor in ids
        }
        pitches = {one.id: one for one in profiles.pitches(session, earlier)}
        weights = _weights(decisions(session, earlier), results(session, earlier))
        age = max((roadshow.starts_on - earlier.ends_on).days, 0) / 365.25
        for (investor, project), weight in sorted(weights.items()):
            pitch = pitches.get(project)
            for own in firms.get(known.get(investor, ""), ()) if pitch else ():
                found[own].append(_nameless(pitch, weight, age))
    return {investor: tuple(own) for investor, own in found.items()}


def with_history(
    mandates: Iterable[Mandate], known: Mapping[str, tuple[Evidence, ...]]
) -> list[Mandate]:
    """Return mandates with what their houses decided before."""
    return [
        replace(one, history=(*one.history, *known[one.id])) if one.id in known else one
        for one in mandates
    ]


def _nameless(pitch: Pitch | None, weight: float, age: float) -> Evidence:
    assert pitch is not None
    return Evidence(pitch=replace(pitch, name="", texts=()), weight=weight, age=age)


def _weights(wishes: Iterable[Decision], led: Iterable[Result]) -> dict[tuple[str, str], float]:
    gains = {gain: WEIGHTS[wish] for wish, gain in GAINS.items()}
    found = {
        (one.investor, one.project): gains[one.gain] for one in wishes if one.side == "investor"
    }
    for one in led:
        key = one.investor, one.project
        if one.kind in STEP_WEIGHTS:
            found[key] = max(found.get(key, 0.0), STEP_WEIGHTS[one.kind])
        elif one.kind is OutcomeKind.DECLINED:
            found[key] = DECLINED_WEIGHT
    return found


def _firms(session: Session, roadshow: Roadshow) -> dict[str, list[str]]:
    """Return the investors of a roadshow by the folded name of their house."""
    found: dict[str, list[str]] = defaultdict(list)
    for investor, english, chinese in session.execute(
        select(Investor.id, Organisation.name_en, Organisation.name_zh)
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(Investor.roadshow_id == roadshow.id)
        .order_by(Investor.code)
    ):
        found[fold(english or chinese)].append(investor)
    return found
