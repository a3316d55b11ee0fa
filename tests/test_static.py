"""The files browsers get: what is vendored is unchanged, and the colours can be read."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest

from matchmaker.paths import STATIC, TEMPLATES
from matchmaker.web.assets import asset, release, served

VENDOR = STATIC / "vendor"
CSS = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css")}
SERVED_FROM_THE_FONT_PACKAGE = "../fonts/NotoSansSC-Regular.otf"
LEAST_CONTRAST = 4.5  # WCAG 2.2 AA for text
LEAST_TEXT = 0.8125  # rem: 13 px
Colour = tuple[int, int, int]


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
    listed = {name: digest for entry in manifest for name, digest in entry["files"].items()}

    there = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }

    assert listed == there


def test_files_of_a_release_are_packed_and_kept_for_ever(app: Any) -> None:
    client = app.test_client()
    names = [
        path.relative_to(STATIC).as_posix()
        for path in STATIC.rglob("*")
        if path.suffix in (".css", ".js", ".svg")
    ]
    for name in names:
        plain = client.get(asset(name))
        packed = client.get(asset(name), headers={"Accept-Encoding": "gzip, br"})
        assert (STATIC / name).read_bytes() == plain.data == gzip.decompress(packed.data)
        for answer in (plain, packed):
            assert "max-age=315360000, public, immutable" == answer.headers["Cache-Control"]
            assert ("Accept-Encoding", "nosniff") == tuple(
                answer.headers[said] for said in ("Vary", "X-Content-Type-Options")
            )
    assert len(names) > 12


def test_a_file_without_its_release_is_asked_for_again_soon(app: Any) -> None:
    answer = app.test_client().get("/static/css/site.css")
    assert "max-age=3600, public" == answer.headers["Cache-Control"]
    assert 404 == app.test_client().get("/static/0000000000/css/site.css").status_code


def test_files_of_releases_long_gone_are_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    for age in range(6):
        old = folder / f"{age:010x}"
        old.mkdir(parents=True)
        os.utime(old, (1_000_000 - age, 1_000_000 - age))
    (folder / "something else").mkdir()

    served(None, tmp_path)

    kept = {release(), "something else", *(f"{age:010x}" for age in range(3))}
    assert kept == {one.name for one in folder.iterdir()}


def test_pages_are_not_packed(app: Any) -> None:
    """They hold the token of the form beside what was sent: a packed size would tell it."""
    page = app.test_client().get("/login", headers={"Accept-Encoding": "gzip, br"})
    assert "X-CSRFToken" in page.text
    assert "Content-Encoding" not in page.headers


def test_every_static_file_that_templates_name_exists() -> None:
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""asset\(["']([^"']+)["']\)""", template.read_text("utf-8"))
    }

    assert [] == sorted(name for name in named if not (STATIC / name).is_file())


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    addresses = {
        address
        for sheet in CSS.values()
        for address in re.findall(r"""url\(["']?([^"')]+)""", sheet)
        if not address.startswith("data:")
    }

    assert {SERVED_FROM_THE_FONT_PACKAGE} == addresses
    assert not any("@import" in sheet for sheet in CSS.values())


def test_no_text_is_smaller_than_thirteen_pixels() -> None:
    sizes = [float(size) for s in CSS.values() for size in re.findall(r"font-size: ([\d.]+)rem", s)]

    assert [] == [size for size in sizes if size < LEAST_TEXT]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "wash-deep"),
        ("ink-soft", "paper"),
        ("ink-soft", "wash-deep"),
        ("accent", "paper"),
        ("accent", "accent-wash"),
        ("on-accent", "accent"),
        ("on-accent", "accent-deep"),
        ("confirmed", "paper"),
        ("confirmed", "confirmed-wash"),
        ("waiting", "paper"),
        ("waiting", "waiting-wash"),
        ("attention", "paper"),
        ("attention", "attention-wash"),
        ("excluded", "paper"),
        ("excluded", "excluded-wash"),
    ],
)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    tokens = themes()[theme]

    assert contrast(tokens[text], tokens[ground]) >= LEAST_CONTRAST


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_can_be_read_on_every_step_of_the_heat_ramp(theme: str) -> None:
    tokens = themes()[theme]
    inks = dict(re.findall(r"\.s(\d) \{ [^}]*; color: ([^;]+); \}", CSS["parts.css"]))
    colours = {step: resolve(ink, tokens) for step, ink in inks.items()}

    poor = {
        step: round(contrast(colour, tokens[f"h{step}"]), 2)
        for step, colour in colours.items()
        if contrast(colour, tokens[f"h{step}"]) < LEAST_CONTRAST
    }

    assert ({}, 10) == (poor, len(colours))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_heat_ramp_steps_look_equally_large(theme: str) -> None:
    tokens = themes()[theme]
    levels = [lightness(tokens[f"h{step}"]) for step in range(10)]
    steps = [abs(after - before) for before, after in itertools.pairwise(levels)]

    assert sorted(levels, reverse=theme == "light") == levels
    assert max(steps) < 2 * min(steps)


def themes() -> dict[str, dict[str, Colour]]:
    """Return the colour tokens of both themes: the dark one sets anew what differs."""
    light: dict[str, Colour] = {}
    dark: dict[str, Colour] = {}
    for name in ("site.css", "parts.css"):
        at_night = "".join(
            re.findall(
                r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", CSS[name], re.DOTALL
            )
        )
        by_day = re.sub(
            r"@media \(prefers-color-scheme: dark\) \{.*?\n\}", "", CSS[name], flags=re.DOTALL
        )
        light |= tokens_of("".join(re.findall(r":root \{(.*?)\n\}", by_day, re.DOTALL)))
        dark |= tokens_of(at_night)
    return {"light": light, "dark": light | dark}


def tokens_of(text: str) -> dict[str, Colour]:
    return {
        name: parse(value) for name, value in re.findall(r"--([a-z\d-]+): (#[\da-f]{3,6});", text)
    }


def parse(value: str) -> Colour:
    digits = value.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def resolve(value: str, tokens: dict[str, Colour]) -> Colour:
    return parse(value) if value.startswith("#") else tokens[value.removeprefix("var(--")[:-1]]


def linear(colour: Colour) -> list[float]:
    shares = [part / 255 for part in colour]
    return [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    low, high = sorted(
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


def lightness(colour: Colour) -> float:
    """OKLab lightness, 0 to 1 (Ottosson 2020)."""
    red, green, blue = linear(colour)
    long = 0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue
    middle = 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue
    short = 0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue
    roots = [math.cbrt(part) for part in (long, middle, short)]
    return 0.2104542553 * roots[0] + 0.7936177850 * roots[1] - 0.0040720468 * roots[2]
