"""Refresh the vendored front-end files: `python .ci/vendor.py` (needs npm).

Fetches each package by its exact version, checks the registry's integrity against the archive,
copies the few files we serve and rewrites `vendor.json`. A new version is a change of PACKAGES.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "matchmaker" / "static" / "vendor"
PACKAGES = {
    ("bootstrap", "5.3.9"): ("bootstrap", "MIT", ["dist/css/bootstrap.min.css", "LICENSE"]),
    ("htmx.org", "2.0.11"): ("htmx", "0BSD", ["dist/htmx.min.js", "LICENSE"]),
}


def main() -> None:
    entries = []
    with tempfile.TemporaryDirectory() as room:
        for (package, version), (name, licence, wanted) in PACKAGES.items():
            archive, integrity = _fetch(package, version, Path(room))
            folder = VENDOR / f"{name}-{version}"
            folder.mkdir(parents=True, exist_ok=True)
            entries.append(
                {
                    "package": package,
                    "version": version,
                    "licence": licence,
                    "integrity": integrity,
                    "files": {
                        f"{folder.name}/{Path(path).name}": _copy(archive, path, folder)
                        for path in wanted
                    },
                }
            )
    (VENDOR / "vendor.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _fetch(package: str, version: str, room: Path) -> tuple[Path, str]:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed")
    packed = subprocess.run(  # noqa: S603 -- a fixed command with our own constants
        [npm, "pack", "--json", f"{package}@{version}"],
        cwd=room,
        check=True,
        capture_output=True,
        text=True,
    )
    facts = json.loads(packed.stdout)[0]
    archive = room / facts["filename"]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if facts["integrity"] != f"sha512-{digest}":
        raise SystemExit(f"{package}: the archive does not match its integrity")
    return archive, facts["integrity"]


def _copy(archive: Path, path: str, folder: Path) -> str:
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/{path}")
        if member is None:
            raise SystemExit(f"{path} is not in {archive.name}")
        content = member.read()
    (folder / Path(path).name).write_bytes(content)
    if not path.endswith("LICENSE"):  # WhiteNoise sends this one to browsers that take it
        (folder / f"{Path(path).name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
