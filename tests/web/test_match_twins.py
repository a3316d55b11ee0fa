"""Two worlds that differ only in what the viewer may not know give the same answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import object_session

from matchmaker.core.journey import Wish
from matchmaker.services import preference
from matchmaker.services.profile import facts
from matchmaker.store import base
from matchmaker.store.engine import make_engine, writing
from matchmaker.store.match import Match
from matchmaker.store.profile import ProjectConfidential
from tests import committee
from tests.committee import main_of
from tests.web.test_match import Show, ranked

PAGES = 9
OPEN, HIDDEN = "a plain summary", "lipid nanoparticles for oncology, licensed to a rival at 40M"


@pytest.fixture
def template(request: pytest.FixtureRequest) -> bytes:
    """An empty, migrated SQLite database."""
    path: Path = request.getfixturevalue("_sqlite_template")
    return path.read_bytes()


@pytest.fixture
def database_url(tmp_path: Path, template: bytes) -> str:
    """One kind of database is enough: what is compared is what pages are made of."""
    path = tmp_path / "empty.sqlite3"
    path.write_bytes(template)
    return f"sqlite:///{path}"


def world(app: Any, sign_in: Callable[..., Any], now: Any, wish: Wish) -> list[str]:
    """Make a world, rank it, and return every answer that people without the right get."""
    with writing(), app.extensions["sessions"]() as session:
        show = Show(session, now)
        preference.set_wish(
            session, show.tumour, show.device, "investor", wish, actor=None, now=now
        )
        session.commit()
        session.expunge_all()
    ranked(show, app, sign_in)
    answers = []
    for account, paths in (
        (
            show.ivan,
            [f"investors/{show.north.id}/matches", f"matches/{show.camera.id}/{show.north.id}"],
        ),
        (
            show.ivan,
            [
                f"matches/{show.camera.id}/{show.north.id}/change?wanted=1",
                f"investors/{show.north.id}/matches/draft",
            ],
        ),
        (
            show.anna,
            [f"projects/{show.tumour.id}/matches", f"matches/{show.tumour.id}/{show.north.id}"],
        ),
        (show.anna, [f"matches/{show.tumour.id}/{show.device.id}"]),
        (show.olga, ["matches/map", "matches?show=all"]),
    ):
        client = sign_in(account)
        for path in paths:
            answer = client.get(f"/r/fair/{path}")
            assert answer.status_code == 200
            answers.append(main_of(answer.text))
    with app.extensions["sessions"]() as session:
        rows = session.scalars(select(Match).order_by(Match.project_id, Match.investor_id))
        answers += [
            repr((one.project_id, one.investor_id, one.score, one.rank_for_project, one.reasons))
            for one in rows
        ]
    return answers


@pytest.fixture
def twins(
    app: Any,
    sign_in: Callable[..., Any],
    now: Any,
    tmp_path: Path,
    template: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], list[list[str]]]:
    """Make both worlds, and return the answers of each."""

    def made(name: str, secret: str, wish: Wish) -> list[str]:
        path = tmp_path / f"{name}-world.sqlite3"
        path.write_bytes(template)
        engine = make_engine(f"sqlite:///{path}")
        app.extensions["sessions"].configure(bind=engine)
        monkeypatch.setattr(base, "secrets", SimpleNamespace(choice=random.Random(5).choice))
        monkeypatch.setattr(
            committee,
            "ProjectConfidential",
            partial(
                ProjectConfidential, summary_zh=secret, mechanism=secret, valuation=len(secret)
            ),
        )
        answers = world(app, sign_in, now, wish)
        app.extensions["session"].registry.registry.clear()
        engine.dispose()
        return answers

    return lambda: [made("one", OPEN, Wish.MEET), made("two", HIDDEN, Wish.NO)]


def test_a_hidden_text_and_a_hidden_wish_move_nothing_that_others_see(
    twins: Callable[[], list[list[str]]],
) -> None:
    one, two = twins()
    assert len(one) == PAGES + 4
    assert one == two


def test_a_hidden_text_that_leaked_into_the_pitch_would_be_found(
    twins: Callable[[], list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a planted leak the same comparison sees both scores and pages differ."""
    honest = facts._pitch

    def leaky(project: Any, version: Any, *more: Any) -> Any:
        found = select(ProjectConfidential.mechanism).where(
            ProjectConfidential.version_id == version.id
        )
        secret = object_session(version).scalar(found)  # type: ignore[union-attr]
        pitch = honest(project, version, *more)
        return replace(pitch, texts=(*pitch.texts, secret))

    monkeypatch.setattr(facts, "_pitch", leaky)
    one, two = twins()
    differs = [here != there for here, there in zip(one, two, strict=True)]
    assert any(differs[:PAGES])
    assert any(differs[PAGES:])
