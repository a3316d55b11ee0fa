"""Meeting packs: what both sides take to the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.numbers import format_compact_currency, get_currency_precision
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.affinity import Contribution, reason_of
from matchmaker.core.words import VALUE_NAMES
from matchmaker.core.words import sentence as reason_sentence
from matchmaker.documents import pdf
from matchmaker.documents.values import Edition, Fact, MeetingPack, PartyCard, Reason
from matchmaker.services import profile
from matchmaker.services.exchange.listing import country, names, spoken
from matchmaker.services.exchange.printing import Address
from matchmaker.services.exchange.seats import Seat, person_name
from matchmaker.services.fields import taxonomy
from matchmaker.services.meeting.reading import newest_run
from matchmaker.services.profile import InvestorCard, ProjectCard
from matchmaker.store.match import Match
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow

SHOWN_REASONS = 6
_LABELS = {
    "field": ("Fields", "领域"),
    "country": ("Country", "国家/地区"),
    "stage": ("Stage", "研发阶段"),
    "trl": ("TRL", "TRL"),
    "amount": ("Seeks", "融资需求"),
    "ticket": ("Ticket", "单笔投资额"),
    "rounds": ("Rounds", "轮次"),
    "countries": ("Looks in", "关注地域"),
    "languages": ("Languages", "语言"),
}


def print_packs(
    session: Session,
    roadshow: Roadshow,
    edition: Edition,
    seats: Sequence[Seat],
    *,
    address: Address | None = None,
) -> bytes:
    """Return a pack for each of the seats (see ``seats_of``): both cards, the reasons, notes.

    Holds what participants may know, nothing confidential. The caller asks whether the reader
    may see the meetings.
    """
    language = edition.language
    projects = {
        row.id: row
        for row in session.scalars(
            select(Project).where(Project.id.in_({seat.project_id for seat in seats}))
        )
    }
    investors = {
        row.id: row
        for row in session.scalars(
            select(Investor).where(Investor.id.in_({seat.investor_id for seat in seats}))
        )
    }
    project_cards = profile.project_cards(session, projects.values())
    investor_cards = profile.investor_cards(session, investors.values())
    sides = _sides(session, roadshow)
    matches = _matches(session, roadshow, seats)
    packs = []
    for seat in seats:
        match = matches.get((seat.project_id, seat.investor_id))
        packs.append(
            MeetingPack(
                starts_at=seat.starts_at,
                ends_at=seat.ends_at,
                place=seat.table,
                room=seat.room(language),
                project=_project(
                    project_cards[seat.project_id],
                    _attending(seat, sides, "project", language),
                    language,
                ),
                investor=_investor(
                    investor_cards[seat.investor_id],
                    _attending(seat, sides, "investor", language),
                    language,
                ),
                score=match.score if match else None,
                reasons=_reasons(match, language) if match else (),
                interpreter=seat.interpreter_name(language),
                url=address(seat) if address and seat.id else edition.url,
            )
        )
    return pdf.meeting_packs(edition, packs)


def _project(card: ProjectCard, people: tuple[str, ...], language: str) -> PartyCard:
    seeks = [
        _value("round", card.round, language),
        _money(card.amount, card.currency, language),
    ]
    return PartyCard(
        name=_either(card, "title", language),
        organisation=_either(card.organisation, "name", language),
        line=_either(card, "pitch", language),
        facts=_facts(
            language,
            field=_fields((*card.fields, *card.also_fields), language),
            country=_country(card.organisation.country, language),
            stage=_value("stage", card.stage, language),
            trl="" if card.trl is None else str(card.trl),
            amount=" · ".join(part for part in seeks if part),
            languages=_joined((spoken(code, language) for code in card.languages), language),
        ),
        people=people,
        summary=_either(card, "summary", language),
    )


def _investor(card: InvestorCard, people: tuple[str, ...], language: str) -> PartyCard:
    ends = [
        _money(amount, card.currency, language)
        for amount in (card.ticket_low, card.ticket_high)
        if amount is not None
    ]
    return PartyCard(
        name=_either(card.organisation, "name", language),
        organisation=_either(card.organisation, "city", language),
        facts=_facts(
            language,
            field=_fields((*card.fields, *card.also_fields), language),
            country=_country(card.organisation.country, language),
            rounds=_joined((_value("round", one, language) for one in card.rounds), language),
            stage=_joined((_value("stage", one, language) for one in card.stages), language),
            ticket=" – ".join(dict.fromkeys(ends)),
            countries=_joined((country(one, language) for one in card.countries), language),
            languages=_joined((spoken(code, language) for code in card.languages), language),
        ),
        people=people,
        summary=_either(card, "thesis", language),
    )


def _facts(language: str, **told: str) -> tuple[Fact, ...]:
    side = 1 if language == "zh" else 0
    return tuple(Fact(label=_LABELS[name][side], text=text) for name, text in told.items() if text)


def _reasons(match: Match, language: str) -> tuple[Reason, ...]:
    """Return the strongest reasons for and against, the starting point left out."""
    told = [
        reason
        for reason in map(reason_of, match.reasons)
        if isinstance(reason, Contribution) and reason.facet != "base" and abs(reason.points) >= 0.5
    ]
    told.sort(key=lambda reason: -abs(reason.points))
    return tuple(
        Reason(text=reason_sentence(reason, language, names()), points=reason.points)
        for reason in told[:SHOWN_REASONS]
    )


def _matches(
    session: Session, roadshow: Roadshow, seats: Sequence[Seat]
) -> dict[tuple[str, str], Match]:
    run = newest_run(session, roadshow)
    if run is None:
        return {}
    query = select(Match).where(
        Match.run_id == run.id, Match.project_id.in_({seat.project_id for seat in seats})
    )
    return {(one.project_id, one.investor_id): one for one in session.scalars(query)}


def _sides(session: Session, roadshow: Roadshow) -> dict[str, set[str]]:
    """Return the people of each party."""
    found: dict[str, set[str]] = {}
    for table, key in ((TeamMember, TeamMember.project_id), (Delegate, Delegate.investor_id)):
        query = (
            select(key, table.person_id)
            .join(Person, Person.id == table.person_id)
            .where(Person.roadshow_id == roadshow.id)
        )
        for party, person in session.execute(query):
            found.setdefault(party, set()).add(person)
    return found


def _attending(seat: Seat, sides: dict[str, set[str]], side: str, language: str) -> tuple[str, ...]:
    ours = sides.get(seat.project_id if side == "project" else seat.investor_id, set())
    return tuple(
        ", ".join(
            part
            for part in (person_name(person, language), _either(person, "title", language))
            if part
        )
        for person in seat.people
        if person.id in ours
    )


def _fields(codes: tuple[str, ...], language: str) -> str:
    return _joined((taxonomy().name(code, language) for code in codes), language)


def _joined(parts: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(part for part in parts if part)


def _value(facet: str, code: str | None, language: str) -> str:
    if code is None:
        return ""
    return VALUE_NAMES[facet].get(code, (code, code))[1 if language == "zh" else 0]


def _country(code: str | None, language: str) -> str:
    return country(code, language) if code else ""


def _money(minor: int | None, currency: str, language: str) -> str:
    if minor is None or not currency:
        return ""
    locale = "zh_Hans_CN" if language == "zh" else "en"
    amount = minor / 10 ** get_currency_precision(currency)
    return str(format_compact_currency(amount, currency, locale=locale, fraction_digits=1))


def _either(thing: object, name: str, language: str) -> str:
    first, second = ("zh", "en") if language == "zh" else ("en", "zh")
    return str(getattr(thing, f"{name}_{first}", "") or getattr(thing, f"{name}_{second}", ""))
