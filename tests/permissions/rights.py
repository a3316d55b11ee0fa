"""Who may reach what: the reviewed table of needs, and what each need means for each person."""

from __future__ import annotations

from pathlib import Path

ROLES = (
    "anonymous",
    "stranger",
    "foreign",
    "administrator",
    "reviewer",
    "other_team",
    "other_investor",
    "team",
    "investor",
    "organiser",
)
"""``foreign`` organises another roadshow; ``team`` and ``investor`` are the sides of the pair that
the addresses name, the ``other_`` ones are not."""
PARTICIPANTS = {*ROLES} - {"anonymous", "stranger", "foreign", "administrator"}
SIGNED_IN = {*ROLES} - {"anonymous"}
OK = "ok"

# need -> (who is let in, what the others who are signed in are answered, exceptions)
NEEDS: dict[str, tuple[set[str], int, dict[str, int]]] = {
    "public": ({*ROLES}, 404, {}),
    "signed_in": (SIGNED_IN, 404, {}),
    "administer": ({"administrator"}, 404, {}),
    "see_roadshow": ({*ROLES}, 404, {}),
    "take_part": (PARTICIPANTS, 403, {}),
    "run_roadshow": ({"organiser"}, 404, {}),
    "apply": ({"organiser"}, 403, {}),  # the call is over
    "register_investor": ({"organiser"}, 403, {}),  # so is registration
    "join_committee": ({"reviewer"}, 404, {}),
    "see_project": ({*ROLES}, 404, {}),  # it is selected
    "see_own_project": ({"team", "organiser"}, 403, {}),
    "edit_project": ({"team", "organiser"}, 403, {}),
    "lead_project": ({"team", "organiser"}, 403, {}),
    "lead_investor": ({"investor", "organiser"}, 404, {"team": 403, "other_team": 403}),
    "change_colleague": ({"team", "organiser"}, 403, {}),  # of the firm: lead_investor
    "review_project": ({"reviewer"}, 404, {}),
    "see_reviews": ({"organiser"}, 404, {"team": 403}),
    "see_investor": ({"team", "other_team", "investor", "organiser"}, 404, {}),
    "see_terms": ({"investor", "organiser"}, 404, {}),
    "edit_investor": ({"investor", "organiser"}, 404, {"team": 403, "other_team": 403}),
    "see_match": ({"team", "investor", "organiser"}, 404, {}),
    "see_matches_of": ({"team", "organiser"}, 404, {}),
    "state_wish": ({"team", "organiser"}, 404, {}),  # the side is the project's
    "see_meeting": ({"team", "investor", "organiser"}, 404, {}),
    "record_outcome": ({"team", "investor", "organiser"}, 404, {}),
    "see_person": ({"team", "organiser"}, 404, {}),
    "edit_absences": ({"team", "organiser"}, 404, {}),
    "see_job": ({"organiser"}, 404, {}),
}
NARROWER: dict[str, set[str]] = {
    "match.overview": PARTICIPANTS - {"reviewer"},  # the committee has no matches
    "meeting.mine_ics": PARTICIPANTS - {"reviewer", "organiser"},  # nor meetings
    "meeting.mine_pdf": PARTICIPANTS - {"reviewer", "organiser"},
    "selection.conflict": {
        "reviewer",
        "organiser",
    },  # the committee's own
}
"""Pages that ask more than their need says; who it leaves out is answered 404 (or 403)."""
NARROWER_ANSWERS = {("selection.conflict", "team"): 403}
OF_INVESTOR = {"team": "investor", "investor": "team"}
"""For ``see_matches_of`` an investor the two sides change places."""


def reviewed() -> dict[tuple[str, str], str]:
    """The table of this folder: what each (endpoint, method) needs."""
    lines = (Path(__file__).parent / "access.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {(endpoint, method): need for need, method, endpoint in rows}


def expected(endpoint: str, need: str, role: str, arguments: set[str]) -> str | int:
    """What a GET of a page with this need is answered: ok, sign-in, 403 or 404."""
    if need == "change_colleague" and "project_id" not in arguments:
        need = "lead_investor"
    let_in, otherwise, exceptions = NEEDS[need]
    if endpoint in NARROWER and role in let_in - NARROWER[endpoint]:
        return NARROWER_ANSWERS.get((endpoint, role), 404)
    if need == "see_matches_of" and "project_id" not in arguments:
        role = OF_INVESTOR.get(role, role)
    if role in let_in:
        return OK
    return "sign-in" if role == "anonymous" else exceptions.get(role, otherwise)
