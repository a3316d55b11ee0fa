"""Settings are typed, listed in README, and refuse an insecure production."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.core.refusal import Refusal
from matchmaker.settings import Settings, setting_names

GOOD = {
    "MATCHMAKER_PRODUCTION": "1",
    "MATCHMAKER_SECRET_KEY": "x" * 40,
    "MATCHMAKER_PUBLIC_URL": "https://roadshow.example.org",
    "MATCHMAKER_TRUSTED_HOSTS": "roadshow.example.org",
}


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(Refusal) as caught:
        Settings.from_env(environ)
    return caught.value.reason


def test_a_complete_production_starts() -> None:
    settings = Settings.from_env(GOOD)
    assert settings.production
    assert ("roadshow.example.org",) == settings.trusted_hosts


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MATCHMAKER_SECRET_KEY", "insecure-secret"),
        ("MATCHMAKER_PUBLIC_URL", "no-public-url"),
        ("MATCHMAKER_TRUSTED_HOSTS", "no-trusted-hosts"),
    ],
)
def test_production_refuses_to_start_without(name: str, reason: str) -> None:
    assert reason == refused({key: value for key, value in GOOD.items() if key != name})


def test_a_short_secret_is_refused() -> None:
    assert "insecure-secret" == refused({**GOOD, "MATCHMAKER_SECRET_KEY": "short"})


def test_an_unknown_setting_is_refused_by_name() -> None:
    assert "unknown-setting" == refused({"MATCHMAKER_DATABSE_URL": "sqlite://"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("PRODUCTION", "maybe"), ("MAIL", "pigeon"), ("REGISTRATION", "shut")],
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: str) -> None:
    assert "bad-setting" == refused({f"MATCHMAKER_{name}": value})


def test_readme_lists_every_setting() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert [] == [name for name in setting_names() if f"`{name}`" not in readme]
