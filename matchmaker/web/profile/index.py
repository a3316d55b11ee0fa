"""What the search for fields and places asks for: the whole tree, both languages, once."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from typing import Any

from babel import Locale
from flask import Response, request, url_for

from matchmaker.core.pinyin import initials
from matchmaker.core.places import place_path
from matchmaker.core.policy import Action
from matchmaker.services.fields import taxonomy
from matchmaker.services.profile.values import territories
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp

DAY = 86_400  # seconds
YEAR = 365 * DAY
SHORTEST = 2  # letters of pinyin; one says nothing
Rows = list[dict[str, Any]]


@bp.get("/fields.json")
@needs(Action.PUBLIC)
def fields() -> Response:
    """The taxonomy: [{code, parent, en, zh, aliases, initials}]; ``?q=`` searches it here."""
    sought = request.args.get("q", "").strip()
    if not sought:
        return _kept("fields")
    rows = [_field(code) for code in _found(sought[:80])]
    answer = Response(_said(rows), mimetype="application/json")
    answer.cache_control.max_age = DAY
    return answer


@bp.get("/places.json")
@needs(Action.PUBLIC)
def places() -> Response:
    """Countries and groups of countries in the same form."""
    return _kept("places")


@bp.app_template_global()
def index_of(what: str) -> str:
    """Return the address of "fields" or "places", which changes with what stands there."""
    return url_for(f"profile.{what}", v=_index(what)[1])


@cache
def _index(what: str) -> tuple[bytes, str, bytes]:
    """Return an index as JSON, a digest of it, and the JSON packed."""
    rows = [_field(code) for code in taxonomy()] if what == "fields" else _places()
    said = _said(rows)
    return said, hashlib.sha256(said).hexdigest()[:10], gzip.compress(said, 9, mtime=0)


def _field(code: str) -> dict[str, Any]:
    node = taxonomy()[code]
    return {
        "code": code,
        "parent": node.parent,
        "en": node.en,
        "zh": node.zh,
        "aliases": [*node.aliases_en, *node.aliases_zh],
        "initials": _initials(code),
    }


def _places() -> Rows:
    english, chinese = (Locale.parse(code).territories for code in ("en", "zh_Hans"))
    rows = []
    for code in sorted(territories() - {"001"}):
        path = place_path(code)
        rows.append(
            {
                "code": code,
                "parent": path[-2] if len(path) > 1 else None,
                "en": english[code],
                "zh": chinese.get(code, english[code]),
                "aliases": [code],
                "initials": [initials(chinese.get(code, ""))],
            }
        )
    return rows


def _found(sought: str) -> list[str]:
    """Return the codes whose names match, then those whose pinyin begins like it."""
    tree = taxonomy()
    named = tree.search(sought)
    letters = sought.lower().replace(" ", "")
    if not letters.isalnum() or not letters.isascii() or len(letters) < SHORTEST:
        return named
    typed = [code for code in tree if any(one.startswith(letters) for one in _initials(code))]
    return [*named, *(code for code in typed if code not in named)]


@cache
def _initials(code: str) -> list[str]:
    node = taxonomy()[code]
    return list(dict.fromkeys(initials(name) for name in (node.zh, *node.aliases_zh) if name))


def _said(rows: Rows) -> bytes:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _kept(what: str) -> Response:
    """Return an index, packed for who takes it: it is the same for everybody.

    Asked for by its digest it never changes, so browsers keep it.
    """
    said, digest, packed = _index(what)
    takes = bool(request.accept_encodings["gzip"])
    answer = Response(packed if takes else said, mimetype="application/json")
    if takes:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.cache_control.private = True  # the sign-in may set its cookie beside it
    answer.cache_control.max_age = DAY
    if request.args.get("v") == digest:
        answer.cache_control.max_age = YEAR
        answer.cache_control.immutable = True
    return answer
