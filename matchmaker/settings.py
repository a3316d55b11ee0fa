"""Settings come from the environment with the prefix ``MATCHMAKER_`` and never change at run time.

``Settings.from_env()`` refuses an insecure production: a default secret, no public address, no
trusted hosts. README lists every name (a test compares).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from matchmaker.core.refusal import Refusal

PREFIX = "MATCHMAKER_"
DEFAULT_SECRET = "only-for-trying-it-out"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One install's settings; each field is an environment variable in capitals."""

    production: bool = False
    secret_key: str = DEFAULT_SECRET
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    proxies: int = 0
    data_dir: Path = Path("matchmaker-data")
    database_url: str = ""
    registration: str = "open"
    mail: str = "file"
    mail_sender: str = "Roadshow <noreply@example.org>"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    sign_in_limit: int = 20
    worker: str = "inside"
    worker_id: str = "local"
    max_upload_mb: int = 20
    ranking_backend: str = "threading"
    encoders: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    processes: int = 0

    def __post_init__(self) -> None:
        _one_of("registration", self.registration, ("open", "invitation"))
        _one_of("mail", self.mail, ("console", "file", "memory", "smtp"))
        _one_of("worker", self.worker, ("inside", "outside", "inline"))
        if self.production:
            self._refuse_insecure_production()

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Read the environment; ``overrides`` win. An unknown ``MATCHMAKER_`` name is refused."""
        environ = os.environ if environ is None else environ
        kinds = get_type_hints(cls)
        values: dict[str, Any] = {}
        for name, text in environ.items():
            if not name.startswith(PREFIX) or name.startswith(PREFIX + "TEST_"):
                continue
            key = name.removeprefix(PREFIX).lower()
            if key not in kinds:
                raise Refusal("unknown-setting", hint=f"{name} is not a setting.", name=name)
            values[key] = _parse(name, text, kinds[key])
        return cls(**{**values, **overrides})

    @property
    def store_url(self) -> str:
        """The database's address: the one given, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'matchmaker.sqlite3'}"

    @property
    def jobs_url(self) -> str:
        """Where the job engine keeps its queue: the same PostgreSQL, or a file beside ours."""
        if self.store_url.startswith("postgresql"):
            return self.store_url
        return f"sqlite:///{self.data_dir.resolve() / 'jobs.sqlite3'}"

    @property
    def upload_dir(self) -> Path:
        """Uploaded files, outside anything the web server serves by path."""
        return self.data_dir / "uploads"

    @property
    def letter_dir(self) -> Path:
        """Mails that are written as files instead of being sent."""
        return self.data_dir / "mail"

    def _refuse_insecure_production(self) -> None:
        if self.secret_key == DEFAULT_SECRET or len(self.secret_key) < 32:
            raise Refusal(
                "insecure-secret",
                hint="Set MATCHMAKER_SECRET_KEY to at least 32 random characters.",
            )
        if self.public_url == Settings.public_url or not self.public_url.startswith("https://"):
            raise Refusal(
                "no-public-url", hint="Set MATCHMAKER_PUBLIC_URL to the https address people use."
            )
        if self.trusted_hosts == Settings.trusted_hosts or not self.trusted_hosts:
            raise Refusal(
                "no-trusted-hosts",
                hint="Set MATCHMAKER_TRUSTED_HOSTS to the host names people use, comma-separated.",
            )


def setting_names() -> list[str]:
    """Every environment variable this install understands."""
    return [PREFIX + field.name.upper() for field in fields(Settings)]


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refusal(
            "bad-setting",
            hint=f"{PREFIX}{name.upper()} is {value!r}; it may be {', '.join(allowed)}.",
        )


def _parse(name: str, text: str, kind: Any) -> Any:
    if kind is bool:
        if text.lower() not in ("1", "true", "yes", "0", "false", "no", ""):
            raise Refusal("bad-setting", hint=f"{name} is {text!r}; it may be 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if kind is int:
        if not text.strip().isdigit():
            raise Refusal("bad-setting", hint=f"{name} is {text!r}; it must be a whole number.")
        return int(text)
    if kind is Path:
        return Path(text)
    if kind is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())
