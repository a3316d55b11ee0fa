"""Uploads: good files are kept, hostile ones do no harm and get a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import files, profile
from matchmaker.store.roadshow import File
from tests.services.test_profile import make_roadshow

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def pdf(pages: int = 2, extra: str = "", catalog: str = "") -> bytes:
    """Write a small correct PDF with an exact table of objects."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>" for _ in range(pages)),
    ]
    if extra:
        objects.append(extra)
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return out + f"startxref\n{start}\n%%EOF\n".encode()


def archive(parts: dict[str, str | bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def pptx(parts: dict[str, str | bytes] | None = None, slides: int = 3, types: str = TYPES) -> bytes:
    base: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "ppt/presentation.xml": "<p:presentation/>",
        **{f"ppt/slides/slide{number}.xml": "<p:sld/>" for number in range(1, slides + 1)},
    }
    return archive({**base, **(parts or {})})


def png(width: int = 8, height: int = 8, rows: bytes | None = None) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    raw = rows if rows is not None else (b"\0" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def jpg() -> bytes:
    from PIL import Image  # noqa: PLC0415 -- slow import

    out = io.BytesIO()
    Image.new("RGB", (16, 16), "navy").save(out, "JPEG")
    return out.getvalue()


def with_symlink() -> bytes:
    out = io.BytesIO(pptx())
    with zipfile.ZipFile(out, "a") as made:
        entry = zipfile.ZipInfo("ppt/media/link")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return out.getvalue()


def relations(kind: str, target: str, mode: str = "External") -> str:
    return (
        f'<Relationships><Relationship Id="r1" Type="{LINK}{kind}" Target="{target}"'
        f' TargetMode="{mode}"/></Relationships>'
    )


def lying_size() -> bytes:
    """An entry that says it is small and unpacks to 64 MB."""
    data = bytearray(pptx({"ppt/media/big.xml": b"0" * (64 << 20)}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(b"ppt/media/big.xml", data.rfind(mark) if mark == b"PK\x01\x02" else 0)
        head = data.rfind(mark, 0, at)
        data[head + offset : head + offset + 4] = struct.pack("<I", 100)
    return bytes(data)


GOOD: dict[str, tuple[str, Callable[[], bytes], int | None]] = {
    "pdf": ("Deck 2027.pdf", pdf, 2),
    "capital ending": ("DECK.PDF", pdf, 2),
    "pptx": ("路演.pptx", pptx, 3),
    "pptx with a link": (
        "a.pptx",
        lambda: pptx({"ppt/slides/_rels/s.rels": relations("hyperlink", "https://example.org")}),
        3,
    ),
    "pptx with an embedded sheet": (
        "a.pptx",
        lambda: pptx({"ppt/embeddings/sheet1.xlsx": archive({"xl/workbook.xml": "<w/>"})}),
        3,
    ),
    "png": ("figure.png", png, None),
    "jpg": ("photo.JPEG", jpg, None),
}
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.pdf", lambda: b"", "file-is-empty"),
    "svg": ("a.svg", lambda: b"<svg onload='alert(1)'/>", "unknown-file-kind"),
    "html": ("a.html", lambda: b"<script>alert(1)</script>", "unknown-file-kind"),
    "html as pdf": ("a.pdf", lambda: b"<script>alert(1)</script>", "file-is-not-its-kind"),
    "html before pdf": ("a.pdf", lambda: b"<script></script>" + pdf(), "file-is-not-its-kind"),
    "svg as png": ("a.png", lambda: b"<svg/>", "file-is-not-its-kind"),
    "exe as pptx": ("a.pptx", lambda: b"MZ" + b"\0" * 64, "file-is-not-its-kind"),
    "png as pdf": ("a.pdf", png, "file-is-not-its-kind"),
    "no ending": ("deck", pdf, "unknown-file-kind"),
    "double ending": ("deck.pdf.exe", pdf, "unknown-file-kind"),
    "pdf and zip": ("a.pdf", lambda: pdf() + archive({"x": "y"}), "file-is-not-its-kind"),
    "jpg and zip": ("a.jpg", lambda: jpg() + archive({"x": "y"}), "file-is-not-its-kind"),
    "pdf with a script": (
        "a.pdf",
        lambda: pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        "file-has-macros",
    ),
    "pdf that starts a program": (
        "a.pdf",
        lambda: pdf(catalog="/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "file-has-macros",
    ),
    "pdf with a file inside": (
        "a.pdf",
        lambda: pdf(extra="<< /Type /EmbeddedFile /Length 0 >>"),
        "file-has-macros",
    ),
    "pdf of ten thousand pages": ("a.pdf", lambda: pdf(10_000), "file-too-many-pages"),
    "half a pdf": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj", "file-is-damaged"),
    "pdf of noise": ("a.pdf", lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400, "file-is-damaged"),
    "word as pptx": (
        "a.pptx",
        lambda: archive({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}),
        "file-is-not-its-kind",
    ),
    "plain zip as pptx": ("a.pptx", lambda: archive({"a.txt": "x"}), "file-is-not-its-kind"),
    "cut pptx": ("a.pptx", lambda: pptx()[:-40], "file-is-damaged"),
    "macros": ("a.pptx", lambda: pptx({"ppt/vbaProject.bin": b"x"}), "file-has-macros"),
    "macro type": (
        "a.pptx",
        lambda: pptx(types=TYPES.replace("application/xml", "application/vnd.ms-macroEnabled")),
        "file-has-macros",
    ),
    "active control": (
        "a.pptx",
        lambda: pptx({"ppt/activeX/activeX1.xml": "<a/>"}),
        "file-has-macros",
    ),
    "program inside": ("a.pptx", lambda: pptx({"ppt/media/run.exe": b"MZ"}), "file-has-macros"),
    "object from elsewhere": (
        "a.pptx",
        lambda: pptx({"ppt/_rels/p.rels": relations("oleObject", "http://evil.example/x")}),
        "file-has-macros",
    ),
    "template from elsewhere": (
        "a.pptx",
        lambda: pptx({"ppt/_rels/p.rels": relations("attachedTemplate", "http://evil.example")}),
        "file-has-macros",
    ),
    "entity bomb": (
        "a.pptx",
        lambda: pptx({"ppt/slides/slide1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "file-has-macros",
    ),
    "way out": ("a.pptx", lambda: pptx({"../../etc/cron.d/x": "x"}), "file-is-damaged"),
    "absolute way": ("a.pptx", lambda: pptx({"/etc/passwd": "x"}), "file-is-damaged"),
    "symlink": ("a.pptx", with_symlink, "file-is-damaged"),
    "zip bomb": (
        "a.pptx",
        lambda: pptx({"ppt/media/x.xml": b"\0" * (200 << 20)}),
        "file-unpacks-too-large",
    ),
    "zip bomb that lies": ("a.pptx", lying_size, "file-is-damaged"),
    "many entries": (
        "a.pptx",
        lambda: pptx({f"ppt/media/{number}": b"" for number in range(7000)}),
        "file-unpacks-too-large",
    ),
    "many slides": ("a.pptx", lambda: pptx(slides=400), "file-too-many-pages"),
    "pixel flood": ("a.png", lambda: png(60_000, 60_000, b""), "picture-too-large"),
    "cut png": ("a.png", lambda: png()[:40], "file-is-damaged"),
    "gif as jpg": ("a.jpg", lambda: b"GIF89a" + b"\0" * 64, "file-is-not-its-kind"),
    "jpg of noise": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\x55" * 5000, "file-is-damaged"),
}
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


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    name, make, reason = HOSTILE[case]
    path = tmp_path / "upload"
    path.write_bytes(make())
    with pytest.raises(Refusal) as caught:
        files.examine_apart(path, name)
    assert reason == caught.value.reason


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


def test_an_examiner_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    path = tmp_path / "upload"
    path.write_bytes(png())
    with pytest.raises(Refusal) as caught:
        files.examine_apart(path, "a.png")
    assert "file-check-failed" == caught.value.reason
