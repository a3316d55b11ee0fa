from __future__ import annotations

from io import BytesIO

import pypdf

from matchmaker.documents.deck import Slide, deck
from matchmaker.documents.upload import examine

SLIDES = [Slide("What we have", '#eval("1+1") *as it stands*'), Slide("未满足的需求", "一百万患者")]


def test_a_deck_has_a_page_for_the_title_and_one_for_each_slide(tmp_path):
    content = deck("Phages in time", "Luoyun", SLIDES, footer="Roadshow 2027")
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
    assert 3 == len(pages)
    assert "Phages in time" in pages[0]
    assert '#eval("1+1") *as it stands*' in " ".join(pages[1].split())
    assert "一百万患者" in pages[2]
    (tmp_path / "deck").write_bytes(content)
    assert {"kind": "pdf", "mime": "application/pdf", "pages": 3} == examine(
        tmp_path / "deck", "deck.pdf"
    )


def test_the_same_slides_are_the_same_bytes():
    assert deck("A", "B", SLIDES) == deck("A", "B", SLIDES)
