"""The pages of a project's files: searched and shown within the rights of whoever reads."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.core.policy import Viewer
from matchmaker.core.refusal import Refusal
from matchmaker.documents import pages as drawn
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import File, FilePage, Roadshow

PATIENCE = 15  # seconds a busy machine may take for it
SPEAKING = ("pdf", "pptx")
"""Kinds whose words can be read."""


def kind_of(file: File) -> str:
    """Return the kind of a kept file, as its name ends."""
    return file.name.rsplit(".", 1)[-1].lower()


def words_apart(path: Path, kind: str) -> list[str]:
    """Return the words of each page, read in a process of its own; none where that fails."""
    if kind not in SPEAKING:
        return []
    try:
        found = json.loads(_apart("words", str(path), kind))
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return [str(text) for text in found]


def keep_words(session: Session, file: File, words: Sequence[str]) -> None:
    """Keep the words of a file's pages, so that they can be searched."""
    session.add_all(
        FilePage(file_id=file.id, number=number, text=text)
        for number, text in enumerate(words, 1)
        if text
    )
    session.flush()


def words_of(session: Session, file: File) -> dict[int, str]:
    """Return the words of a file's pages by number."""
    query = select(FilePage).where(FilePage.file_id == file.id).order_by(FilePage.number)
    return {page.number: page.text for page in session.scalars(query)}


def pictures(file: File) -> int:
    """Return how many pages of a file can be shown as pictures."""
    kind = kind_of(file)
    if kind not in drawn.DRAWN:
        return 0
    return (file.pages or 0) if kind == "pptx" else (file.pages or 1)


def is_sketched(file: File) -> bool:
    """Whether the pictures of a file's pages are simplified."""
    return kind_of(file) == "pptx"


def picture_of(folder: Path, file: File, number: int) -> Path:
    """Return where the picture of a page lies; it is drawn when it is first asked for."""
    if not 1 <= number <= pictures(file):
        raise Refusal("no-such-page", hint="This file has no such page.", number=number)
    path = folder / f"{file.key}-{number}.jpg"
    if path.is_file():
        return path
    try:
        content = _apart("picture", str(folder / file.key), kind_of(file), str(number))
    except subprocess.TimeoutExpired:
        content = b""
    if not content.startswith(b"\xff\xd8\xff"):
        raise Refusal("page-not-drawn", hint="This page cannot be shown; load the file instead.")
    fresh = folder / f"{file.key}-{secrets.token_hex(4)}.part"
    fresh.write_bytes(content)
    fresh.chmod(0o600)
    fresh.replace(path)
    return path


def forget_pictures(folder: Path, file: File) -> list[Path]:
    """Return the pictures that were drawn of a file, to be removed with it."""
    return sorted(folder.glob(f"{file.key}-*"))


def says(viewer: Viewer, roadshow: Roadshow, word: str) -> ColumnElement[bool]:
    """Return the condition that a file of a project, one that the viewer may read, has a word.

    The rights are those of ``may`` for each tier, said to the database: own teams and signed CDAs
    open everything, taking part as an investor, organising and reviewing open the second tier.
    """
    signed = {project for project, _ in viewer.cdas} | viewer.projects
    second: ColumnElement[bool] = Project.id.in_(viewer.assigned - viewer.conflicts)
    if viewer.has(Role.ORGANISER, roadshow.id) or viewer.has(Role.INVESTOR, roadshow.id):
        second = Project.id.is_not(None)
    readable = or_(
        File.tier == "public",
        and_(File.tier == "registered", second),
        Project.id.in_(signed),
    )
    return exists(
        select(FilePage.number)
        .join(File, File.id == FilePage.file_id)
        .where(
            File.project_id == Project.id,
            readable,
            FilePage.text.icontains(word, autoescape=True),
        )
        .correlate(Project)
    )


def _apart(*arguments: str) -> bytes:
    done = subprocess.run(  # noqa: S603 -- our own module; no shell
        [sys.executable, "-m", "matchmaker.documents.pages", *arguments],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.stdout
