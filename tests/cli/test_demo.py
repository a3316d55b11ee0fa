"""``matchmaker demo`` keeps off other people's folders, and what it makes is sound."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from matchmaker.cli import group
from matchmaker.cli.demo import MARKER, PASSWORD, clear, demo_settings, sign_ins
from matchmaker.core.journey import MeetingState, Phase, ProjectState, TimetableState
from matchmaker.core.refusal import Refusal
from matchmaker.services.demo import CLOCK, read_cast
from matchmaker.services.invariants import violations
from matchmaker.store.account import Invitation
from matchmaker.store.engine import make_engine, make_sessions
from matchmaker.store.match import MatchRun
from matchmaker.store.meeting import Meeting, MeetingNote, Timetable
from matchmaker.store.outcome import Outcome
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import File, Roadshow
from matchmaker.store.selection import Conflict, Discussion
from tests.demo import built


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "matchmaker.sqlite3").write_text("mine")
    with pytest.raises(Refusal, match="not a demo"):
        clear(tmp_path)
    assert ["matchmaker.sqlite3"] == [one.name for one in tmp_path.iterdir()]


def test_an_earlier_demo_is_replaced_and_nothing_beside_it(tmp_path: Path) -> None:
    clear(tmp_path)
    for name in ("matchmaker.sqlite3", "jobs.sqlite3-wal", "notes.txt"):
        (tmp_path / name).write_text("old")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "one.eml").write_text("old")
    clear(tmp_path)
    assert [MARKER, "notes.txt"] == sorted(one.name for one in tmp_path.iterdir())


def test_the_environment_cannot_lead_the_demo_to_a_real_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", "postgresql://somewhere/real")
    monkeypatch.setenv("MATCHMAKER_PRODUCTION", "1")
    settings = demo_settings(data_dir=tmp_path)
    assert f"sqlite:///{tmp_path.resolve() / 'matchmaker.sqlite3'}" == settings.store_url
    assert not settings.production


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = CliRunner().invoke(group, ["demo", "--data-dir", str(tmp_path), "--port", port])
    assert isinstance(result.exception, Refusal)
    assert "port-taken" == result.exception.reason
    assert [] == list(tmp_path.iterdir())


def test_everybody_who_can_sign_in_is_named(tmp_path: Path) -> None:
    told = sign_ins(demo_settings(data_dir=tmp_path, port=8123))
    assert "http://127.0.0.1:8123/" in told
    assert PASSWORD in told
    for account in read_cast().roadshow["accounts"]:
        assert account["email"] in told


def test_the_demo_is_sound_and_has_something_of_everything() -> None:
    cast = read_cast()
    engine = make_engine(demo_settings(data_dir=built()).store_url)
    with make_sessions(engine)() as session:
        assert [] == violations(session)
        roadshow = session.scalars(select(Roadshow)).one()
        states = dict(
            session.execute(select(Project.state, func.count()).group_by(Project.state)).all()
        )
        meetings = dict(
            session.execute(select(Meeting.state, func.count()).group_by(Meeting.state)).all()
        )
        assert Phase.MEETING is roadshow.phase
        late = len(cast.roadshow["late"])
        assert {
            ProjectState.SELECTED: len(cast.roadshow["selected"]),
            ProjectState.WAITLISTED: len(cast.roadshow["waitlisted"]) - late,
            ProjectState.DECLINED: len(cast.roadshow["declined"]) + late,
        } == states
        counted = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (Conflict, Discussion, File, Invitation, MatchRun, MeetingNote)
        }
        assert {
            Conflict: len(cast.roadshow["conflicts"]),
            Discussion: len(cast.roadshow["discussion"]),
            File: len(cast.roadshow["decks"]),
            Invitation: len(cast.roadshow["invitations"]),
            MatchRun: 2,
            MeetingNote: len(cast.roadshow["notes"]),
        } == counted
        assert 80 == session.scalar(select(func.count()).select_from(Investor))
        assert [TimetableState.PUBLISHED] == list(session.scalars(select(Timetable.state)))
        assert {MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.SCHEDULED} == set(meetings)
        assert sum(meetings.values()) >= 5 * len(cast.roadshow["selected"])
        latest = session.scalar(select(func.max(Outcome.recorded_at)))
        assert latest is not None
        assert latest <= CLOCK
    engine.dispose()
