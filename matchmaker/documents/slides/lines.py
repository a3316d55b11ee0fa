"""Paragraphs of a slide broken into lines that fit, each piece with its size, colour and weight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

import pylopdf_fonts_zh_cn
from PIL import ImageFont

from matchmaker.documents.slides.parts import Colour, Node, Page, at, name_of, number

POINT = 12_700  # EMU
_TOKENS = re.compile(
    r"[\u0021-\u2e7f]{1,40}|\s|.[\uff0c\u3002\uff1b\uff1a\u3001\uff01\uff1f\uff09\u300b\u201d]*",
    re.DOTALL,
)


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the packed Chinese and Latin letters in a size of pixels."""
    return ImageFont.truetype(
        pylopdf_fonts_zh_cn.sans_path(), size, layout_engine=ImageFont.Layout.BASIC
    )


@dataclass(slots=True)
class Piece:
    """Words of one look."""

    text: str
    size: int  # pixels
    ink: Colour
    bold: bool
    wide: float = 0.0


@dataclass(slots=True)
class Line:
    """A line of pieces; lengths in pixels."""

    align: str
    indent: float
    high: float
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Setting:
    """Breaks paragraphs into lines; ``free`` is the room in pixels."""

    page: Page
    styles: list[Node]
    scale: float
    free: float
    ink: Colour | None = None

    def set(self, paragraph: Node, lines: list[Line], most: int) -> int:
        """Add the lines of a paragraph of at most so many characters; return how many it had."""
        own = at(paragraph, "pPr")
        level = min(max(number(own, "lvl"), 0), 8) + 1
        says = [own, *(at(style, f"lvl{level}pPr") for style in self.styles)]
        usual = [at(one, "defRPr") for one in says]
        indent = int(first(says, "marL", "0")) * self.scale
        space = next((one for one in map(_space, says) if one), 1.0)
        hang = int(first(says, "indent", "0")) * self.scale
        align, indent = first(says, "algn", "l"), min(max(indent, 0), self.free / 2)
        line = Line(align, min(max(indent + hang, 0), self.free / 2), 0.0)
        lines.append(line)
        used, across = 0, line.indent
        point = next((mark for mark in map(_bullet, says) if mark is not None), "")
        for run in paragraph:
            text = "\n" if name_of(run) == "br" else _text(run)
            piece = self._piece(at(run, "rPr"), usual)
            if point and text.strip():
                wide = max(font(piece.size).getlength(point), -hang)
                line.pieces.append(replace(piece, text=point, wide=wide))
                point, across = "", across + wide
            for token in _TOKENS.findall(text[: most - used]):
                used += len(token)
                wide = font(piece.size).getlength(token) if token != "\n" else 0.0
                if token == "\n" or (across + wide > self.free and line.pieces and token != " "):
                    line, across = Line(align, indent, 0.0), indent
                    lines.append(line)
                if token != "\n":
                    line.pieces.append(replace(piece, text=token, wide=wide))
                    across += wide
                line.high = max(line.high, piece.size * 1.2 * space)
        if not used:
            line.high = self._piece(at(paragraph, "endParaRPr"), usual).size * 1.2 * space
        return used

    def _piece(self, own: Node | None, usual: list[Node | None]) -> Piece:
        says = [own, *usual]
        size = int(first(says, "sz", "1800")) / 100 * POINT * self.scale
        inks = [self.page.fill(own), self.ink, *(self.page.fill(one) for one in usual)]
        ink = next((one for one in inks if one), self.page.named("tx1") or (0, 0, 0, 255))
        bold = first(says, "b", "0") in ("1", "true")
        return Piece("", round(min(max(size, 5), 300)), ink, bold)


def first(nodes: list[Node | None], name: str, otherwise: str = "") -> str:
    """Return what the nearest says; a whole number where ``otherwise`` is one."""
    for node in nodes:
        if node is not None and name in node.attrib:
            said = node.get(name, otherwise)
            if not otherwise.isdigit() or re.fullmatch(r"-?\d{1,9}", said):
                return said
    return otherwise


def _text(run: Node) -> str:
    said = at(run, "t")
    text = (said.text or "") if said is not None else ""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _bullet(says: Node | None) -> str | None:
    if at(says, "buNone") is not None:
        return ""
    point = at(says, "buChar")
    if point is not None:
        sign = point.get("char", "")
        return sign[:1] if sign.isprintable() and sign.isascii() else "\u2022"
    return "\u2022" if at(says, "buAutoNum") is not None else None


def _space(says: Node | None) -> float:
    said = number(at(says, "lnSpc/spcPct"), "val") / 100_000
    return min(max(said, 0.5), 3.0) if said else 0.0
