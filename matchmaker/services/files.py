"""Files of a project: examined under limits, kept under random keys outside the web root."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.documents.pages import words
from matchmaker.services import deck, journal
from matchmaker.store.account import Account
from matchmaker.store.profile import Project
from matchmaker.store.roadshow import File

TIERS = ("public", "registered", "cda")
MOST_FILES = 12
PATIENCE = 15  # seconds a busy machine may take for it
PIECE = 1 << 20
LONGEST_NAME = 200  # bytes; file systems take 255, and an archive puts an id in front


def keep_file(
    session: Session,
    project: Project,
    stream: IO[bytes],
    name: str,
    tier: str,
    *,
    folder: Path,
    most_bytes: int,
    look: Callable[[Path, str], dict[str, Any]] | None = None,
    actor: Account | None,
    now: datetime,
) -> File:
    """Examine an upload and keep it; refuses with the reasons of ``documents.upload``.

    The bytes leave the folder again if the transaction is rolled back. ``look`` examines it
    instead of a process apart, for files of our own making.
    """
    if tier not in TIERS:
        raise Refusal("unknown-code", field="tier", value=tier)
    count = session.scalar(
        select(func.count()).select_from(File).where(File.project_id == project.id)
    )
    if (count or 0) >= MOST_FILES:
        raise Refusal("too-many-files", most=MOST_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    key = secrets.token_hex(24)
    path = folder / key
    try:
        digest, size = _write(stream, path, most_bytes)
        found = (look or examine_apart)(path, name)
        read = words if look else deck.words_apart
        said = read(path, found["kind"])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    row = File(
        roadshow_id=project.roadshow_id,
        project_id=project.id,
        tier=tier,
        name=safe_name(name, found["kind"]),
        mime=found["mime"],
        size=size,
        pages=found["pages"],
        sha256=digest,
        key=key,
        uploaded_by_id=actor.id if actor else None,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    deck.keep_words(session, row, said)
    end_with(session, path, on="rollback")
    journal.write(session, "file.kept", row, actor=actor, now=now, tier=tier, size=size)
    return row


def set_tier(
    session: Session, file: File, tier: str, *, actor: Account | None, now: datetime
) -> None:
    """Change who may read a file."""
    if tier not in TIERS:
        raise Refusal("unknown-code", field="tier", value=tier)
    if tier != file.tier:
        before, file.tier = file.tier, tier
        journal.write(session, "file.tier", file, actor=actor, now=now, before=before, after=tier)


def remove_file(
    session: Session, file: File, *, folder: Path, actor: Account | None, now: datetime
) -> None:
    """Forget a file; its bytes go when the transaction is committed."""
    journal.write(session, "file.removed", file, actor=actor, now=now)
    for path in (path_of(folder, file), *deck.forget_pictures(folder, file)):
        end_with(session, path, on="commit")
    session.delete(file)
    session.flush()


def files_of(session: Session, project: Project) -> list[File]:
    """Return a project's files, the oldest first. Ask ``may`` for each one's tier."""
    return list(
        session.scalars(
            select(File).where(File.project_id == project.id).order_by(File.uploaded_at, File.id)
        )
    )


def path_of(folder: Path, file: File) -> Path:
    """Return where a file's bytes lie."""
    if not file.key.isalnum():
        raise LookupError("a key that is none of ours")
    return folder / file.key


def safe_name(name: str, kind: str) -> str:
    """Return a name that can be shown and saved anywhere: no path, no control, its true ending."""
    base = PurePosixPath(name.replace("\\", "/")).name
    base = unicodedata.normalize("NFC", base)
    kept = "".join(
        "_" if unicodedata.category(sign) in _UNSEEN or sign in '<>:"/|?*;%' else sign
        for sign in base
    )
    stem = kept.rsplit(".", 1)[0].strip(" ._") or "file"
    if stem.split(".")[0].upper() in _RESERVED:
        stem = f"_{stem}"
    short = stem[:120].encode("utf-8", "ignore")[:LONGEST_NAME].decode("utf-8", "ignore")
    return f"{short.rstrip(' .')}.{kind}"


_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_RESERVED = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"),
    *("CONIN$", "CONOUT$"),
}


def examine_apart(path: Path, name: str) -> dict[str, Any]:
    """Examine a file in a process of its own; whatever happens to it, the answer is a refusal."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own module; the name is an argument, no shell
            [sys.executable, "-m", "matchmaker.documents.upload", str(path), _plain(name)],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Refusal("file-check-failed") from error
    if "reason" in found:
        raise Refusal(found["reason"], **found["facts"])
    return dict(found)


def _plain(name: str) -> str:
    return "x" + PurePosixPath(name.replace("\\", "/").replace("\0", "")).suffix[:10]


def _write(stream: IO[bytes], path: Path, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > most:
                raise Refusal("file-too-large", most=most // (1024 * 1024))
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest(), size


def end_with(session: Session, path: Path, *, on: str) -> None:
    """Remove the bytes when the transaction ends in this way."""
    done = False

    def end(ended: Session, *_rest: Any) -> None:
        nonlocal done
        if ended is session and not done:
            done = True
            path.unlink(missing_ok=True)

    def other(ended: Session, *_rest: Any) -> None:
        nonlocal done
        done = done or ended is session

    ways = {
        "rollback": ("after_rollback", "after_commit"),
        "commit": ("after_commit", "after_rollback"),
    }
    mine, others = ways[on]
    event.listen(session, mine, end)
    event.listen(session, others, other)
