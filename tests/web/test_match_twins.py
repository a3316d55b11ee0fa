"""Two worlds that differ only in what the viewer may not know give the same answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import Wish
from matchmaker.services import preference
from matchmaker.store import base
from matchmaker.store.engine import make_engine, writing
from matchmaker.store.match import Match
from matchmaker.store.profile import ProjectConfidential
from tests import committee
from tests.committee import main_of
from tests.web.test_match import Show, ranked

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


def test_a_hidden_text_and_a_hidden_wish_move_nothing_that_others_see(
    app: Any,
    sign_in: Callable[..., Any],
    now: Any,
    tmp_path: Path,
    template: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    for name, secret, wish in (("one", OPEN, Wish.MEET), ("two", HIDDEN, Wish.NO)):
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
        found.append(world(app, sign_in, now, wish))
        app.extensions["session"].registry.registry.clear()
        engine.dispose()
    assert len(found[0]) == 7 + 4
    assert found[0] == found[1]
