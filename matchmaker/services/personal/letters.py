"""Mails that were written into a folder instead of being sent: those that tell of somebody go."""

from __future__ import annotations

from collections.abc import Collection
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from sqlalchemy.orm import Session

from matchmaker.services.files import end_with
from matchmaker.services.personal.tables import words_of


def forget_letters(session: Session, folder: Path, told: Collection[str]) -> None:
    """Remove, with the commit, letters to or about somebody; ``told`` are names and addresses."""
    words = words_of(told)
    for path in sorted(folder.glob("*.eml")) if words else ():
        text = _text(path).lower()
        if any(word in text for word in words):
            end_with(session, path, on="commit")


def _text(path: Path) -> str:
    letter = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    body = letter.get_body(("plain",))
    return "\n".join([*map(str, letter.values()), body.get_content() if body else ""])
