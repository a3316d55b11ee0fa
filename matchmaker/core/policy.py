"""Who may do what: one question, deny by default, with the reason of a no.

``may(viewer, action, thing)`` is asked by pages to decide what to show and by handlers to decide
what to do. Things are looked at through a few attributes only (``id``, ``roadshow_id``, ``state``
...), so this module knows no database. A conflict of interest takes rights away from every role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role, Visibility

PHASES = tuple(Phase)


class Action(StrEnum):
    """Everything that needs a right."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ADMINISTER = "administer"
    # a roadshow
    SEE_ROADSHOW = "see_roadshow"
    TAKE_PART = "take_part"
    RUN_ROADSHOW = "run_roadshow"
    APPLY = "apply"
    REGISTER_INVESTOR = "register_investor"
    JOIN_COMMITTEE = "join_committee"
    # a project
    SEE_PROJECT = "see_project"
    SEE_REGISTERED = "see_registered"
    SEE_CONFIDENTIAL = "see_confidential"
    SEE_OWN_PROJECT = "see_own_project"
    EDIT_PROJECT = "edit_project"
    LEAD_PROJECT = "lead_project"
    REVIEW_PROJECT = "review_project"
    SEE_REVIEWS = "see_reviews"
    DECIDE = "decide"
    # an investor
    SEE_INVESTOR = "see_investor"
    SEE_TERMS = "see_terms"
    EDIT_INVESTOR = "edit_investor"
    LEAD_INVESTOR = "lead_investor"
    # a pair or a meeting
    SEE_MATCH = "see_match"
    SEE_MATCHES_OF = "see_matches_of"
    WISH_AS_PROJECT = "wish_as_project"
    WISH_AS_INVESTOR = "wish_as_investor"
    STATE_WISH = "state_wish"
    SEE_MEETING = "see_meeting"
    RECORD_OUTCOME = "record_outcome"
    # a person, a job, an account
    SEE_PERSON = "see_person"
    CHANGE_COLLEAGUE = "change_colleague"
    EDIT_ABSENCES = "edit_absences"
    SEE_JOB = "see_job"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with a stable reason. ``hidden``: the viewer may not even know of the thing."""

    allowed: bool
    reason: str = ""
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)
HIDDEN = Verdict(False, "unknown", hidden=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who looks: what they are where. ``ANONYMOUS`` is nobody."""

    account_id: str | None = None
    name: str = ""
    administrator: bool = False
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Roles by roadshow id."""
    persons: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    """Projects of whose teams the viewer is a member."""
    investors: frozenset[str] = frozenset()
    """Investors for whom the viewer is a delegate."""
    met: frozenset[str] = frozenset()
    """Investors with which a project of the viewer's has a meeting or ever signed a CDA."""
    leads: frozenset[str] = frozenset()
    """Projects and investors that the viewer leads."""
    reads_only: frozenset[str] = frozenset()
    """Projects and investors of the viewer's for which they change nothing."""
    assigned: frozenset[str] = frozenset()
    """Projects the viewer reviews."""
    conflicts: frozenset[str] = frozenset()
    """Projects the viewer declared (or was declared) to have a conflict of interest with."""
    cdas: frozenset[tuple[str, str]] = frozenset()
    """(project, investor) pairs of the viewer with a CDA in force."""

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    def speaks_for(self, party_id: str, roadshow_id: str) -> bool:
        """Tell whether the viewer changes and decides for a project or investor of a roadshow."""
        own = party_id in (self.projects | self.investors) - self.reads_only
        return own or self.has(Role.ORGANISER, roadshow_id)

    def has(self, role: Role, roadshow_id: str) -> bool:
        return role in self.roles.get(roadshow_id, frozenset())

    def takes_part(self, roadshow_id: str) -> bool:
        return bool(self.roles.get(roadshow_id))


ANONYMOUS = Viewer()
Rule = Callable[[Viewer, Any], Verdict]


def may(viewer: Viewer, action: Action, thing: Any = None) -> Verdict:
    """Return whether the viewer may do this to the thing, and why not."""
    rule = RULES.get(action)
    return Verdict(False, "undeclared") if rule is None else rule(viewer, thing)


def reached(phase: Phase, wanted: Phase) -> bool:
    """Tell whether a roadshow stands in the wanted phase or a later one."""
    return PHASES.index(phase) >= PHASES.index(wanted)


def _no(reason: str) -> Verdict:
    return Verdict(False, reason)


def _public(_viewer: Viewer, _thing: Any) -> Verdict:
    return YES


def _signed_in(viewer: Viewer, _thing: Any) -> Verdict:
    return YES if viewer.signed_in else _no("sign-in")


def _administer(viewer: Viewer, _thing: Any) -> Verdict:
    return YES if viewer.administrator else HIDDEN


def _see_roadshow(viewer: Viewer, roadshow: Any) -> Verdict:
    if roadshow.phase is not Phase.DRAFT or viewer.takes_part(roadshow.id) or viewer.administrator:
        return YES
    return HIDDEN


def _take_part(viewer: Viewer, roadshow: Any) -> Verdict:
    if not viewer.signed_in:
        return _no("sign-in")
    return YES if viewer.takes_part(roadshow.id) else _no("not-a-participant")


def _run_roadshow(viewer: Viewer, thing: Any) -> Verdict:
    """Run the roadshow itself, or the one that the thing belongs to."""
    roadshow_id = getattr(thing, "roadshow_id", None) or thing.id
    return YES if viewer.has(Role.ORGANISER, roadshow_id) else HIDDEN


def _apply(viewer: Viewer, roadshow: Any) -> Verdict:
    if not viewer.signed_in:
        return _no("sign-in")
    if viewer.has(Role.ORGANISER, roadshow.id):
        return YES
    if roadshow.phase is not Phase.CALL:
        return _no("call-closed")
    if roadshow.open_registration or viewer.has(Role.TEAM, roadshow.id):
        return YES
    return _no("invitation-only")


def _register_investor(viewer: Viewer, roadshow: Any) -> Verdict:
    if not viewer.signed_in:
        return _no("sign-in")
    if viewer.has(Role.ORGANISER, roadshow.id):
        return YES
    if not (reached(roadshow.phase, Phase.CALL) and not reached(roadshow.phase, Phase.MEETING)):
        return _no("registration-closed")
    if roadshow.open_registration or viewer.has(Role.INVESTOR, roadshow.id):
        return YES
    return _no("invitation-only")


def _join_committee(viewer: Viewer, roadshow: Any) -> Verdict:
    if not viewer.signed_in:
        return _no("sign-in")
    return YES if viewer.has(Role.REVIEWER, roadshow.id) else HIDDEN


def _see_project(viewer: Viewer, project: Any) -> Verdict:
    if project.id in viewer.projects or viewer.has(Role.ORGANISER, project.roadshow_id):
        return YES
    if project.id in viewer.assigned and project.id not in viewer.conflicts:
        return YES
    return YES if project.state is ProjectState.SELECTED else HIDDEN


def _see_registered(viewer: Viewer, project: Any) -> Verdict:
    seen = _see_project(viewer, project)
    if not seen:
        return seen
    own = project.id in viewer.projects or viewer.has(Role.ORGANISER, project.roadshow_id)
    if own or project.id in viewer.assigned - viewer.conflicts:
        return YES
    if viewer.has(Role.INVESTOR, project.roadshow_id):
        return YES
    return _no("for-participants")


def _see_confidential(viewer: Viewer, project: Any) -> Verdict:
    if project.id in viewer.projects:
        return YES
    if any(signed == project.id for signed, _ in viewer.cdas):
        return YES
    return _no("after-cda") if _see_project(viewer, project) else HIDDEN


def _see_own_project(viewer: Viewer, project: Any) -> Verdict:
    """What its own people follow of a project, whatever they do for it, and the organisers."""
    if project.id in viewer.projects or viewer.has(Role.ORGANISER, project.roadshow_id):
        return YES
    return _no("not-your-project") if _see_project(viewer, project) else HIDDEN


def _edit_project(viewer: Viewer, project: Any) -> Verdict:
    if not (followed := _see_own_project(viewer, project)):
        return followed
    speaks = viewer.speaks_for(project.id, project.roadshow_id)
    return YES if speaks else _no("you-only-read")


def _lead(edit: Rule) -> Rule:
    """Return the rule of those who lead among those who may edit."""

    def rule(viewer: Viewer, party: Any) -> Verdict:
        if not (edits := edit(viewer, party)):
            return edits
        led = party.id in viewer.leads or viewer.has(Role.ORGANISER, party.roadshow_id)
        return YES if led else _no("you-do-not-lead")

    return rule


def _review_project(viewer: Viewer, project: Any) -> Verdict:
    if project.id in viewer.conflicts or project.id in viewer.projects:
        return HIDDEN
    return YES if project.id in viewer.assigned else HIDDEN


def _see_reviews(viewer: Viewer, project: Any) -> Verdict:
    """The committee's work on an application: organisers, unless they are in conflict with it."""
    if project.id in viewer.conflicts or project.id in viewer.projects:
        return _no("conflict-of-interest") if _see_project(viewer, project) else HIDDEN
    return YES if viewer.has(Role.ORGANISER, project.roadshow_id) else HIDDEN


def _see_investor(viewer: Viewer, investor: Any) -> Verdict:
    if investor.id in viewer.investors or viewer.has(Role.ORGANISER, investor.roadshow_id):
        return YES
    if investor.state is not InvestorState.ACTIVE:
        return HIDDEN
    team = viewer.has(Role.TEAM, investor.roadshow_id) and bool(viewer.projects)
    shown = investor.visibility is Visibility.TEAMS or investor.id in viewer.met
    return YES if team and shown else HIDDEN


def _see_terms(viewer: Viewer, investor: Any) -> Verdict:
    own = investor.id in viewer.investors or viewer.has(Role.ORGANISER, investor.roadshow_id)
    return YES if own else HIDDEN


def _edit_investor(viewer: Viewer, investor: Any) -> Verdict:
    if _see_terms(viewer, investor):
        speaks = viewer.speaks_for(investor.id, investor.roadshow_id)
        return YES if speaks else _no("you-only-read")
    return _no("not-your-firm") if _see_investor(viewer, investor) else HIDDEN


def _see_match(viewer: Viewer, pair: Any) -> Verdict:
    """A pair has ``project_id``, ``investor_id`` and ``roadshow_id``."""
    if viewer.has(Role.ORGANISER, pair.roadshow_id):
        return YES
    own = pair.project_id in viewer.projects or pair.investor_id in viewer.investors
    return YES if own else HIDDEN


def _see_matches_of(viewer: Viewer, party: Any) -> Verdict:
    own = party.id in viewer.projects or party.id in viewer.investors
    return YES if own or viewer.has(Role.ORGANISER, party.roadshow_id) else HIDDEN


def _wish_as_project(viewer: Viewer, pair: Any) -> Verdict:
    return _in_the_name_of(viewer, pair, pair.project_id)


def _wish_as_investor(viewer: Viewer, pair: Any) -> Verdict:
    return _in_the_name_of(viewer, pair, pair.investor_id)


def _in_the_name_of(viewer: Viewer, pair: Any, *parties: str) -> Verdict:
    """Speak of a pair for one of these parties; organisers may for all."""
    if any(viewer.speaks_for(party, pair.roadshow_id) for party in parties):
        return YES
    own = (viewer.projects | viewer.investors) & set(parties)
    return _no("you-only-read") if own else HIDDEN


def _record_outcome(viewer: Viewer, pair: Any) -> Verdict:
    return _in_the_name_of(viewer, pair, pair.project_id, pair.investor_id)


def _state_wish(viewer: Viewer, pair: Any) -> Verdict:
    """The pair's ``side`` says in whose name the wish is stated."""
    return (_wish_as_project if pair.side == "project" else _wish_as_investor)(viewer, pair)


def _see_person(viewer: Viewer, person: Any) -> Verdict:
    own = person.id in viewer.persons
    return YES if own or viewer.has(Role.ORGANISER, person.roadshow_id) else HIDDEN


def _change_colleague(viewer: Viewer, seat: Any) -> Verdict:
    """A seat has ``person_id``, ``party`` and ``right``: that of those who lead the party."""
    if seat.person_id in viewer.persons:
        return YES
    return may(viewer, seat.right, seat.party)


def _see_job(viewer: Viewer, job: Any) -> Verdict:
    own = viewer.signed_in and job.queued_by_id == viewer.account_id
    runs = job.roadshow_id is not None and viewer.has(Role.ORGANISER, job.roadshow_id)
    return YES if own or runs else HIDDEN


RULES: Mapping[Action, Rule] = {
    Action.PUBLIC: _public,
    Action.SIGNED_IN: _signed_in,
    Action.ADMINISTER: _administer,
    Action.SEE_ROADSHOW: _see_roadshow,
    Action.TAKE_PART: _take_part,
    Action.RUN_ROADSHOW: _run_roadshow,
    Action.APPLY: _apply,
    Action.REGISTER_INVESTOR: _register_investor,
    Action.JOIN_COMMITTEE: _join_committee,
    Action.SEE_PROJECT: _see_project,
    Action.SEE_REGISTERED: _see_registered,
    Action.SEE_CONFIDENTIAL: _see_confidential,
    Action.SEE_OWN_PROJECT: _see_own_project,
    Action.EDIT_PROJECT: _edit_project,
    Action.LEAD_PROJECT: _lead(_edit_project),
    Action.REVIEW_PROJECT: _review_project,
    Action.SEE_REVIEWS: _see_reviews,
    Action.DECIDE: _see_reviews,
    Action.SEE_INVESTOR: _see_investor,
    Action.SEE_TERMS: _see_terms,
    Action.EDIT_INVESTOR: _edit_investor,
    Action.LEAD_INVESTOR: _lead(_edit_investor),
    Action.SEE_MATCH: _see_match,
    Action.SEE_MATCHES_OF: _see_matches_of,
    Action.WISH_AS_PROJECT: _wish_as_project,
    Action.WISH_AS_INVESTOR: _wish_as_investor,
    Action.STATE_WISH: _state_wish,
    Action.SEE_MEETING: _see_match,
    Action.RECORD_OUTCOME: _record_outcome,
    Action.SEE_PERSON: _see_person,
    Action.CHANGE_COLLEAGUE: _change_colleague,
    Action.EDIT_ABSENCES: _see_person,
    Action.SEE_JOB: _see_job,
}
