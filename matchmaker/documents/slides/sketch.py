"""A simplified picture of one slide of a PPTX: grounds, pictures, shapes, tables and words.

What it cannot draw (charts, effects, turned things) it marks by a grey frame or leaves out. Every
kind of work has a budget, so that a slide made to hurt ends as a plainer picture.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from PIL import Image, ImageDraw

from matchmaker.documents.slides import parts
from matchmaker.documents.slides.lines import POINT, Line, Setting, first, font
from matchmaker.documents.slides.parts import Node, Page, Sheet, at, every, name_of, number

WIDTH = 1200  # pixels
MOST_SHAPES = 600
MOST_SIGNS = 8000  # characters of a slide
MOST_PIXELS = 40_000_000  # of a slide's pictures together
MOST_BYTES = 24 * 1024 * 1024  # of an embedded picture
MOST_DEPTH = 8  # groups within groups
PATIENCE = 2.0  # processor seconds
MARK = (128, 128, 128, 90)
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""
_CORNERS = {
    "triangle": "0.5,0 1,1 0,1",
    "rtTriangle": "0,0 1,1 0,1",
    "diamond": "0.5,0 1,0.5 0.5,1 0,0.5",
    "parallelogram": "0.2,0 1,0 0.8,1 0,1",
    "hexagon": "0.2,0 0.8,0 1,0.5 0.8,1 0.2,1 0,0.5",
    "homePlate": "0,0 0.85,0 1,0.5 0.85,1 0,1",
    "chevron": "0,0 0.8,0 1,0.5 0.8,1 0,1 0.2,0.5",
    "rightArrow": "0,0.25 0.65,0.25 0.65,0 1,0.5 0.65,1 0.65,0.75 0,0.75",
    "leftArrow": "1,0.25 0.35,0.25 0.35,0 0,0.5 0.35,1 0.35,0.75 1,0.75",
    "downArrow": "0.25,0 0.75,0 0.75,0.6 1,0.6 0.5,1 0,0.6 0.25,0.6",
}


def sketch(path: Path, page: int) -> Image.Image:
    """Return a picture of a slide, counted from 1 in the order of showing."""
    with zipfile.ZipFile(path) as archive:
        name = parts.slides_of(archive)[page - 1]
        wide, high = parts.size_of(archive)
        image = Image.new("RGB", (WIDTH, round(WIDTH * high / wide)), "white")
        found = parts.page_of(archive, name)
        if found is not None:
            _Pen(image, found, WIDTH / wide).draw()
        return image


class _Pen:
    """Draws one slide; ``scale`` is pixels for one EMU."""

    def __init__(self, image: Image.Image, page: Page, scale: float) -> None:
        self.image, self.page, self.scale = image, page, scale
        self.draw_on = ImageDraw.Draw(image, "RGBA")
        self.shapes, self.signs, self.pixels = MOST_SHAPES, MOST_SIGNS, MOST_PIXELS
        self.until = time.process_time() + PATIENCE

    def draw(self) -> None:
        self._ground()
        shown = [self.page.sheets[0]]
        for sheet in self.page.sheets[1:]:
            if shown[-1].root.get("showMasterSp") == "0":
                break
            shown.append(sheet)
        for sheet in reversed(shown):
            tree, own = at(sheet.root, "cSld/spTree"), sheet is self.page.sheets[0]
            for shape, place in self._walk(tree, (self.scale, self.scale, 0, 0), 0):
                if own or at(shape, "nvSpPr/nvPr/ph") is None:
                    self._shape(shape, sheet, place)

    def _walk(self, tree: Node | None, place: Box, depth: int) -> Iterator[tuple[Node, Box]]:
        """Give the shapes of a tree, each with the scale and the shift of the group it is in."""
        for node in tree if tree is not None and depth < MOST_DEPTH else ():
            if time.process_time() > self.until or self.shapes <= 0:
                return
            kind = name_of(node)
            if kind == "grpSp":
                yield from self._walk(node, _within(at(node, "grpSpPr/xfrm"), place), depth + 1)
            elif kind == "AlternateContent":
                other = at(node, "Fallback")
                chosen = other if other is not None and len(other) else at(node, "Choice")
                yield from self._walk(chosen, place, depth + 1)
            elif kind in ("sp", "pic", "graphicFrame", "cxnSp"):
                self.shapes -= 1
                yield node, place

    def _shape(self, shape: Node, sheet: Sheet, place: Box) -> None:
        models = self.page.model(shape)
        forms = [
            at(one, "spPr/xfrm") if at(one, "xfrm") is None else at(one, "xfrm") for one in models
        ]
        form = next((one for one in forms if one is not None), None)
        box = self._box(form, place)
        if box is None:
            return None
        kind = name_of(shape)
        if kind == "graphicFrame":
            table = at(shape, "graphic/graphicData/tbl")
            return self._table(table, box) if table is not None else self._mark(box)
        if kind == "pic":
            return self._picture(at(shape, "blipFill"), sheet, box)
        self._form(shape, sheet, box, form)
        if at(shape, "txBody") is not None:
            self._words(models, box)
        return None

    def _box(self, form: Node | None, place: Box) -> Box | None:
        if form is None:
            return None
        start, size = at(form, "off"), at(form, "ext")
        left = number(start, "x") * place[0] + place[2]
        top = number(start, "y") * place[1] + place[3]
        right = left + number(size, "cx") * place[0]
        bottom = top + number(size, "cy") * place[1]
        far = 4 * WIDTH  # beyond it nothing is seen, and drawing would take long
        left, top, right, bottom = (min(max(one, -far), far) for one in (left, top, right, bottom))
        return left, top, max(left, right), max(top, bottom)

    def _ground(self) -> None:
        for sheet in self.page.sheets:
            ground = at(sheet.root, "cSld/bg")
            if ground is not None:
                said = at(ground, "bgPr")
                whole = (0.0, 0.0, float(self.image.width), float(self.image.height))
                colour = self.page.fill(said) or self.page.colour(at(ground, "bgRef"))
                if colour:
                    self.draw_on.rectangle(whole, fill=colour)
                if at(said, "blipFill") is not None:
                    self._picture(at(said, "blipFill"), sheet, whole)
                return

    def _mark(self, box: Box) -> None:
        self.draw_on.rectangle(box, fill=(128, 128, 128, 40), outline=MARK)

    def _picture(self, filled: Node | None, sheet: Sheet, box: Box) -> None:
        wide, high = round(box[2] - box[0]), round(box[3] - box[1])
        if not 0 < wide * high <= 4 * self.image.width * self.image.height:
            return None
        name = sheet.links.get(parts.reference(at(filled, "blip"), "embed"), ("", ""))[1]
        try:
            picture = self._opened(name)
        except (OSError, ValueError, SyntaxError, KeyError, zipfile.BadZipFile):
            picture = None
        if picture is None:
            return self._mark(box)
        part = at(filled, "srcRect")
        edges = [min(max(number(part, one) / 100_000, 0), 0.99) for one in ("l", "t", "r", "b")]
        kept = (
            edges[0] * picture.width,
            edges[1] * picture.height,
            (1 - edges[2]) * picture.width,
            (1 - edges[3]) * picture.height,
        )
        if kept[0] < kept[2] and kept[1] < kept[3]:
            fitted = picture.resize((wide, high), box=kept, reducing_gap=2.0)
            self.image.paste(fitted, (round(box[0]), round(box[1])), fitted.getchannel("A"))
        return None

    def _opened(self, name: str) -> Image.Image | None:
        if self.page.archive.getinfo(name).file_size > MOST_BYTES:
            return None
        with self.page.archive.open(name) as file:
            content = io.BytesIO(file.read(MOST_BYTES))
        with Image.open(content, formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > self.pixels:
                return None
            self.pixels -= picture.width * picture.height
            picture.draft("RGB", self.image.size)
            picture.thumbnail(self.image.size)
            return picture.convert("RGBA")

    def _form(self, shape: Node, sheet: Sheet, box: Box, form: Node | None) -> None:
        said, line = at(shape, "spPr"), at(shape, "spPr/ln")
        fill = self.page.fill(said, at(shape, "style/fillRef"))
        edge = self.page.fill(line, at(shape, "style/lnRef"))
        thick = min(max(round(number(line, "w", POINT) * self.scale), 1), 40) if edge else 0
        sort = at(said, "prstGeom")
        kind = sort.get("prst", "") if sort is not None else ""
        if at(said, "blipFill") is not None:
            self._picture(at(said, "blipFill"), sheet, box)
        elif name_of(shape) == "cxnSp" or kind == "line":
            ends = [box[0], box[1], box[2], box[3]]
            if form is not None and (form.get("flipV") == "1") != (form.get("flipH") == "1"):
                ends[1], ends[3] = ends[3], ends[1]
            self.draw_on.line(ends, fill=edge or MARK, width=max(thick, 1))
        elif fill or edge:
            corners = _corners(kind, at(said, "custGeom/pathLst/path"), box)
            if kind == "ellipse":
                self.draw_on.ellipse(box, fill=fill, outline=edge, width=thick)
            elif kind == "roundRect":
                round_by = min(box[2] - box[0], box[3] - box[1]) / 6
                self.draw_on.rounded_rectangle(box, round_by, fill, edge, thick)
            elif corners:
                self.draw_on.polygon(corners, fill=fill, outline=edge, width=max(thick, 1))
            else:
                self.draw_on.rectangle(box, fill=fill, outline=edge, width=thick)

    def _table(self, table: Node, box: Box) -> None:
        widths = [number(one, "w") * self.scale for one in every(table, "tblGrid/gridCol")[:40]]
        lefts = list(accumulate(widths, initial=box[0]))
        top, heads = box[1], number(at(table, "tblPr"), "firstRow")
        for row_number, row in enumerate(every(table, "tr")[:80]):
            bottom = top + min(max(number(row, "h"), 0) * self.scale, WIDTH)
            for column, cell in enumerate(every(row, "tc")[: len(widths)]):
                if cell.get("hMerge") == "1" or cell.get("vMerge") == "1":
                    continue
                last = min(column + max(number(cell, "gridSpan", 1), 1), len(widths))
                place = (lefts[column], top, lefts[last], bottom)
                head = row_number == 0 and heads
                fill = self.page.fill(at(cell, "tcPr"))
                if fill is None and head:
                    fill = self.page.named("accent1")
                self.draw_on.rectangle(place, fill=fill, outline=MARK)
                self._words([cell], place, white=bool(head))
            top = bottom

    def _words(self, models: list[Node], box: Box, *, white: bool = False) -> None:
        bodies = [at(one, "txBody/bodyPr") for one in models]
        sides = {"lIns": 91_440, "tIns": 45_720, "rIns": 91_440, "bIns": 45_720}
        inset = [int(first(bodies, one, str(usual))) * self.scale for one, usual in sides.items()]
        left, top = box[0] + inset[0], box[1] + inset[1]
        right, bottom = max(box[2] - inset[2], left + 4), box[3] - inset[3]
        free = 9 * WIDTH if first(bodies, "wrap") == "none" else right - left
        fit = number(at(bodies[0], "normAutofit"), "fontScale", 100_000) / 100_000
        ink = self.page.colour(at(models[0], "style/fontRef"))
        setting = Setting(self.page, self.page.styles(models), self.scale * fit, free)
        setting.ink = (255, 255, 255, 255) if white else ink
        lines: list[Line] = []
        for paragraph in every(models[0], "txBody/p"):
            if self.signs <= 0 or time.process_time() > self.until:
                break
            self.signs -= setting.set(paragraph, lines, self.signs)
        spare = bottom - top - sum(line.high for line in lines)
        anchor = first([at(models[0], "tcPr"), *bodies], "anchor", "t")
        y = top + {"ctr": spare / 2, "b": spare}.get(anchor, 0.0)
        for line in lines:
            wide = sum(piece.wide for piece in line.pieces)
            shift = {"ctr": 0.5, "r": 1.0}.get(line.align, 0.0) if free < WIDTH * 9 else 0.0
            x = left + line.indent + shift * (right - left - line.indent - wide)
            for piece in line.pieces:
                self.draw_on.text(
                    (x, y + line.high * 0.8),
                    piece.text,
                    fill=piece.ink,
                    font=font(piece.size),
                    anchor="ls",
                    stroke_width=piece.size / 40 if piece.bold else 0,
                )
                x += piece.wide
            y += line.high


def _within(form: Node | None, place: Box) -> Box:
    """Return scale and shift of what lies in a group, from those of the group."""
    start, size = at(form, "off"), at(form, "ext")
    inner, extent = at(form, "chOff"), at(form, "chExt")
    wide = place[0] * number(size, "cx", 1) / max(number(extent, "cx", 1), 1)
    high = place[1] * number(size, "cy", 1) / max(number(extent, "cy", 1), 1)
    left = number(start, "x") * place[0] + place[2] - number(inner, "x") * wide
    top = number(start, "y") * place[1] + place[3] - number(inner, "y") * high
    return wide, high, left, top


def _corners(kind: str, path: Node | None, box: Box) -> list[tuple[float, float]]:
    """Return the corners of a shape with straight edges; none of one that is taken as a box."""
    shares = [one.split(",") for one in _CORNERS.get(kind, "").split()]
    found = [(float(x), float(y)) for x, y in shares]
    if path is not None:
        across, down = max(number(path, "w"), 1), max(number(path, "h"), 1)
        points = [one for one in path.iter() if name_of(one) == "pt"][:2000]
        found = [(number(one, "x") / across, number(one, "y") / down) for one in points]
    far = [(min(max(x, -2.0), 3.0), min(max(y, -2.0), 3.0)) for x, y in found]
    wide, high = box[2] - box[0], box[3] - box[1]
    corners = [(box[0] + x * wide, box[1] + y * high) for x, y in far]
    return corners if len(corners) > 2 else []
