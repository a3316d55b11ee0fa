"""Uploads: good files are kept, hostile ones do no harm and get a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder
from werkzeug.utils import send_file

from matchmaker.core.refusal import Refusal
from matchmaker.services import files, profile
from matchmaker.store.roadshow import File
from tests.services.hostile import GOOD, png
from tests.services.profiles import make_roadshow

NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("..\\..\\windows\\evil.pdf", "evil.pdf"),
    ("C:\\Users\\me\\deck.pdf", "deck.pdf"),
    ("CON.pdf", "_CON.pdf"),
    ("nul.tar.pdf", "_nul.tar.pdf"),
    ("a\x00b\r\nSet-Cookie: x.pdf", "a_b__Set-Cookie_ x.pdf"),
    ("invoice\u202efdp.exe.pdf", "invoice_fdp.exe.pdf"),
    ('a";filename=evil.exe.pdf', "a__filename=evil.exe.pdf"),
    ("<img src=x>.pdf", "img src=x.pdf"),
    ("....pdf", "file.pdf"),
    ("", "file.pdf"),
    ("路演 材料.pdf", "路演 材料.pdf"),
    ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
]


@pytest.fixture
def project(session: Session, now: Any) -> Any:
    roadshow = make_roadshow(session, now)
    return profile.create_project(
        session, roadshow, title="X", organisation=None, actor=None, now=now
    )


@pytest.fixture
def keep(session: Session, project: Any, tmp_path: Path, now: Any) -> Callable[[bytes, str], File]:
    def kept(content: bytes, name: str, tier: str = "registered") -> File:
        return files.keep_file(
            session,
            project,
            io.BytesIO(content),
            name,
            tier,
            folder=tmp_path / "uploads",
            most_bytes=3_000_000,
            actor=None,
            now=now,
        )

    return kept


@pytest.mark.parametrize("case", GOOD)
def test_a_good_file_is_kept_under_a_random_key(keep: Any, tmp_path: Path, case: str) -> None:
    name, make, pages = GOOD[case]
    content = make()
    row = keep(content, name)
    assert (pages, len(content), "registered") == (row.pages, row.size, row.tier)
    assert [content] == [path.read_bytes() for path in (tmp_path / "uploads").iterdir()]
    assert row.key.isalnum()
    assert row.name.rpartition(".")[2] in ("pdf", "pptx", "png", "jpg")


def test_a_refused_upload_leaves_no_bytes(keep: Any, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        keep(b"<svg/>", "a.png")
    with pytest.raises(Refusal) as caught:
        keep(b"%PDF-" + b"0" * 3_000_001, "a.pdf")
    assert "file-too-large" == caught.value.reason
    assert [] == list((tmp_path / "uploads").iterdir())


def test_what_is_rolled_back_leaves_no_bytes(keep: Any, session: Session, tmp_path: Path) -> None:
    keep(png(), "a.png")
    session.rollback()
    assert [] == list((tmp_path / "uploads").iterdir())


def test_a_removed_files_bytes_go_with_the_commit(
    keep: Any, session: Session, tmp_path: Path, now: Any
) -> None:
    row = keep(png(), "a.png")
    session.commit()
    files.remove_file(session, row, folder=tmp_path / "uploads", actor=None, now=now)
    assert 1 == len(list((tmp_path / "uploads").iterdir()))
    session.commit()
    assert [] == list((tmp_path / "uploads").iterdir())


def test_a_project_keeps_a_dozen_files_at_most(keep: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        files, "examine_apart", lambda *_: {"kind": "png", "mime": "image/png", "pages": None}
    )
    for _ in range(files.MOST_FILES):
        keep(b"x", "a.png")
    with pytest.raises(Refusal) as caught:
        keep(b"x", "a.png")
    assert "too-many-files" == caught.value.reason


@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    assert kept == files.safe_name(name, "pdf")


def hostile_names() -> list[str]:
    """Names that try to leave the folder, to split a header, to hide an ending, to be too long."""
    ups = ("../", "..\\", "/", "//", "\\\\host\\c$\\", "C:", "C:\\", "file:///", "~/", "./.")
    ends = ("passwd", ".htaccess", "x.pdf/..", "evil.exe")
    signs = "\0\r\n\t\x1b\x7f\u202e\u2028\u2029\u200b\ufeff\ud800\ue000;\"'%,=&<>|?*:`$"
    devices = ("CON", "aux", "Nul", "prn", "COM1", "lpt9", "COM¹", "CONIN$", "con.tar", "NUL ", ".")
    return [
        *(up + end for up in ups for end in ends),
        *(f"deck{sign}name" for sign in signs),
        *(f"{device}.pdf" for device in devices),
        *("x" * 4000, "路" * 300, "🧬" * 300, "e\u0301" * 300, "." * 500, " " * 500, "a." * 300),
        *("", "..", "%2e%2e%2fx", "a\r\nSet-Cookie: x=1"),
        *('a"; filename="evil.exe', "a; filename*=UTF-8''evil.exe"),
    ]


def test_no_hostile_name_leaves_the_folder_or_the_header(tmp_path: Path) -> None:
    names = hostile_names()
    assert len(names) >= 80
    environ = EnvironBuilder().get_environ()
    for name in names:
        kept = files.safe_name(name, "pdf")
        (tmp_path / f"123456789012-{kept}").write_bytes(b"x")
        answer = send_file(
            io.BytesIO(b"x"),
            environ,
            mimetype="application/pdf",
            as_attachment=True,
            download_name=kept,
        )
        told = answer.headers["Content-Disposition"]
        kind, options = parse_options_header(told)
        assert ("attachment", {"filename": kept}, True) == (kind, options, told.isprintable()), name
    inside = {path.parent for path in tmp_path.rglob("*")}
    assert {tmp_path} == inside


def test_an_examiner_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    path = tmp_path / "upload"
    path.write_bytes(png())
    with pytest.raises(Refusal) as caught:
        files.examine_apart(path, "a.png")
    assert "file-check-failed" == caught.value.reason
