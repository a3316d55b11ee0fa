"""A plain deck of slides: one heading and one passage each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst

from matchmaker.documents.pdf import FONTS
from matchmaker.documents.safe import clean

TEMPLATES = Path(__file__).parent / "typst"


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide after the first one."""

    heading: str
    text: str


def deck(title: str, organisation: str, slides: Sequence[Slide], *, footer: str = "") -> bytes:
    """Return a PDF of 16:9 slides, the first with the title; same content, same bytes."""
    data = {
        "title": clean(title),
        "organisation": clean(organisation),
        "footer": clean(footer),
        "slides": [{name: clean(text) for name, text in asdict(slide).items()} for slide in slides],
    }
    page = typst.compile(
        str(TEMPLATES / "deck.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=0,
    )
    assert page is not None
    return bytes(page)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
