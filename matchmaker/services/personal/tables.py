"""Somebody's name and address in tables that organisers sent, and in what failed work says."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState
from matchmaker.store.exchange import ImportFile
from matchmaker.store.journal import Job

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def forget_tables(
    session: Session, told: Collection[str], *, roadshow_id: str | None = None
) -> None:
    """Forget tables that name somebody, what was put right in them, and failures that quote them.

    ``told`` are names and addresses; a table that was taken in already has no bytes any more.
    """
    words = words_of(told)
    if not words:
        return
    files = select(ImportFile)
    jobs = select(Job).where(or_(Job.state == JobState.FAILED, Job.error != ""))
    if roadshow_id is not None:
        files = files.where(ImportFile.roadshow_id == roadshow_id)
        jobs = jobs.where(Job.roadshow_id == roadshow_id)
    for file in session.scalars(files).all():
        if file.content is not None and _holds(zlib.decompress(file.content), words):
            session.delete(file)
        elif _says([file.choices, file.result], words):
            file.choices = {**file.choices, "cells": {}}
    for job in session.scalars(jobs).all():
        if _says([job.error, job.result, job.facts], words):
            job.error, job.result, job.facts = "", {}, {}
    session.flush()


def words_of(told: Collection[str]) -> set[str]:
    """Return the names and addresses that are enough to know somebody by, in small letters."""
    return {word.strip().lower() for word in told if _tells(word.strip())}


def _tells(word: str) -> bool:
    """Tell whether a word is enough to know somebody by: a first name alone is many people's."""
    return "@" in word or " " in word or (len(word) > 1 and not word.isascii())


def _says(values: Any, words: Collection[str]) -> bool:
    text = json.dumps(values, ensure_ascii=False).lower()
    return any(word in text for word in words)


def _holds(content: bytes, words: Collection[str]) -> bool:
    """Tell whether a table's bytes hold one of the words, in whatever they are written."""
    looked_for = {word.encode(code, "replace").lower() for word in words for code in ENCODINGS}
    return any(word in part for part in map(bytes.lower, _parts(content)) for word in looked_for)


def _parts(content: bytes) -> Iterator[bytes]:
    """Return a text file's bytes, or those of a workbook's parts; its size was checked once."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield book.read(name)
