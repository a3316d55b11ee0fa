"""Bring the Chinese catalogue up to date with the sources: `python .ci/translations.py`.

Extracts every message from code and templates into `messages.po`, keeps what is translated, drops
what is gone, compiles `messages.mo` and `flask_security.mo` (the sign-in library's messages in our
words), and names what has no Chinese yet; exit code 1 then. Both files are committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "matchmaker" / "translations" / "zh_Hans_CN" / "LC_MESSAGES"
LOCALE = "zh_Hans_CN"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
STILL = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: a header alone is no change


def extract() -> Catalog:
    """Return the messages of the sources with the files they stand in."""
    mapping = ROOT / "matchmaker" / "translations" / "babel.cfg"
    with mapping.open(encoding="utf-8") as lines:
        methods, options = parse_mapping_cfg(lines, filename=str(mapping))
    found = Catalog(
        locale=LOCALE,
        header_comment="# The pages of matchmaker in Simplified Chinese.",
        project="matchmaker",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=STILL,
        revision_date=STILL,
        fuzzy=False,
    )
    for file, _line, text, comments, context in extract_from_dir(
        str(ROOT), methods, options, KEYWORDS, comment_tags=()
    ):
        found.add(text, None, [(file, 0)], auto_comments=comments, context=context)
    return found


def read(domain: str = "messages") -> Catalog:
    """Return the committed catalogue of a domain, empty if there is none."""
    path = FOLDER / f"{domain}.po"
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as lines:
        return read_po(lines, locale=LOCALE)


def update(words: Mapping[str, str | list[str]] | None = None) -> Catalog:
    """Return the sources' messages with the Chinese of the catalogue, else that of ``words``."""
    known, words = read(), words or {}
    fresh = extract()
    for message in fresh:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        if old is not None and _complete(old):
            message.string = old.string
        elif (new := words.get(_singular(message))) is not None:
            message.string = _shape(message, new)
    return fresh


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Yield the messages that have no Chinese."""
    return (message for message in catalog if message.id and not _complete(message))


def save(catalog: Catalog) -> None:
    """Write the catalogue and compile both domains."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "messages.po").open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    for domain in ("messages", "flask_security"):
        if (FOLDER / f"{domain}.po").exists():
            with (FOLDER / f"{domain}.mo").open("wb") as file:
                write_mo(file, read(domain))


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def _shape(message: Message, words: str | list[str]) -> str | tuple[str, ...]:
    one = words if isinstance(words, str) else words[0]
    return (one,) if isinstance(message.id, tuple) else one


def _complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings) and not message.fuzzy


def main(words: Mapping[str, str | list[str]] | None = None) -> int:
    """Update, save and report; return the process's exit code."""
    catalog = update(words)
    save(catalog)
    missing = list(untranslated(catalog))
    for message in missing:
        where = ", ".join(sorted({file for file, _ in message.locations}))
        sys.stdout.write(f"{_singular(message)!r}  ({where})\n")
    sys.stdout.write(f"{len(catalog)} messages, {len(missing)} without Chinese\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
