"""The vocabularies in words: codes of enums and lists become what people read."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l

WORDS = {
    "institution": {
        "university": _l("University"),
        "hospital": _l("Hospital"),
        "institute": _l("Research institute"),
        "company": _l("Company"),
    },
    "investor_kind": {
        "vc": _l("Venture capital"),
        "cvc": _l("Corporate venture capital"),
        "angel": _l("Angel investor"),
        "family_office": _l("Family office"),
        "guidance_fund": _l("Government guidance fund"),
        "foundation": _l("Foundation"),
        "other": _l("Other investor"),
    },
    "stage": {
        "discovery": _l("Discovery"),
        "preclinical": _l("Preclinical"),
        "ind": _l("IND / CTA"),
        "phase_1": _l("Phase I"),
        "phase_2": _l("Phase II"),
        "phase_3": _l("Phase III"),
        "registration": _l("Registration"),
        "market": _l("On the market"),
    },
    "round": {
        "angel": _l("Angel round"),
        "seed": _l("Seed round"),
        "pre_a": _l("Pre-A round"),
        "series_a": _l("Series A"),
        "series_b": _l("Series B"),
        "series_c": _l("Series C or later"),
        "growth": _l("Growth round"),
        "grant": _l("Grant"),
        "other": _l("Other round"),
    },
    "instrument": {
        "equity": _l("Equity"),
        "convertible": _l("Convertible"),
        "licence": _l("Licence"),
        "co_development": _l("Co-development"),
        "acquisition": _l("Acquisition"),
        "grant": _l("Grant funding"),
    },
    "visibility": {
        "teams": _l("Every selected team"),
        "met": _l("Only teams we have a meeting or a CDA with"),
    },
    "duty": {
        "lead": _l("Leads: also invites, changes roles and withdraws"),
        "editor": _l("Edits: writes, hands in and states preferences"),
        "reader": _l("Reads along: changes nothing"),
    },
    "duty_short": {
        "lead": _l("Lead"),
        "editor": _l("Editor"),
        "reader": _l("Reader"),
    },
    "lead": {
        "lead": _l("Leads"),
        "follow": _l("Follows"),
        "either": _l("Leads or follows"),
    },
    "evidence": {
        "in_vitro": _l("In vitro"),
        "in_vivo": _l("In vivo"),
        "human": _l("In humans"),
    },
    "ip": {
        "filed": _l("Filed"),
        "granted": _l("Granted"),
        "in_licensed": _l("In-licensed"),
        "fto": _l("Freedom to operate checked"),
    },
    "partner": {
        "cro": _l("Contract research (CRO)"),
        "cdmo": _l("Contract manufacturing (CDMO)"),
        "clinical_site": _l("Clinical sites"),
        "landing_site": _l("A site to settle in China"),
        "distributor": _l("Distribution"),
        "data": _l("Access to data"),
    },
    "landing": {
        "none": _l("No local landing needed"),
        "welcome": _l("Local landing welcome"),
        "required": _l("Local landing required"),
    },
    "board": {
        "none": _l("No board seat"),
        "observer": _l("Board observer"),
        "seat": _l("Board seat"),
    },
    "cda_stance": {
        "before_meeting": _l("Before the first meeting"),
        "after_meeting": _l("After a first meeting"),
        "late": _l("Only in due diligence"),
        "never": _l("Never"),
    },
    "assets": {
        "under_50m": _l("Under 50 million USD"),
        "50m_250m": _l("50 to 250 million USD"),
        "250m_1b": _l("250 million to 1 billion USD"),
        "over_1b": _l("Over 1 billion USD"),
    },
    "language": {
        "en": _l("English"),
        "zh": _l("Chinese"),
        "de": _l("German"),
        "fr": _l("French"),
        "ru": _l("Russian"),
        "nl": _l("Dutch"),
        "fi": _l("Finnish"),
        "ja": _l("Japanese"),
        "ko": _l("Korean"),
        "es": _l("Spanish"),
        "it": _l("Italian"),
        "he": _l("Hebrew"),
        "sv": _l("Swedish"),
        "da": _l("Danish"),
        "pt": _l("Portuguese"),
        "ar": _l("Arabic"),
    },
    "phase": {
        "draft": _l("Being prepared"),
        "call": _l("Call for projects"),
        "selection": _l("Selection"),
        "preference": _l("Preferences"),
        "pairing": _l("Pairing"),
        "meeting": _l("Meetings"),
        "outcome": _l("Outcomes"),
        "closed": _l("Closed"),
    },
    "role": {
        "organiser": _l("Organiser"),
        "reviewer": _l("Reviewer"),
        "investor": _l("Investor delegate"),
        "team": _l("Team member"),
    },
    "project_state": {
        "draft": _l("Draft"),
        "submitted": _l("Submitted"),
        "selected": _l("Selected"),
        "waitlisted": _l("On the waiting list"),
        "declined": _l("Declined"),
        "withdrawn": _l("Withdrawn"),
    },
    "investor_state": {
        "draft": _l("Draft"),
        "active": _l("Active"),
        "withdrawn": _l("Withdrawn"),
    },
    "wish": {
        "must": _l("Must meet"),
        "meet": _l("Would meet"),
        "no": _l("No thanks"),
    },
    "pairing_state": {
        "proposed": _l("Proposed"),
        "pinned": _l("Pinned"),
        "forbidden": _l("Forbidden"),
        "left_out": _l("Left out"),
    },
    "meeting_state": {
        "scheduled": _l("Scheduled"),
        "held": _l("Held"),
        "no_show": _l("No-show"),
        "cancelled": _l("Cancelled"),
    },
    "timetable_state": {
        "draft": _l("Draft"),
        "published": _l("Published"),
        "superseded": _l("Superseded"),
    },
    "outcome": {
        "second_meeting": _l("Second meeting"),
        "cda": _l("CDA"),
        "due_diligence": _l("Due diligence"),
        "term_sheet": _l("Term sheet"),
        "closed": _l("Deal closed"),
        "declined": _l("No further interest"),
    },
    "job_state": {
        "queued": _l("Waiting"),
        "running": _l("Running"),
        "done": _l("Done"),
        "failed": _l("Failed"),
        "stopped": _l("Stopped"),
    },
    "mail_state": {
        "queued": _l("Waiting to be sent"),
        "sent": _l("Sent"),
        "failed": _l("Not delivered"),
        "dropped": _l("Not needed any more"),
    },
    "letter": {
        "invitation": _l("Invitation"),
        "project_submitted": _l("Receipt of an application"),
        "project_withdrawn": _l("Withdrawal of an application"),
        "mandate_submitted": _l("Receipt of a mandate"),
        "lead_given": _l("A new lead of a profile"),
        "reviews_to_write": _l("Reviews to write"),
        "decision": _l("Decision of the committee"),
        "preferences_due": _l("Preferences to state"),
        "timetable": _l("Timetable"),
        "outcomes_due": _l("Outcomes to tell"),
        "security": _l("Sign-in and password"),
    },
    "weight": {
        "core": _l("Core"),
        "also": _l("Also"),
    },
    "tier": {
        "public": _l("Public"),
        "registered": _l("Registered participants"),
        "cda": _l("After CDA"),
    },
    "deed": {
        "project.created": _l("Begun"),
        "project.saved": _l("Changed"),
        "project.submitted": _l("Handed in"),
        "project.withdrawn": _l("Withdrawn"),
        "project.restored": _l("Brought back"),
        "team.joined": _l("A colleague joined"),
        "colleague.removed": _l("A colleague was removed"),
        "duty.changed": _l("A role was changed"),
        "investor.created": _l("Begun"),
        "mandate.saved": _l("Changed"),
        "mandate.submitted": _l("Handed in"),
        "mandate.imported": _l("Taken over from another roadshow"),
        "investor.withdrawn": _l("Withdrawn"),
        "investor.restored": _l("Brought back"),
        "delegate.joined": _l("A colleague joined"),
    },
    "frozen": {
        "title": _l("Title and short name"),
        "organisation": _l("Organisation"),
        "field": _l("Fields, stage and TRL"),
        "summary": _l("Pitch, summary and evidence"),
        "money": _l("Round and money"),
        "plans": _l("IP, rights and plans"),
        "files": _l("Deck and files"),
    },
    "mandates_frozen": {
        "firm": _l("Firm and fund"),
        "looks": _l("What you look for"),
        "limits": _l("Hard limits"),
        "ticket": _l("Money"),
        "thesis": _l("Thesis"),
        "capacity": _l("Languages and capacity"),
    },
    "facet": {
        "field": _l("Field"),
        "text": _l("Text"),
        "country": _l("Country"),
        "region": _l("Region"),
        "kind": _l("Institution kind"),
        "stage": _l("Stage"),
        "trl": _l("TRL"),
        "ticket": _l("Ticket"),
        "round": _l("Round"),
        "instrument": _l("Instrument"),
        "language": _l("Language"),
        "base": _l("Starting point"),
        "history": _l("Past deals"),
    },
    "plan_reason": {
        "no-common-slot": _l("No common slot"),
        "project-full": _l("The project's meetings are full"),
        "investor-full": _l("The investor's meetings are full"),
        "person-busy": _l("A person is busy"),
        "no-table": _l("No table is free"),
        "no-language": _l("No common language"),
        "better-use": _l("The time serves better elsewhere"),
    },
}


def word(code: StrEnum | str | None, kind: str) -> str:
    """Return a code in the viewer's language; an unknown one as it is, nothing for None."""
    if code is None:
        return ""
    value = code.value if isinstance(code, StrEnum) else str(code)
    return str(WORDS[kind].get(value, value))


def choices(kind: str) -> list[tuple[str, str]]:
    """Return a vocabulary as the choices of a form field."""
    return [(code, label) for code, label in WORDS[kind].items()]
