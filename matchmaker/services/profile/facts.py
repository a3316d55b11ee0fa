"""What the match model may know of projects and investors, as plain values.

Only the public and registered parts are read, never the confidential one, so that no score and
no reason can tell what a CDA protects. Each listing runs a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, raiseload

from matchmaker.core.journey import InvestorState, ProjectState
from matchmaker.core.places import WORLD
from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.taxonomy import fold
from matchmaker.services.profile.drafts import mandate_draft, project_draft
from matchmaker.services.profile.values import major
from matchmaker.store.profile import (
    Delegate,
    Investor,
    InvestorMandate,
    MandateTerms,
    Project,
    ProjectRegistered,
    ProjectVersion,
    TeamMember,
)
from matchmaker.store.roadshow import Organisation, Person, Roadshow


def pitches(
    session: Session, roadshow: Roadshow, states: Iterable[ProjectState] | None = None
) -> list[Pitch]:
    """Return the newest submitted version of each project as a value, in the order of codes.

    ``states`` defaults to the selected ones. Amounts are whole units of the roadshow's currency;
    an amount in a currency without a rate is missing.
    """
    wanted = tuple(states) if states is not None else (ProjectState.SELECTED,)
    return _pitches(session, roadshow, Project.state.in_(wanted))


def pitch_of(session: Session, roadshow: Roadshow, project: Project) -> Pitch | None:
    """Return one project's newest submitted version as a value, or None."""
    return next(iter(_pitches(session, roadshow, Project.id == project.id)), None)


def mandates(session: Session, roadshow: Roadshow) -> list[Mandate]:
    """Return the mandates of active investors as values, in the order of codes."""
    return _mandates(session, roadshow, Investor.state == InvestorState.ACTIVE)


def mandate_of(session: Session, roadshow: Roadshow, investor: Investor) -> Mandate | None:
    """Return one investor's newest submitted mandate as a value, or None."""
    return next(iter(_mandates(session, roadshow, Investor.id == investor.id)), None)


def draft_pitch(session: Session, roadshow: Roadshow, project: Project) -> Pitch:
    """Return what the match model would know if the draft were handed in now."""
    draft = project_draft(session, project)
    spoken = _spoken(
        session, TeamMember.project_id, TeamMember.person_id, TeamMember.rank, roadshow
    )
    heard = spoken.get(project.id, ())
    return _pitch(project, draft, draft.registered, project.organisation, heard, roadshow)


def draft_mandate(session: Session, roadshow: Roadshow, investor: Investor) -> Mandate:
    """Return what the match model would know if the draft were handed in now."""
    draft = mandate_draft(session, investor)
    spoken = _spoken(session, Delegate.investor_id, Delegate.person_id, Delegate.rank, roadshow)
    names = _body_names(session, roadshow)
    heard = spoken.get(investor.id, ())
    return _mandate(investor, draft, draft.terms, investor.organisation, heard, names, roadshow)


def _pitches(session: Session, roadshow: Roadshow, which: Any) -> list[Pitch]:
    newest = (
        select(ProjectVersion.project_id, func.max(ProjectVersion.number).label("number"))
        .where(ProjectVersion.number.is_not(None))
        .group_by(ProjectVersion.project_id)
        .subquery()
    )
    rows = session.execute(
        select(Project, ProjectVersion, ProjectRegistered, Organisation)
        .join(newest, newest.c.project_id == Project.id)
        .join(
            ProjectVersion,
            (ProjectVersion.project_id == Project.id) & (ProjectVersion.number == newest.c.number),
        )
        .join(ProjectRegistered, ProjectRegistered.version_id == ProjectVersion.id)
        .join(Organisation, Organisation.id == Project.organisation_id)
        .where(Project.roadshow_id == roadshow.id, which)
        .order_by(Project.code)
        .options(raiseload(ProjectVersion.confidential), raiseload(Project.organisation))
    ).all()
    spoken = _spoken(
        session, TeamMember.project_id, TeamMember.person_id, TeamMember.rank, roadshow
    )
    return [
        _pitch(project, version, registered, body, spoken.get(project.id, ()), roadshow)
        for project, version, registered, body in rows
    ]


def _pitch(
    project: Project,
    version: ProjectVersion,
    registered: ProjectRegistered,
    body: Organisation,
    spoken: tuple[str, ...],
    roadshow: Roadshow,
) -> Pitch:
    core, also = _fields(version.fields)
    return Pitch(
        id=project.id,
        name=version.title_en or version.title_zh,
        organisation=fold(body.name_en or body.name_zh),
        fields=core,
        also=also,
        country=body.country,
        region=body.region or None,
        city=body.city_en or body.city_zh or None,
        kind=body.kind,
        stage=version.stage,
        trl=version.trl,
        round=registered.round,
        amount=converted(registered.amount, registered.currency, roadshow),
        instruments=tuple(registered.instruments),
        languages=tuple(version.languages) or spoken,
        texts=_texts(
            (version, "title", "pitch", "summary"),
            (registered, "unmet_need", "differentiation"),
        ),
    )


def _mandates(session: Session, roadshow: Roadshow, which: Any) -> list[Mandate]:
    newest = (
        select(InvestorMandate.investor_id, func.max(InvestorMandate.number).label("number"))
        .where(InvestorMandate.number.is_not(None))
        .group_by(InvestorMandate.investor_id)
        .subquery()
    )
    rows = session.execute(
        select(Investor, InvestorMandate, MandateTerms, Organisation)
        .join(newest, newest.c.investor_id == Investor.id)
        .join(
            InvestorMandate,
            (InvestorMandate.investor_id == Investor.id)
            & (InvestorMandate.number == newest.c.number),
        )
        .join(MandateTerms, MandateTerms.mandate_id == InvestorMandate.id)
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(Investor.roadshow_id == roadshow.id, which)
        .order_by(Investor.code)
        .options(raiseload(Investor.organisation))
    ).all()
    spoken = _spoken(session, Delegate.investor_id, Delegate.person_id, Delegate.rank, roadshow)
    names = _body_names(session, roadshow)
    return [
        _mandate(investor, mandate, terms, body, spoken.get(investor.id, ()), names, roadshow)
        for investor, mandate, terms, body in rows
    ]


def _mandate(
    investor: Investor,
    mandate: InvestorMandate,
    terms: MandateTerms,
    body: Organisation,
    spoken: tuple[str, ...],
    names: Mapping[str, str],
    roadshow: Roadshow,
) -> Mandate:
    core, also = _fields(mandate.fields)
    ticket = Ticket(
        low=converted(mandate.ticket_low, mandate.currency, roadshow),
        typical=converted(mandate.ticket_typical, mandate.currency, roadshow),
        high=converted(mandate.ticket_high, mandate.currency, roadshow),
    )
    return Mandate(
        id=investor.id,
        name=body.name_en or body.name_zh,
        organisation=fold(body.name_en or body.name_zh),
        kind=body.kind,
        fields=core,
        also=also,
        countries=() if WORLD in mandate.countries else tuple(mandate.countries),
        regions=tuple(mandate.regions),
        kinds=tuple(mandate.kinds),
        stages=tuple(mandate.stages),
        rounds=tuple(mandate.rounds),
        trl=_span(mandate.trl_min, mandate.trl_max),
        ticket=None if ticket == Ticket() else ticket,
        instruments=tuple(mandate.instruments),
        languages=tuple(mandate.languages) or spoken,
        exclusions=tuple(_exclusion(rule) for rule in terms.exclusions),
        only=frozenset(terms.only),
        texts=_texts((mandate, "thesis", "value")),
        conflicts=frozenset(names.get(key, key) for key in map(fold, terms.conflicts) if key),
    )


def converted(minor: int | None, currency: str, roadshow: Roadshow) -> float | None:
    """Return minor units as whole units of the roadshow's currency; None without a rate."""
    amount = major(minor, currency)
    if amount is None:
        return None
    if not currency or currency == roadshow.currency:
        return float(amount)
    rate = roadshow.rates.get(currency)
    return None if rate is None else float(round(float(amount) * float(rate)))


def _fields(rows: Iterable[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    listed = list(rows)
    return (
        tuple(row.code for row in listed if row.weight == "core"),
        tuple(row.code for row in listed if row.weight == "also"),
    )


def _texts(*sources: tuple[Any, ...]) -> tuple[str, ...]:
    found = [
        getattr(row, f"{name}_{language}")
        for row, *names in sources
        for name in names
        for language in ("en", "zh")
    ]
    return tuple(text for text in found if text)


def _span(low: int | None, high: int | None) -> tuple[int, int] | None:
    if low is None and high is None:
        return None
    return (low or 1, high or 9)


def _exclusion(rule: Mapping[str, Any]) -> Exclusion:
    return Exclusion(
        facet=str(rule["facet"]),
        value=str(rule["value"]),
        unless=tuple((str(facet), str(value)) for facet, value in rule.get("unless", ())),
    )


def _spoken(
    session: Session, party: Any, person: Any, rank: Any, roadshow: Roadshow
) -> dict[str, tuple[str, ...]]:
    """Return the languages that the people of each party speak, the first person's first."""
    found: dict[str, dict[str, None]] = {}
    for key, languages in session.execute(
        select(party, Person.languages)
        .join(Person, Person.id == person)
        .where(Person.roadshow_id == roadshow.id)
        .order_by(party, rank)
    ):
        found.setdefault(key, {}).update(dict.fromkeys(languages or ()))
    return {key: tuple(languages) for key, languages in found.items()}


def _body_names(session: Session, roadshow: Roadshow) -> dict[str, str]:
    """Return the key by which a pitch knows its body, for every name the body goes by."""
    return {
        fold(name): fold(english or chinese)
        for english, chinese in session.execute(
            select(Organisation.name_en, Organisation.name_zh)
            .join(Project, Project.organisation_id == Organisation.id)
            .where(Organisation.roadshow_id == roadshow.id)
            .order_by(Organisation.id)
        )
        for name in (english, chinese)
        if name
    }
