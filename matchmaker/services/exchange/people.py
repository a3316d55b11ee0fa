"""People as a cell names them: our own form, or names as they come."""

from __future__ import annotations

import re

from matchmaker.services.exchange import cells
from matchmaker.services.exchange.rows import PersonCell
from matchmaker.services.exchange.vocabulary import language_code

_MAIL = re.compile(r"<?([^\s<>,;]+@[^\s<>,;]+)>?")
_PARTS = 6


def people(text: str) -> tuple[PersonCell, ...]:
    """Return the people of ``Name|中文名|Title|职务|email|en+zh; ...`` or of "Ann Lee <a@b.c>"."""
    found = []
    for item in re.split(r"[;；\n]+", text):
        if cells.is_nothing(item):
            continue
        if "|" in item:
            found.append(_own_form(item))
        else:
            found.extend(_as_it_comes(part) for part in _names(item))
    return tuple(person for person in found if person.name_en or person.name_zh or person.email)


def person_text(person: PersonCell) -> str:
    """Return a person in our own form, for a cell of an export."""
    parts = (
        person.name_en,
        person.name_zh,
        person.title_en,
        person.title_zh,
        person.email,
        "+".join(person.languages),
    )
    return "|".join(re.sub(r"[|;；\n]+", " ", part) for part in parts)


def _own_form(item: str) -> PersonCell:
    parts = [part.strip() for part in item.split("|")]
    name_en, name_zh, title_en, title_zh, email, languages = (parts + [""] * _PARTS)[:_PARTS]
    return PersonCell(
        name_en=name_en,
        name_zh=name_zh,
        title_en=title_en,
        title_zh=title_zh,
        email=email,
        languages=spoken(languages),
    )


def spoken(text: str) -> tuple[str, ...]:
    """Return the language codes of "en+zh"; words that are no language are left out."""
    codes = (language_code(word) for word in re.split(r"[+,，、/ ]+", text) if word)
    return tuple(dict.fromkeys(code for code in codes if code))


def _names(item: str) -> list[str]:
    """Split at commas only where every part is a whole name."""
    parts = [part.strip() for part in re.split(r"[,，、]", item)]
    whole = all(" " in part or cells.is_chinese(part) or "@" in part for part in parts)
    return parts if whole else [item.strip()]


def _as_it_comes(text: str) -> PersonCell:
    mail = _MAIL.search(text)
    name = _MAIL.sub(" ", text).strip(" ,()<>")
    email = mail[1] if mail else ""
    if cells.is_chinese(name):
        return PersonCell(name_zh=name, email=email)
    return PersonCell(name_en=" ".join(name.split()), email=email)
