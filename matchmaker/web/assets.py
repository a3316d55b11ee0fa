"""The files of a release that browsers keep: packed once, under an address that says which release.

All of them lie below one digest of everything, so that style sheets and scripts reach each other by
relative addresses and may be kept for ever. Pages are not packed: they hold a secret beside what
readers send, and the size of a packed page would tell it letter by letter.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from pylopdf_fonts_zh_cn import sans_path
from whitenoise import WhiteNoise

from matchmaker.paths import STATIC

PACKED = (".css", ".js", ".svg")
RELEASE = re.compile(r"[0-9a-f]{10}")
RELEASES = 4  # whose files are kept
HOUR = 3600  # seconds that a file without a release in its address may be kept
FONT = "fonts/NotoSansSC-Regular.otf"


def served(application: Any, data_dir: Path) -> WhiteNoise:
    """Return the application with the release's files before it."""
    files = WhiteNoise(
        application,
        max_age=HOUR,
        immutable_file_test=lambda _path, url: url.startswith(f"/static/{release()}/"),
        add_headers_function=_plain,
    )
    root = _unpacked_beside_packed(data_dir / "static")
    for prefix in ("static/", f"static/{release()}/"):
        files.add_files(str(root), prefix)
        files.add_file_to_dictionary(f"/{prefix}{FONT}", str(sans_path()))
    return files


@cache
def release() -> str:
    """Return a digest of all files and their names."""
    digest = hashlib.sha256()
    for path in _all():
        digest.update(f"{path}\0".encode() + hashlib.sha256((STATIC / path).read_bytes()).digest())
    return digest.hexdigest()[:10]


@cache
def asset(path: str) -> str:
    """Return the address of a static file in this release."""
    if not (STATIC / path).is_file():
        raise FileNotFoundError(path)
    return f"/static/{release()}/{path}"


@cache
def _all() -> tuple[str, ...]:
    found = (path for path in STATIC.rglob("*") if path.is_file())
    return tuple(sorted(path.relative_to(STATIC).as_posix() for path in found))


@cache
def _packed(path: str) -> bytes:
    return gzip.compress((STATIC / path).read_bytes(), 9, mtime=0)


def _unpacked_beside_packed(folder: Path) -> Path:
    """Return the folder of this release; several processes may make it at once."""
    root = folder / release()
    if root.is_dir():
        return root
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        made = Path(fresh) / "made"
        for path in _all():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(STATIC / path, made / path)
            if path.endswith(PACKED):
                (made / f"{path}.gz").write_bytes(_packed(path))
        try:
            made.rename(root)
        except OSError:
            if not root.is_dir():
                raise
    _forget(folder)
    return root


def _forget(folder: Path) -> None:
    """Delete the files of releases long gone; recent ones may still serve in other processes."""
    made = [one for one in folder.iterdir() if RELEASE.fullmatch(one.name)]
    for old in sorted(made, key=lambda one: one.stat().st_mtime)[:-RELEASES]:
        shutil.rmtree(old, ignore_errors=True)


def _plain(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
