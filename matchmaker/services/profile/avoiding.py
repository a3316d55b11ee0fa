"""Investors that a team must not meet: each becomes a silent "no thanks" as soon as it is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Wish
from matchmaker.core.taxonomy import fold
from matchmaker.services.preference.wish import set_wish
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Investor, Project, ProjectRegistered, ProjectVersion
from matchmaker.store.roadshow import Organisation, Roadshow

Party = TypeVar("Party", Project, Investor)


class Avoided:
    """Who must not meet whom in a roadshow, by name; each side is read when it is first asked."""

    def __init__(self, session: Session, roadshow: Roadshow) -> None:
        self.session, self.roadshow_id = session, roadshow.id

    def keep_away(
        self, party: Project | Investor, listed: Iterable[str] = (), *, now: datetime
    ) -> None:
        """Say no for the team to every investor its newest submitted version names, once.

        Called when either side hands in, because either may come first; ``listed`` are the names
        in a project's newest version. What a team has said of an investor by itself stays.
        """
        if isinstance(party, Project):
            named = _folded(listed)
            pairs = [(party, one) for one in _first(named, self._called if named else {})]
        else:
            pairs = [(one, party) for one in _first(_names(party.organisation), self._listing)]
        for project, investor in pairs:
            said = select(Preference.id).where(
                Preference.project_id == project.id,
                Preference.investor_id == investor.id,
                Preference.side == "project",
            )
            if self.session.scalar(said) is None:
                set_wish(self.session, project, investor, "project", Wish.NO, actor=None, now=now)

    @cached_property
    def _called(self) -> dict[str, list[Investor]]:
        """Investors by the names of their bodies."""
        found: dict[str, list[Investor]] = defaultdict(list)
        rows = self.session.scalars(
            select(Investor)
            .join(Organisation, Organisation.id == Investor.organisation_id)
            .where(Investor.roadshow_id == self.roadshow_id)
        )
        for investor in rows.unique():
            for name in _names(investor.organisation):
                found[name].append(investor)
        return found

    @cached_property
    def _listing(self) -> dict[str, list[Project]]:
        """Projects by the names that their newest submitted versions list."""
        newest = (
            select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
            .where(ProjectVersion.number.is_not(None))
            .group_by(ProjectVersion.project_id)
            .subquery()
        )
        rows = self.session.execute(
            select(Project, ProjectRegistered.avoids)
            .join(newest, newest.c.project_id == Project.id)
            .join(
                ProjectVersion,
                (ProjectVersion.project_id == Project.id)
                & (ProjectVersion.number == newest.c.number),
            )
            .join(ProjectRegistered, ProjectRegistered.version_id == ProjectVersion.id)
            .where(
                Project.roadshow_id == self.roadshow_id,
                cast(ProjectRegistered.avoids, String) != "[]",
            )
        )
        found: dict[str, list[Project]] = defaultdict(list)
        for project, listed in rows:
            for name in _folded(listed):
                found[name].append(project)
        return found


def _first(names: Iterable[str], parties: dict[str, list[Party]]) -> list[Party]:
    found = {one.id: one for name in names for one in parties.get(name, ())}
    return sorted(found.values(), key=lambda one: one.code)


def _names(body: Organisation) -> set[str]:
    return _folded(name for name in (body.name_en, body.name_zh) if name)


def _folded(names: Iterable[str]) -> set[str]:
    return {key for key in map(fold, names) if key}
