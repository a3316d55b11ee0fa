"""What the search for fields and places asks for: the whole tree, both languages, once."""

from __future__ import annotations

import gzip
import json
from functools import cache

from babel import Locale
from flask import Response, current_app, request
from flask import jsonify as json_answer

from matchmaker.core.pinyin import initials
from matchmaker.core.places import place_path
from matchmaker.core.policy import Action
from matchmaker.services.fields import taxonomy
from matchmaker.services.profile.values import territories
from matchmaker.web.access import needs
from matchmaker.web.profile.blueprint import bp

DAY = 86_400  # seconds
SHORTEST = 2  # letters of pinyin; one says nothing


@bp.get("/fields.json")
@needs(Action.PUBLIC)
def fields() -> Response:
    """The taxonomy: [{code, parent, en, zh, aliases, initials}]; ``?q=`` searches it here."""
    tree = taxonomy()
    sought = request.args.get("q", "").strip()
    codes = _found(sought[:80]) if sought else list(tree)
    rows = [
        {
            "code": code,
            "parent": tree[code].parent,
            "en": tree[code].en,
            "zh": tree[code].zh,
            "aliases": [*tree[code].aliases_en, *tree[code].aliases_zh],
            "initials": _initials(code),
        }
        for code in codes
    ]
    return _kept(rows)


@bp.get("/places.json")
@needs(Action.PUBLIC)
def places() -> Response:
    """Countries and groups of countries in the same form."""
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
    return _kept(rows)


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


def _kept(rows: object) -> Response:
    """Return rows as JSON, packed for who takes it: it is public and much alike."""
    answer = json_answer(rows)
    said = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    if request.accept_encodings["gzip"]:
        said = gzip.compress(said, 6, mtime=0)
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_data(said)
    if not current_app.debug:
        answer.cache_control.max_age = DAY
    return answer
