"""Counts that follow a draft while it is written: who is let in, what a gap costs."""

from __future__ import annotations

import re
from typing import Any

from matchmaker.core.journey import Phase
from tests.web.test_profile_pages import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]
PIECE = {"HX-Request": "true"}


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def test_each_criterion_says_what_it_lets_in(cast: Cast, sign_in: Any, look: Any) -> None:
    client = sign_in(cast.ivan)
    client.post(
        page_of(cast, f"{INVESTOR}/edit/looks"),
        data={"fields": ["cgt"], "stages": ["phase_2"]},
    )
    client.post(
        page_of(cast, f"{INVESTOR}/edit/limits"),
        data={"exclusions-0-what": "Cell therapy", "only": ["stage"]},
    )
    path = page_of(cast, f"{INVESTOR}/edit/counts")
    piece = client.get(path, headers=PIECE).text
    assert "0 of 1 projects pass all your hard limits." in piece
    assert [
        ["Criterion", "in", "lower", "out"],
        ["Field", "1", "0", "0"],
        ["Stage", "0", "–", "1"],
        ["No Cell therapy", "0", "–", "1"],
    ] == cells(piece)
    assert "<html" not in piece
    assert "<html" in client.get(path).text
    with look() as session:
        session.get_one(type(cast.roadshow), cast.roadshow.id).phase = Phase.SELECTION
        session.commit()
    hidden = client.get(path, headers=PIECE).text
    assert ["Field", "&lt;5", "0", "0"] == cells(hidden)[1]


def test_reach_is_not_counted_for_a_handful_and_nobody_else_sees_it(
    cast: Cast, sign_in: Any
) -> None:
    path = page_of(cast, f"{PROJECT}/edit/reach")
    assert "Too few have handed in" in sign_in(cast.anna).get(path, headers=PIECE).text
    assert 403 == sign_in(cast.ivan).get(path, headers=PIECE).status_code
