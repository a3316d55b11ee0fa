"""Pages of decks: pictures of ours, found by their words, both by the rights of the reader."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.hostile import pdf, png, pptx
from tests.web.profiles import PROJECT, Cast, cast, look, page_of
from tests.web.test_profile_files import send

__all__ = ["cast", "look"]
WORDS = {"public": "openword", "registered": "eventword", "cda": "secretword"}


def spoken(word: str) -> bytes:
    content = f"BT /F1 24 Tf 20 100 Td ({word}) Tj ET"
    font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    extra = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    return pdf(1, extra=extra, page=f"/Contents 4 0 R /Resources << {font} >>")


@pytest.fixture
def decks(cast: Cast, sign_in: Any, look: Any) -> dict[str, str]:
    """One deck a tier; the address of each."""
    from sqlalchemy import select  # noqa: PLC0415 -- used here only

    from matchmaker.store.roadshow import File  # noqa: PLC0415 -- used here only

    client = sign_in(cast.anna)
    for tier, word in WORDS.items():
        assert 303 == send(client, cast, spoken(word), f"{tier}.pdf", tier).status_code
    with look() as session:
        ids = {file.tier: file.id for file in session.scalars(select(File))}
    return {tier: page_of(cast, f"{PROJECT}/files/{ids[tier]}/pages") for tier in WORDS}


@pytest.mark.parametrize(
    ("who", "tiers"),
    [
        (None, {"public"}),
        ("bob", {"public"}),
        ("olga", {"public", "registered"}),
        ("ivan", {"public", "registered"}),
        ("anna", {"public", "registered", "cda"}),
    ],
)
def test_each_reader_sees_and_finds_the_pages_of_their_tier(
    cast: Cast, sign_in: Any, decks: dict[str, str], who: str | None, tiers: set[str]
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    shown = {tier for tier, path in decks.items() if 200 == client.get(path).status_code}
    drawn = {tier for tier, path in decks.items() if 200 == client.get(f"{path}/1.jpg").status_code}
    found = {
        tier
        for tier, word in WORDS.items()
        if "CAR-T for lupus" in client.get("/r/demo/projects", query_string={"q": word}).text
    }
    assert (tiers, tiers, tiers) == (shown, drawn, found)


def test_a_page_is_a_picture_of_ours_and_its_words_stand_beside_it(
    cast: Cast, sign_in: Any, decks: dict[str, str]
) -> None:
    client = sign_in(cast.ivan)
    page = client.get(decks["registered"]).text
    assert "eventword" in page
    answer = client.get(f"{decks['registered']}/1.jpg")
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert ("image/jpeg", "nosniff", "no-store") == tuple(
        answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")
    )
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert 404 == client.get(f"{decks['registered']}/2.jpg").status_code
    assert 404 == client.get(f"{decks['registered']}/0.jpg").status_code


def test_slides_are_read_and_sketched_pictures_are_shown_and_what_is_removed_is_gone(
    cast: Cast, sign_in: Any, look: Any, settings: Any
) -> None:
    client = sign_in(cast.anna)
    slide = '<p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:t>slideword</a:t></a:p></p>'
    link = '<r><Relationship Id="r" Type="x/chart" Target="../chart.xml"/></r>'
    parts = {"ppt/slides/slide2.xml": slide, "ppt/slides/_rels/slide2.xml.rels": link}
    send(client, cast, pptx({**parts}), "a.pptx", "public")
    send(client, cast, png(), "b.png", "public")
    files = client.get(page_of(cast, PROJECT)).text
    paths = {
        one.partition('"')[0]
        for one in files.split('href="')
        if one.partition('"')[0].endswith("/pages")
    }
    pages = {client.get(path).text for path in paths}
    assert 2 == len(pages)
    assert 1 == sum("slideword" in page for page in pages)
    assert 2 == sum("<img" in page for page in pages)
    assert 1 == sum("Slides are shown simplified" in page for page in pages)
    assert 1 == "".join(pages).count("This page has a chart or diagram")
    pictures = {client.get(f"{path}/1.jpg").data[:3] for path in paths}
    assert {b"\xff\xd8\xff"} == pictures
    assert "CAR-T for lupus" in client.get("/r/demo/projects", query_string={"q": "slideword"}).text
    for path in paths:
        client.post(path.removesuffix("/pages"), data={"go": "remove"})
    assert [] == list(settings.upload_dir.iterdir())
    assert (
        "CAR-T for lupus"
        not in client.get("/r/demo/projects", query_string={"q": "slideword"}).text
    )
