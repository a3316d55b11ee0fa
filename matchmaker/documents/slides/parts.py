"""What a PPTX says about its slides: order, size, colours, and what a slide takes from its models.

A slide is built on a layout and this on a master; what one leaves open, the next one says. Nothing
outside the file is ever followed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree as ET

from PIL import ImageColor

MOST_XML = 16 * 1024 * 1024  # bytes of one part
MOST_TAGS = 300_000  # of one part; a slide of a hundred shapes has some thousands
Node = ET.Element
Colour = tuple[int, int, int, int]
USUAL_SIZE = (12_192_000, 6_858_000)  # EMU; 16:9
_DECLARED = re.compile(rb"<\0?!\0?[DE]")
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,4})\.xml")
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_SCHEME = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
_LIKE = {"ctrTitle": "title", "subTitle": "body", "obj": "body", "": "body"}


@cache
def _anywhere(path: str) -> str:
    return "/".join("{*}" + step for step in path.split("/"))


def at(node: Node | None, path: str) -> Node | None:
    """Return the first element at a path of plain names, whatever their namespaces."""
    return None if node is None else node.find(_anywhere(path))


def every(node: Node | None, path: str) -> list[Node]:
    """Return the elements at a path of plain names, whatever their namespaces."""
    return [] if node is None else node.findall(_anywhere(path))


def name_of(node: Node) -> str:
    """Return an element's name without its namespace."""
    return node.tag.rpartition("}")[2]


def number(node: Node | None, name: str, otherwise: int = 0) -> int:
    """Return a whole number that an attribute says, or ``otherwise``."""
    try:
        return int(float(node.get(name, ""))) if node is not None else otherwise
    except (ValueError, OverflowError):
        return otherwise


def xml_of(archive: zipfile.ZipFile, name: str) -> Node | None:
    """Return a part's root; None where it is missing, broken, too large or declares entities."""
    try:
        with archive.open(name) as file:
            content = file.read(MOST_XML)
        if content.count(b"<") > MOST_TAGS or _DECLARED.search(content):
            return None
        return ET.fromstring(content)  # noqa: S314 -- nothing declared: no entities
    except (KeyError, ET.ParseError, LookupError, ValueError):
        return None


def links_of(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part points to within the file: kind and name by reference."""
    folder, _, base = name.rpartition("/")
    found = {}
    for link in every(xml_of(archive, f"{folder}/_rels/{base}.rels"), "Relationship"):
        if link.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))
            kind = link.get("Type", "").rpartition("/")[2]
            found[link.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def reference(node: Node | None, name: str = "id") -> str:
    """Return the reference to another part, an attribute with a namespace."""
    pairs = node.attrib.items() if node is not None else ()
    return next((value for key, value in pairs if key.endswith("}" + name)), "")


def slides_of(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the slides in the order they are shown, unlisted ones last."""
    links = links_of(archive, "ppt/presentation.xml")
    listed = every(xml_of(archive, "ppt/presentation.xml"), "sldIdLst/sldId")
    there = sorted(
        (int(match[1]), name) for name in archive.namelist() if (match := _SLIDE.fullmatch(name))
    )
    names = {name for _, name in there}
    first = [links.get(reference(one), ("", ""))[1] for one in listed]
    return list(dict.fromkeys([name for name in first if name in names] + [n for _, n in there]))


@dataclass(frozen=True)
class Sheet:
    """A slide, a layout or a master."""

    root: Node
    links: dict[str, tuple[str, str]]


@dataclass
class Page:
    """One slide with its models, nearest first, and the colours that their names stand for."""

    archive: zipfile.ZipFile
    sheets: list[Sheet]
    colours: dict[str, str] = field(default_factory=dict)

    def model(self, shape: Node) -> list[Node]:
        """Return a shape and the placeholders it is modelled on, nearest first."""
        mark = at(_about(shape), "nvPr/ph")
        if mark is None:
            return [shape]
        found, kind, place = [shape], mark.get("type", ""), mark.get("idx")
        for sheet in self.sheets[1:]:
            other = _alike(sheet, kind, place)
            if other is not None:
                found.append(other)
                theirs = at(_about(other), "nvPr/ph")
                kind = theirs.get("type", kind) if theirs is not None else kind
            place = None  # masters number theirs otherwise
        return found

    def styles(self, models: list[Node]) -> list[Node]:
        """Return the lists of text styles that hold for a shape, nearest first."""
        mark = at(_about(models[0]), "nvPr/ph")
        kinds = [at(_about(one), "nvPr/ph") for one in models]
        kind = next((k.get("type", "") for k in kinds if k is not None and k.get("type")), "")
        usual = _usual(kind) if mark is not None else "other"
        usual = usual if usual in ("title", "body") else "other"
        own = [at(model, "txBody/lstStyle") for model in models]
        own.append(at(self.sheets[-1].root, f"txStyles/{usual}Style"))
        return [one for one in own if one is not None]

    def named(self, name: str) -> Colour | None:
        """Return the colour that a name of the theme stands for."""
        said = self.colours.get(name, self.colours.get(_SCHEME.get(name, ""), ""))
        return (*ImageColor.getrgb(f"#{said}")[:3], 255) if _HEX.fullmatch(said) else None

    def colour(self, holder: Node | None) -> Colour | None:
        """Return the colour said within an element, red, green, blue and cover of 0 to 255."""
        for node in holder if holder is not None else ():
            said = _value(node)
            if name_of(node) == "schemeClr":
                said = self.colours.get(said, self.colours.get(_SCHEME.get(said, ""), "888888"))
            try:
                said = f"#{said}" if _HEX.fullmatch(said) else said.replace("dk", "dark")
                rgb = ImageColor.getrgb(said)
            except ValueError:
                continue
            return _changed(rgb[:3], node)
        return None

    def fill(self, holder: Node | None, style: Node | None = None) -> Colour | None:
        """Return what a shape, a cell or a ground is filled with; None for nothing."""
        for node in holder if holder is not None else ():
            kind = name_of(node)
            if kind in ("noFill", "blipFill", "grpFill"):
                return None
            if kind == "solidFill":
                return self.colour(node)
            if kind == "gradFill":
                return self.colour(at(node, "gsLst/gs"))
            if kind == "pattFill":
                return self.colour(at(node, "fgClr"))
        return self.colour(style) if number(style, "idx") > 0 else None


def page_of(archive: zipfile.ZipFile, name: str) -> Page | None:
    """Return a slide with its layout and its master; None where the slide cannot be read."""
    page = Page(archive, [])
    for wanted in ("slideLayout", "slideMaster", "theme"):
        root, links = xml_of(archive, name), links_of(archive, name)
        if root is None:
            break
        page.sheets.append(Sheet(root, links))
        name = next((target for kind, target in links.values() if kind == wanted), "")
    if not page.sheets:
        return None
    theme = at(xml_of(archive, name), "themeElements/clrScheme") if len(page.sheets) > 2 else None
    for said in theme if theme is not None else ():
        for value in said:
            page.colours[name_of(said)] = _value(value)
    chosen = at(page.sheets[-1].root, "clrMap")
    for alias, target in chosen.attrib.items() if chosen is not None else ():
        page.colours[alias] = page.colours.get(target, "888888")
    page.colours = {"dk1": "000000", "lt1": "ffffff"} | page.colours
    return page


def size_of(archive: zipfile.ZipFile) -> tuple[int, int]:
    """Return width and height of the slides in EMU, never more than three to one."""
    said = at(xml_of(archive, "ppt/presentation.xml"), "sldSz")
    width, height = (number(said, *one) for one in zip(("cx", "cy"), USUAL_SIZE, strict=True))
    fits = 0 < width <= 3 * height <= 9 * width and width < 1 << 27
    return (width, height) if fits else USUAL_SIZE


def _value(colour: Node) -> str:
    return colour.get("lastClr") or colour.get("val") or ""


def _about(shape: Node) -> Node | None:
    return next((node for node in shape if name_of(node).startswith("nv")), None)


def _alike(sheet: Sheet, kind: str, place: str | None) -> Node | None:
    """Return a sheet's placeholder of this number, else of this kind."""
    marks = [(at(_about(one), "nvPr/ph"), one) for one in every(sheet.root, "cSld/spTree/sp")]
    known = [(mark, one) for mark, one in marks if mark is not None]
    same = [one for mark, one in known if place is not None and mark.get("idx") == place]
    like = [one for mark, one in known if _usual(mark.get("type", "")) == _usual(kind)]
    return next(iter(same + like), None)


def _usual(kind: str) -> str:
    return _LIKE.get(kind, kind)


def _changed(rgb: tuple[int, ...], node: Node) -> Colour:
    """Apply what brightens, darkens and lets through."""
    cover, parts = 255.0, [part / 255 for part in rgb]
    for change in node:
        share = min(max(number(change, "val", 100_000), 0), 200_000) / 100_000
        kind = name_of(change)
        if kind in ("lumMod", "shade"):
            parts = [part * share for part in parts]
        elif kind == "lumOff":
            parts = [part + share for part in parts]
        elif kind == "tint":
            parts = [1 - (1 - part) * share for part in parts]
        elif kind == "alpha":
            cover = 255 * share
    red, green, blue = (round(255 * min(max(part, 0), 1)) for part in parts)
    return red, green, blue, round(min(cover, 255))
