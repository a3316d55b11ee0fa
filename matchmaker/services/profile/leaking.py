"""Texts of a draft that perhaps tell too much to too many, and moving them behind the CDA."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.core.leak import Leak, leaks, sentence_at
from matchmaker.core.refusal import Refusal
from matchmaker.services.profile.drafts import project_draft
from matchmaker.services.profile.writing import save_project
from matchmaker.store.account import Account
from matchmaker.store.profile import Project, ProjectRegistered, ProjectVersion

PUBLIC_TEXTS = ("title", "pitch", "summary")
REGISTERED_TEXTS = (
    *("unmet_need", "differentiation", "seeking", "use_of_funds", "regulatory", "ip"),
    *("milestone", "rights", "standard", "competitors", "advisors"),
)
OPEN_TEXTS = tuple(
    f"{name}_{language}" for name in (*PUBLIC_TEXTS, *REGISTERED_TEXTS) for language in ("en", "zh")
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a draft's open texts that somebody should look at."""

    name: str
    leak: Leak


def leaks_of(draft: ProjectVersion) -> list[Spot]:
    """Return the suspicious places of a draft's public and registered texts."""
    return [
        Spot(name, leak)
        for name in OPEN_TEXTS
        for leak in leaks(getattr(_holder(draft, name), name))
    ]


def hide_sentence(
    session: Session, project: Project, name: str, at: int, *, actor: Account | None, now: datetime
) -> str:
    """Move the sentence at a place of an open text to the end of the confidential summary."""
    if name not in OPEN_TEXTS or name.startswith("title"):
        raise Refusal("unknown-code", field=name, value=name)
    draft = project_draft(session, project, lock=True)
    text: str = getattr(_holder(draft, name), name)
    if not any(leak.at == at for leak in leaks(text)):
        raise Refusal("stale", hint="The text has changed meanwhile.")
    begin, end = sentence_at(text, at)
    sentence = text[begin:end].strip()
    hidden = f"confidential_summary_{name[-2:]}"
    kept = getattr(draft.confidential, f"summary_{name[-2:]}")
    rest = f"{text[:begin].rstrip(' ')} {text[end:].lstrip(' ')}".strip()
    values = {name: rest, hidden: f"{kept}\n{sentence}".strip()}
    save_project(session, project, values, revision=draft.revision, actor=actor, now=now)
    return sentence


def _holder(draft: ProjectVersion, name: str) -> ProjectVersion | ProjectRegistered:
    return draft if name[:-3] in PUBLIC_TEXTS else draft.registered
