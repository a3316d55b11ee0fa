"""Files of a project in the pages: who gets them, and how they are given out."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.store.roadshow import File
from tests.services.hostile import pdf, png
from tests.web.profiles import PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


def send(client: Any, cast: Cast, content: bytes, name: str, tier: str) -> Any:
    return client.post(
        page_of(cast, f"{PROJECT}/files"),
        data={"upload": (io.BytesIO(content), name), "tier": tier},
        content_type="multipart/form-data",
    )


@pytest.fixture
def kept(cast: Cast, sign_in: Any, look: Any) -> dict[str, str]:
    """One file in each tier: tier -> id."""
    client = sign_in(cast.anna)
    for tier in ("public", "registered", "cda"):
        assert 303 == send(client, cast, pdf(), f"路演 {tier}.pdf", tier).status_code
    with look() as session:
        return {row.tier: row.id for row in session.scalars(select(File))}


@pytest.mark.parametrize(
    ("who", "readable"),
    [
        (None, {"public"}),
        ("bob", {"public"}),
        ("ivan", {"public", "registered"}),
        ("olga", {"public", "registered"}),
        ("anna", {"public", "registered", "cda"}),
    ],
)
def test_each_reader_gets_the_files_of_their_tier(
    cast: Cast, kept: dict[str, str], sign_in: Any, who: str | None, readable: set[str]
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    page = client.get(page_of(cast, PROJECT)).text
    got = {
        tier: client.get(page_of(cast, f"{PROJECT}/files/{file_id}")).status_code
        for tier, file_id in kept.items()
    }
    assert {tier for tier in kept if f"路演 {tier}.pdf" in page} == readable
    assert {tier for tier, status in got.items() if status == 200} == readable
    assert set(got.values()) <= {200, 404 if who else 302}


def test_a_file_is_given_out_as_an_attachment_that_runs_nothing(
    cast: Cast, kept: dict[str, str], sign_in: Any
) -> None:
    answer = sign_in(cast.ivan).get(page_of(cast, f"{PROJECT}/files/{kept['registered']}"))
    assert pdf() == answer.data
    assert {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="___registered.pdf"; '
        "filename*=UTF-8''%E8%B7%AF%E6%BC%94%20registered.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    } == {
        name: answer.headers[name]
        for name in (
            *("Content-Type", "Content-Disposition", "Content-Security-Policy"),
            "X-Content-Type-Options",
        )
    }


def test_bytes_lie_outside_the_web_root_under_random_keys(
    cast: Cast, kept: dict[str, str], app: Any
) -> None:
    folder: Path = app.extensions["settings"].upload_dir
    names = [path.name for path in folder.iterdir()]
    assert 3 == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{48}", name) for name in names)
    client = app.test_client()
    assert 404 == client.get(f"/static/../uploads/{names[0]}").status_code


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "This file is not what its name says"), ("zh", "扩展名不符")]
)
def test_a_hostile_file_gets_its_sentence_and_is_not_kept(
    cast: Cast, sign_in: Any, app: Any, locale: str, words: str
) -> None:
    answer = send(sign_in(cast.anna, locale), cast, b"<script>alert(1)</script>", "a.pdf", "public")
    assert (422, True) == (answer.status_code, words in answer.text)
    assert [] == list(app.extensions["settings"].upload_dir.iterdir())


def test_an_organiser_puts_nothing_behind_the_cda(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.olga)
    assert 303 == send(client, cast, png(), "a.png", "registered").status_code
    assert 422 == send(client, cast, png(), "a.png", "cda").status_code


def test_a_file_moves_between_tiers_and_goes(
    cast: Cast, kept: dict[str, str], sign_in: Any, look: Any, app: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/files/{kept['public']}")
    assert 303 == client.post(path, data={"go": "tier", "tier": "cda"}).status_code
    assert 404 == sign_in(cast.ivan).get(path).status_code
    assert 303 == client.post(path, data={"go": "remove"}).status_code
    with look() as session:
        assert {kept["registered"], kept["cda"]} == set(session.scalars(select(File.id)))
    assert 2 == len(list(app.extensions["settings"].upload_dir.iterdir()))


@pytest.mark.parametrize("who", ["ivan", "bob"])
def test_only_the_team_and_organisers_change_files(
    cast: Cast, kept: dict[str, str], sign_in: Any, who: str
) -> None:
    client = sign_in(getattr(cast, who))
    assert 403 == send(client, cast, png(), "a.png", "public").status_code
    path = page_of(cast, f"{PROJECT}/files/{kept['public']}")
    assert 403 == client.post(path, data={"go": "remove"}).status_code


def test_the_step_of_the_deck_is_ticked_once_there_is_one_that_the_viewer_may_know_of(
    cast: Cast, sign_in: Any
) -> None:
    anna, olga = sign_in(cast.anna), sign_in(cast.olga)

    def ticked(client: Any) -> bool:
        page = client.get(page_of(cast, f"{PROJECT}/edit/basics")).text
        steps = page.partition('<nav class="steps"')[2].partition("</nav>")[0]
        item = next(one for one in steps.split("<li")[1:] if "Deck and files" in one)
        return 'class="done"' in item and "complete" in item

    found = [(ticked(anna), ticked(olga))]
    for tier in ("cda", "public"):
        send(anna, cast, pdf(), f"{tier}.pdf", tier)
        found.append((ticked(anna), ticked(olga)))
    assert [(False, False), (True, False), (True, True)] == found
