"""The planner's reasons and the referee's rules as people read them, in their language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matchmaker.core.instance.changes import read_changes
from matchmaker.core.refusal import Refusal
from matchmaker.core.review import Violation
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.names import Name
from matchmaker.web.text import locale
from matchmaker.web.words import word

RULES = {
    "twice": _l("This pair is placed more than once."),
    "never": _l("One side said no, or the pair is forbidden."),
    "pin": _l("This meeting is fixed at another place."),
    "table-twice": _l("The table is taken."),
    "interpreter-twice": _l("The interpreter sits elsewhere."),
    "person-twice": _l("Somebody would be in two places."),
    "away": _l("Somebody is away or speaks in a session."),
    "attend": _l("Not enough people of one side can come."),
    "named": _l("Somebody who must attend is missing."),
    "stranger": _l("Somebody there belongs to neither side."),
    "table-closed": _l("The table is closed then."),
    "table-home": _l("The table is kept for another party."),
    "max": _l("One side would have more meetings than it may."),
    "row": _l("One side would have too many meetings in a row."),
    "slots": _l("The pair may not meet at that time."),
    "after": _l("Another meeting has to come first."),
    "language": _l("They share no language and no interpreter is free."),
    "gap-spread": _l("Gaps would be shared unevenly."),
    "unknown": _l("The pair, a slot, a table or a person is not there any more."),
}
CROWD = (
    r"\d+ \w+ \((.+)\) need (\d+) meetings and share only \d+ \w+ \((.+)\) with room for (\d+)"
    r"(?:, besides (\d+) pairs? with others)?"
)


class Speaker:
    """Says codes of an instance as names."""

    def __init__(
        self,
        projects: Mapping[str, Name],
        investors: Mapping[str, Name],
        drawn: Drawn | None = None,
    ) -> None:
        language = locale()
        self.parties = {one.code: one.brief(language) for one in projects.values()}
        self.parties |= {one.code: one.said(language) for one in investors.values()}
        self.drawn = drawn

    def party(self, code: str) -> str:
        """Return a party's name from ``P03`` or ``project:P03``."""
        code = code.rpartition(":")[2]
        return self.parties.get(code, code)

    def pair(self, name: str) -> str:
        """Return a pair's names from ``P03/V11``."""
        project, _slash, investor = name.partition("/")
        return f"{self.party(project)} – {self.party(investor)}"

    def person(self, code: str) -> str:
        """Return a person's name from ``P03.1``, or the party's for one who has no name."""
        if self.drawn is not None and ("person", code) in self.drawn.ids:
            person = self.drawn.ground.people.get(self.drawn.ids["person", code])
            if person is not None:
                names = (person.name_en, person.name_zh)
                first, second = names[::-1] if locale() == "zh" else names
                return first or second
        return self.party(code.partition(".")[0])

    def slot(self, name: str) -> str:
        """Return a slot's day and time from ``2026-09-12T09:00``."""
        return (
            name[5:].replace("T", " ") if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", name) else name
        )

    def change(self, text: str) -> str:
        """Return a smallest change as a sentence."""
        if not text:
            return ""
        try:
            changes = read_changes(text)
        except Refusal:
            return text
        return _("; ").join(self._said(change.kind, change.subjects) for change in changes)

    def _said(self, kind: str, subjects: tuple[str, ...]) -> str:
        sayings: dict[str, Callable[..., str]] = {
            "raise-max": lambda who, most: _(
                "allow %(party)s %(most)s meetings", party=self.party(who), most=most
            ),
            "lower-min": lambda who, least: _(
                "ask for only %(least)s meetings of %(party)s", party=self.party(who), least=least
            ),
            "free": lambda who, slot: _(
                "free %(person)s at %(slot)s", person=self._anybody(who), slot=self.slot(slot)
            ),
            "allow": lambda pair, slot: _(
                "allow %(pair)s at %(slot)s", pair=self.pair(pair), slot=self.slot(slot)
            ),
            "add-table": lambda _table, slot: _("add a table at %(slot)s", slot=self.slot(slot)),
            "add-interpreter": lambda _name, _languages, slot: _(
                "add an interpreter at %(slot)s", slot=self.slot(slot)
            ),
            "allow-row": lambda most, who: _(
                "allow %(party)s %(most)s meetings in a row", party=self.party(who), most=most
            ),
            "allow-spread": lambda most: _("allow gaps to differ by %(most)s", most=most),
            "unorder": lambda pair, first: _(
                "let %(pair)s not wait for %(first)s", pair=self.pair(pair), first=self.pair(first)
            ),
            "speak": lambda who, language: _(
                "let %(person)s speak %(language)s",
                person=self._anybody(who),
                language=word(language, "language"),
            ),
            "choose": lambda pair: _("decide for %(pair)s", pair=self.pair(pair)),
            "drop": lambda pair: _("drop %(pair)s", pair=self.pair(pair)),
            "add-slot": lambda _name, last: _("add a slot after %(slot)s", slot=self.slot(last)),
        }
        try:
            return sayings[kind](*subjects)
        except (KeyError, TypeError):
            return " ".join(subjects)

    def _anybody(self, name: str) -> str:
        if self.drawn is not None and ("interpreter", name) in self.drawn.ids:
            return _("an interpreter")
        return self.person(name)

    def blocking(self, facts: Iterable[str]) -> list[str]:
        """Return what stands in a pair's way; what has no saying of its own is left out."""
        return [said for said in map(self._fact, facts) if said]

    def _fact(self, fact: str) -> str:
        for pattern, say in (*self._meetings_and_times(), *self._languages_and_order()):
            found = re.fullmatch(pattern, fact)
            if found:
                return say(*found.groups())
        return ""

    def _languages_and_order(self) -> list[tuple[str, Callable[..., str]]]:
        return [
            (
                r"nobody interprets between (\S+) and (\S+)",
                lambda one, other: _(
                    "nobody interprets between %(one)s and %(other)s",
                    one=self.party(one),
                    other=self.party(other),
                ),
            ),
            (
                r"(\S+) and (\S+) share no slot",
                lambda one, other: _(
                    "%(one)s and %(other)s are never both there",
                    one=self.party(one),
                    other=self.party(other),
                ),
            ),
            (
                r"(\S+/\S+) is not held before",
                lambda pair: _("%(pair)s has to be held before", pair=self.pair(pair)),
            ),
        ]

    def _meetings_and_times(self) -> list[tuple[str, Callable[..., str]]]:
        return [
            (
                r"(\S+/\S+) \(score ([\d.e+-]+)\)",
                lambda pair, score: _(
                    "%(pair)s has %(score)s points", pair=self.pair(pair), score=_points(score)
                ),
            ),
            (
                r"(\S+) meets (\S+/\S+) \(score [\d.e+-]+\) at (\S+)",
                lambda who, pair, slot: _(
                    "%(person)s is with %(pair)s at %(slot)s",
                    person=self._anybody(who),
                    pair=self.pair(pair),
                    slot=self.slot(slot),
                ),
            ),
            (
                r"(\S+:\S+) has (\d+) meetings",
                lambda who, count: _(
                    "%(party)s has %(count)s meetings", party=self.party(who), count=count
                ),
            ),
            (
                r"(\S+) away (.+)",
                lambda who, slots: _(
                    "%(person)s is away at %(slots)s",
                    person=self._anybody(who),
                    slots=self._slots(slots),
                ),
            ),
            (
                r"all tables taken at (.+)",
                lambda slots: _("all tables are taken at %(slots)s", slots=self._slots(slots)),
            ),
            (
                r"all interpreters busy at (.+)",
                lambda slots: _(
                    "all interpreters sit elsewhere at %(slots)s", slots=self._slots(slots)
                ),
            ),
            (
                r"the people of (\S+) are there for (\d+)",
                lambda who, count: _(
                    "the people of %(party)s are there for %(count)s meetings",
                    party=self.party(who),
                    count=count,
                ),
            ),
        ]

    def _slots(self, names: str) -> str:
        return ", ".join(self.slot(name) for name in names.split(", "))

    def crowds(self, floors: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return who together shares too few, each crowd once: the largest of those that share the
        same.
        """
        largest: dict[str, tuple[int, tuple[str, ...]]] = {}
        for floor in floors:
            found = re.fullmatch(CROWD, str(floor.get("reason", "")))
            if found:
                need, theirs = int(found[2]), found[3]
                largest[theirs] = max(largest.get(theirs, (0, ())), (need, found.groups("")))
        return [self._crowd(*facts) for _need, facts in largest.values()]

    def floor(self, floor: Mapping[str, Any], *, briefly: bool = False) -> str:
        """Return a missed minimum in sentences: why it is missed, unless a crowd is the cause, and
        what would mend it.
        """
        said = _(
            "%(party)s has %(got)s of at least %(min)s meetings",
            party=self.party(str(floor.get("who", ""))),
            got=floor.get("got", 0),
            min=floor.get("min", 0),
        )
        if briefly:
            return said
        why = self._why_short(str(floor.get("reason", "")))
        if why:
            said = _("%(missed)s: %(why)s", missed=said, why=why)
        change = self.change(str(floor.get("smallest_change", "")))
        if change:
            said = _("%(missed)s. It would hold if you %(change)s.", missed=said, change=change)
        return said

    def _why_short(self, reason: str) -> str:
        """Return why a minimum is missed; what has no saying of its own is left out."""
        for pattern, say in self._shortages():
            found = re.fullmatch(pattern, reason)
            if found:
                return say(*found.groups())
        return ""

    def _shortages(self) -> list[tuple[str, Callable[..., str]]]:
        return [
            (r"only (\d+) pairs? with it may be held", self._few_pairs),
            (
                r"only (\d+) of its (\d+) wanted pairs can be held at all",
                lambda some, every: _(
                    "only %(some)s of its %(every)s wanted pairs can be held at all",
                    some=some,
                    every=every,
                ),
            ),
            (
                r"of its \d+ pairs are left out: (.+)",
                lambda reasons: _(
                    "its other pairs are left out (%(reasons)s)",
                    reasons=_("; ").join(
                        f"{count} × {word(reason, 'plan_reason')}"
                        for count, reason in (one.split(" ", 1) for one in reasons.split(", "))
                    ),
                ),
            ),
        ]

    def _few_pairs(self, count: str) -> str:
        if count == "0":
            return _("there is nobody it could meet")
        return ngettext(
            "there is only one other it could meet",
            "there are only %(num)s others it could meet",
            int(count),
        )

    def _crowd(self, ours: str, need: str, theirs: str, room: str, others: str) -> str:
        facts = {"ours": self._those(ours), "need": need, "theirs": self._those(theirs)}
        if not others:
            return _(
                "%(ours)s together need %(need)s meetings and share only %(theirs)s, with room for"
                " %(room)s",
                room=room,
                **facts,
            )
        return ngettext(
            "%(ours)s together need %(need)s meetings and share only %(theirs)s, with room for"
            " %(room)s, besides %(num)s pair with others",
            "%(ours)s together need %(need)s meetings and share only %(theirs)s, with room for"
            " %(room)s, besides %(num)s pairs with others",
            int(others),
            room=room,
            **facts,
        )

    def _those(self, codes: str) -> str:
        shown, _and, more = codes.partition(" and ")
        names = _(", ").join(self.party(code) for code in shown.split(", "))
        if not more:
            return names
        return _("%(names)s and %(count)s more", names=names, count=more.partition(" ")[0])


def broken(violations: Iterable[Violation]) -> list[str]:
    """Return each broken rule once, in words."""
    rules = dict.fromkeys(one.rule for one in violations)
    return [str(RULES.get(rule, rule)) for rule in rules]


def _points(score: str) -> str:
    return f"{float(score):.0f}"
