"""What the parties did with their profiles after handing them in: new versions, decks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.documents.deck import Slide, deck
from matchmaker.documents.upload import examine
from matchmaker.services import files, profile
from matchmaker.services.demo.cast import (
    WISHED,
    Cast,
    accounts_by_email,
    investors_by_code,
    projects_by_code,
    roadshow_of,
)

MOST_BYTES = 10_000_000
HEADINGS = {
    "en": {
        "summary": "What we have",
        "unmet_need": "Why it is needed",
        "differentiation": "What is different",
        "regulatory": "Regulatory path",
        "ip": "Intellectual property",
        "milestone": "Next milestone",
        "use_of_funds": "Use of funds",
        "seeking": "What we are looking for",
        "confidential_summary": "Under the CDA",
    },
    "zh": {
        "summary": "项目概要",
        "unmet_need": "未满足的临床需求",
        "differentiation": "差异化优势",
        "regulatory": "注册路径",
        "ip": "知识产权",
        "milestone": "下一里程碑",
        "use_of_funds": "资金用途",
        "seeking": "合作需求",
        "confidential_summary": "保密资料",
    },
}
NAMES = {
    "en": {"public": "introduction", "registered": "deck", "cda": "data under CDA"},
    "zh": {"public": "项目介绍", "registered": "路演PPT", "cda": "保密数据"},
}


def revise_projects(session: Session, cast: Cast) -> int:
    """Hand in the newer versions of some projects; returns how many."""
    projects = projects_by_code(session, roadshow_of(session, cast))
    told = [one for one in cast.roadshow["revisions"] if "project" in one]
    for one in told:
        by = _by(session, cast, one)
        project = projects[one["project"]]
        profile.save_project(session, project, one["values"], revision=None, **by)
        profile.submit_project(session, project, **by)
    return len(told)


def revise_mandates(session: Session, cast: Cast) -> int:
    """Hand in the newer mandates of some investors; returns how many."""
    investors = investors_by_code(session, roadshow_of(session, cast))
    told = [one for one in cast.roadshow["revisions"] if "investor" in one]
    for one in told:
        by = _by(session, cast, one)
        investor = investors[one["investor"]]
        profile.save_mandate(session, investor, one["values"], revision=None, **by)
        profile.submit_mandate(session, investor, **by)
    return len(told)


def keep_decks(session: Session, cast: Cast, *, folder: Path) -> int:
    """Make the decks of some projects out of what they say of themselves; returns how many."""
    roadshow = roadshow_of(session, cast)
    projects = projects_by_code(session, roadshow)
    for told in cast.roadshow["decks"]:
        project, tier = projects[told["project"]], told["tier"]
        version = profile.current_version(project)
        assert version is not None
        said = profile.project_values(version, confidential=tier == "cda")
        language = "zh" if project.organisation.country == "CN" else "en"
        content = deck(
            said[f"title_{language}"],
            getattr(project.organisation, f"name_{language}"),
            _slides(said, tier, language),
            footer=getattr(roadshow, f"name_{language}"),
        )
        name = f"{said['short_name']} {NAMES[language][tier]}.pdf"
        files.keep_file(
            session,
            project,
            BytesIO(content),
            name,
            tier,
            folder=folder,
            most_bytes=MOST_BYTES,
            look=examine,
            actor=None,
            now=WISHED,
        )
    return len(cast.roadshow["decks"])


def _slides(said: dict[str, Any], tier: str, language: str) -> list[Slide]:
    headings = HEADINGS[language]
    wanted = {
        "public": ("summary",),
        "registered": tuple(name for name in headings if name != "confidential_summary"),
        "cda": ("confidential_summary",),
    }[tier]
    return [
        Slide(headings[name], said[f"{name}_{language}"])
        for name in wanted
        if said[f"{name}_{language}"]
    ]


def _by(session: Session, cast: Cast, told: dict[str, Any]) -> dict[str, Any]:
    return {"actor": accounts_by_email(session)[told["by"]], "now": cast.moment(told["at"])}
