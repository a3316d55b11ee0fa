"""Sketches of slides: what is said at which place, and what is taken from layout and master."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from matchmaker.documents.pages import MARK, words
from matchmaker.documents.slides.sketch import sketch
from tests.services.hostile import LINK, MAIN, pictured, pptx, shape, sheet
from tests.services.hostile import words as said

EMU = 12_192_000 // 1200  # of a pixel
TITLE = '<p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'


def red(name: str = "srgbClr", value: str = "ff0000") -> str:
    return f'<a:solidFill><a:{name} val="{value}"/></a:solidFill>'


def links(*pairs: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{LINK}{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, 1)
    )
    return f"<Relationships>{inside}</Relationships>"


def placed(x: int, y: int, wide: int, high: int, more: str = "", text: str = "") -> str:
    return shape(x * EMU, y * EMU, wide * EMU, high * EMU, more, text)


@pytest.fixture
def drawn(tmp_path: Path) -> Any:
    def draw(parts: dict[str, str | bytes], number: int = 1) -> Any:
        path = tmp_path / "deck"
        path.write_bytes(pptx(parts))
        return sketch(path, number)

    return draw


def colours(image: Any, *points: tuple[int, int]) -> list[tuple[int, int, int]]:
    return [image.getpixel(point) for point in points]


def inked(image: Any, box: tuple[int, int, int, int]) -> bool:
    """Whether a part of the picture shows more than one colour."""
    return len(image.crop(box).getcolors(100_000)) > 1


def test_shapes_stand_at_their_places_in_their_colours(drawn: Any) -> None:
    ground = f"<p:bg><p:bgPr>{red(value='0000ff')}</p:bgPr></p:bg>"
    group = (
        f'<p:grpSp><p:grpSpPr><a:xfrm><a:off x="{600 * EMU}" y="0"/><a:ext cx="{200 * EMU}"'
        f' cy="{200 * EMU}"/><a:chOff x="0" y="0"/><a:chExt cx="100" cy="100"/></a:xfrm>'
        f"</p:grpSpPr>{shape(50, 50, 50, 50, red())}</p:grpSp>"
    )
    image = drawn(
        {"ppt/slides/slide1.xml": sheet(placed(100, 100, 200, 100, red()) + group, ground)}
    )
    blue, full = (0, 0, 255), (255, 0, 0)
    assert (1200, 675) == image.size
    points = [(50, 50), (150, 150), (350, 150), (650, 50), (750, 150)]
    assert [blue, full, blue, blue, full] == colours(image, *points)


def test_a_picture_of_the_file_is_shown_and_cut_as_said(drawn: Any) -> None:
    parts = pictured(1, 8)
    assert [(255, 255, 255)] == colours(drawn(parts), (600, 300))
    from io import BytesIO  # noqa: PLC0415 -- used here only

    from PIL import Image  # noqa: PLC0415 -- used here only

    out, both = BytesIO(), Image.new("RGB", (100, 10), "lime")
    both.paste("navy", (0, 0, 50, 10))
    both.save(out, "PNG")
    parts["ppt/media/a.png"] = out.getvalue()
    assert [(0, 0, 128), (0, 255, 0)] == colours(drawn(parts), (100, 300), (1100, 300))
    cut = str(parts["ppt/slides/slide1.xml"]).replace(
        "</p:blipFill>", '<a:srcRect l="50000"/></p:blipFill>'
    )
    assert [(0, 255, 0)] == colours(drawn({**parts, "ppt/slides/slide1.xml": cut}), (100, 300))


def test_a_title_takes_place_size_and_colour_from_layout_master_and_theme(drawn: Any) -> None:
    text = "<p:txBody><a:bodyPr/><a:p><a:r><a:t>标题 Title</a:t></a:r></a:p></p:txBody>"
    title = f"<p:sp>{TITLE}<p:spPr/>{text}</p:sp>"
    form = (
        f'<a:xfrm><a:off x="{300 * EMU}" y="{400 * EMU}"/>'
        f'<a:ext cx="{600 * EMU}" cy="{200 * EMU}"/></a:xfrm>'
    )
    layout = f"<p:sp>{TITLE}<p:spPr>{form}</p:spPr></p:sp>"
    style = (
        '<p:clrMap tx2="dk2"/><p:txStyles><p:titleStyle><a:lvl1pPr algn="r"><a:defRPr sz="6000">'
        f"{red('schemeClr', 'tx2')}</a:defRPr></a:lvl1pPr></p:titleStyle></p:txStyles>"
    )
    theme = (
        f"<a:theme {MAIN}><a:themeElements><a:clrScheme><a:dk2>"
        '<a:srgbClr val="ff0000"/></a:dk2></a:clrScheme></a:themeElements></a:theme>'
    )
    image = drawn(
        {
            "ppt/slides/slide1.xml": sheet(title),
            "ppt/slides/_rels/slide1.xml.rels": links(("slideLayout", "../slideLayouts/l1.xml")),
            "ppt/slideLayouts/l1.xml": sheet(layout, kind="sldLayout"),
            "ppt/slideLayouts/_rels/l1.xml.rels": links(("slideMaster", "../slideMasters/m1.xml")),
            "ppt/slideMasters/m1.xml": sheet("", kind="sldMaster", more=style),
            "ppt/slideMasters/_rels/m1.xml.rels": links(("theme", "../theme/theme1.xml")),
            "ppt/theme/theme1.xml": theme,
        }
    )
    assert [True, False, False] == [
        inked(image, box) for box in ((620, 400, 900, 600), (300, 400, 560, 600), (0, 0, 1200, 390))
    ]
    assert (255, 0, 0) in [colour for _, colour in image.getcolors(100_000)]


def test_a_table_shows_its_cells_and_a_chart_a_grey_frame(drawn: Any) -> None:
    def frame(inside: str, x: int) -> str:
        return (
            f'<p:graphicFrame><p:xfrm><a:off x="{x * EMU}" y="0"/>'
            f'<a:ext cx="{200 * EMU}" cy="{200 * EMU}"/></p:xfrm>'
            f"<a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></p:graphicFrame>"
        )

    def cell(text: str, more: str = "") -> str:
        return f"<a:tc><a:txBody><a:bodyPr/>{said(text)}</a:txBody><a:tcPr>{more}</a:tcPr></a:tc>"

    rows = f'<a:tr h="{50 * EMU}">{cell("甲", red())}{cell("")}</a:tr>'
    grid = f'<a:tblGrid>{f"""<a:gridCol w="{100 * EMU}"/>""" * 2}</a:tblGrid>'
    shapes = frame(f"<a:tbl>{grid}{rows}</a:tbl>", 0) + frame("<c/>", 600)
    image = drawn({"ppt/slides/slide1.xml": sheet(shapes)})
    assert [True, False] == [inked(image, (2, 2, 98, 48)), inked(image, (102, 2, 198, 48))]
    full, white, grey = colours(image, (95, 45), (150, 25), (700, 100))
    assert ((255, 0, 0), (255, 255, 255)) == (full, white)
    assert white != grey


def test_the_words_of_charts_and_diagrams_are_read_with_their_slide(tmp_path: Path) -> None:
    names = "".join(f"<c:pt><c:v>{name}</c:v></c:pt>" for name in ("2025", "2026"))
    series = f"<c:ser><c:tx><c:v>营收</c:v></c:tx><c:cat>{names}</c:cat></c:ser>"
    path = tmp_path / "deck"
    path.write_bytes(
        pptx(
            {
                "ppt/slides/slide1.xml": sheet(placed(0, 0, 9, 9, text=said("Plan"))),
                "ppt/slides/_rels/slide1.xml.rels": links(
                    ("chart", "../charts/chart1.xml"),
                    ("diagramData", "../diagrams/data1.xml"),
                    ("chart", "../charts/lost.xml"),
                ),
                "ppt/charts/chart1.xml": f'<c:c xmlns:c="c" {MAIN}>{said("Sales")}{series}</c:c>',
                "ppt/diagrams/data1.xml": f"<d {MAIN}>{said('Seed')}{said('IND')}</d>",
            },
            slides=1,
        )
    )
    assert [f"Plan\n{MARK} Sales; 营收; 2025; 2026\n{MARK} Seed; IND\n{MARK}"] == words(
        path, "pptx"
    )


def test_slides_come_in_the_order_of_showing(tmp_path: Path) -> None:
    listed = "".join(f'<p:sldId r:id="r{number}"/>' for number in (2, 1))
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {MAIN}><p:sldIdLst>{listed}"
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": links(
            ("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")
        ),
        **{
            f"ppt/slides/slide{number}.xml": sheet(shape(0, 0, 9, 9, "", said(f"word{number}")))
            for number in (1, 2, 3)
        },
    }
    path = tmp_path / "deck"
    path.write_bytes(pptx(parts))
    assert ["word2", "word1", "word3"] == words(path, "pptx")
