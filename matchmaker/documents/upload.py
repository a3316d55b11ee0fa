"""What an uploaded file really is, and whether it is harmless enough to keep.

``examine`` judges a file by its content and structure, never by its name alone. It runs in a
process of its own (``python -m matchmaker.documents.upload FILE NAME``) under limits of time and
memory, so that a file made to hurt its reader hurts nobody else. Prints one JSON object.
"""

from __future__ import annotations

import json
import re
import resource
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

from matchmaker.core.refusal import Refusal

KINDS = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
}
MOST_PAGES = 150
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 300 * 1024 * 1024  # bytes
MOST_RATIO = 120
MOST_ENTRIES = 6000
MOST_SECONDS = 5
MOST_MEMORY = 1024 * 1024 * 1024  # bytes of addresses; far less is ever touched
SMALL = 1024 * 1024  # bytes below which a high ratio is just a well-packed file

_MAGIC = {
    "pdf": b"%PDF-",
    "pptx": b"PK\x03\x04",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
}
_ACTIVE_NAME = re.compile(
    r"vbaProject|vbaData|activeX|\.(?:bin|exe|dll|js|vbs|ps1|bat|cmd|scr|hta|jar|swf)$"
    r"|\.(?:ppt|doc|xls)m$",
    re.IGNORECASE,
)
_HARMLESS_BIN = re.compile(r"^ppt/(?:printerSettings|media|fonts)/[^/]+\.bin$", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|vnd\.ms-office\.vbaProject|activeX", re.IGNORECASE)
_OUTSIDE = re.compile(
    rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE
)
_LINK = re.compile(rb"relationships/(?:hyperlink|video|audio|media|image)[\"']", re.IGNORECASE)
_DECLARED = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T)")  # in UTF-8 and UTF-16
_LAUNCH = re.compile(rb"/(?:Launch|JavaScript|JS|EmbeddedFile|RichMedia|XFA)\b")


def examine(path: Path, name: str) -> dict[str, Any]:
    """Return ``{"kind", "mime", "pages"}`` of a PDF, PPTX, PNG or JPG; refuse everything else."""
    ending = Path(name.lower()).suffix.lstrip(".").replace("jpeg", "jpg")
    if path.stat().st_size == 0:
        raise Refusal("file-is-empty")
    if ending not in KINDS:
        raise Refusal("unknown-file-kind")
    with path.open("rb") as file:
        head = file.read(16)
    if not head.startswith(_MAGIC[ending]):
        known = any(head.startswith(magic) for magic in _MAGIC.values())
        raise Refusal("file-is-not-its-kind" if known or ending else "unknown-file-kind")
    if ending != "pptx" and zipfile.is_zipfile(path):
        raise Refusal("file-is-not-its-kind")  # two formats in one file
    pages = {"pdf": _pdf, "pptx": _pptx, "png": _picture, "jpg": _picture}[ending](path)
    return {"kind": ending, "mime": KINDS[ending], "pages": pages}


def _pdf(path: Path) -> int:
    import pypdfium2  # noqa: PLC0415 -- slow import
    from pypdfium2 import raw  # noqa: PLC0415 -- slow import

    if _LAUNCH.search(path.read_bytes()):
        raise Refusal("file-has-macros")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refusal("file-is-damaged") from error
    try:
        pages = len(document)
        if pages == 0:
            raise Refusal("file-is-damaged")
        if pages > MOST_PAGES:
            raise Refusal("file-too-many-pages", pages=pages, most=MOST_PAGES)
        scripts = raw.FPDFDoc_GetJavaScriptActionCount(document)
        if scripts > 0 or raw.FPDFDoc_GetAttachmentCount(document) > 0:
            raise Refusal("file-has-macros")
        for number in range(pages):
            document[number].get_size()
    except pypdfium2.PdfiumError as error:
        raise Refusal("file-is-damaged") from error
    finally:
        document.close()
    return pages


def _picture(path: Path) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- slow import

    Image.MAX_IMAGE_PIXELS = None  # judged below, before a pixel is unpacked
    try:
        with Image.open(path, formats=["PNG", "JPEG"]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refusal("picture-too-large", most=MOST_PIXELS // 1_000_000)
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refusal("file-is-damaged") from error


def _pptx(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return _slides(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refusal("file-is-damaged") from error


def _slides(archive: zipfile.ZipFile) -> int:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
        raise Refusal("file-unpacks-too-large")
    if "[Content_Types].xml" not in names or "ppt/presentation.xml" not in names:
        raise Refusal("file-is-not-its-kind")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refusal("file-unpacks-too-large")
    for entry in entries:
        _judge_entry(entry)
    left = MOST_UNPACKED
    for entry in entries:
        left -= _judge_content(archive, entry, left)
    pages = sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names)
    if pages > MOST_PAGES:
        raise Refusal("file-too-many-pages", pages=pages, most=MOST_PAGES)
    return pages


def _judge_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if stat.S_ISLNK(entry.external_attr >> 16) or name.startswith(("/", "\\")) or "\\" in name:
        raise Refusal("file-is-damaged")
    if ".." in name.split("/") or ":" in name or entry.flag_bits & 0x1:
        raise Refusal("file-is-damaged")
    if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        raise Refusal("file-unpacks-too-large")
    if _ACTIVE_NAME.search(name) and not _HARMLESS_BIN.match(name):
        raise Refusal("file-has-macros")


def _judge_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Unpack an entry in pieces, keeping only XML; return its true size."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    size, kept = 0, bytearray()
    with archive.open(entry) as file:
        while piece := file.read(1 << 20):
            size += len(piece)
            if size > left:
                raise Refusal("file-unpacks-too-large")
            if is_xml and len(kept) < 1 << 24:
                kept += piece
    if _DECLARED.search(kept):
        raise Refusal("file-has-macros")
    if entry.filename == "[Content_Types].xml" and _MACRO_TYPE.search(kept):
        raise Refusal("file-has-macros")
    for found in _OUTSIDE.finditer(kept):
        if not _LINK.search(found[0]):
            raise Refusal("file-has-macros")
    return size


def main(arguments: list[str]) -> int:
    """Examine one file and print what was found, or the refusal, as JSON."""
    path, name = arguments
    _limit()
    try:
        found = examine(Path(path), name)
    except Refusal as refusal:
        found = {"reason": refusal.reason, "facts": refusal.facts}
    except MemoryError:
        found = {"reason": "file-unpacks-too-large", "facts": {}}
    except Exception:  # noqa: BLE001 -- a reader that stumbles over a file does not vouch for it
        found = {"reason": "file-is-damaged", "facts": {}}
    sys.stdout.write(json.dumps(found))
    return 0


def _limit() -> None:
    """Give this process little: it needs a processor and some memory, and writes nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
