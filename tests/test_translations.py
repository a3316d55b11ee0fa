"""Everything a page can say exists in Simplified Chinese, and the catalogue fits the sources."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from matchmaker.paths import STATIC

ROOT = STATIC.parent.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
ENGLISH_IS_FINE = {"matchmaker"}
DOMAINS = ("messages", "flask_security")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / ".ci" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


translations = load()


def strings(catalog: Catalog) -> dict[object, tuple[str, ...]]:
    """Return what each message says in Chinese, by its English."""
    return {
        tuple(message.id) if isinstance(message.id, list | tuple) else message.id: (
            (message.string or "",)
            if isinstance(message.string, str | None)
            else tuple(message.string)
        )
        for message in catalog
        if message.id
    }


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_has_its_chinese(domain: str) -> None:
    missing = [message.id for message in translations.untranslated(translations.read(domain))]

    assert [] == missing


def test_catalogue_holds_exactly_the_messages_of_the_sources() -> None:
    sources = set(strings(translations.extract()))
    catalogue = set(strings(translations.read()))

    assert (set(), set()) == (sources - catalogue, catalogue - sources)


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_uses_the_placeholders_of_the_english(domain: str) -> None:
    wrong = [
        (english, chinese)
        for english, forms in strings(translations.read(domain)).items()
        for chinese in forms
        if chinese
        and placeholders(english[-1] if isinstance(english, tuple) else english)
        != placeholders(chinese)
    ]

    assert [] == wrong


def test_chinese_is_chinese() -> None:
    """A sentence of several words whose Chinese has no Chinese character was forgotten."""
    forgotten = [
        english
        for english, forms in strings(translations.read()).items()
        for chinese in forms
        if isinstance(english, str)
        and chinese
        and len(re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", english))) > 1
        and not re.search(r"[\u4e00-\u9fff]", chinese)
        and english not in ENGLISH_IS_FINE
    ]

    assert [] == forgotten


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_catalogue_equals_its_source(domain: str) -> None:
    with (translations.FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = strings(read_mo(file))

    source = strings(translations.read(domain))
    assert {english: forms for english, forms in source.items() if any(forms)} == compiled


def placeholders(text: str) -> set[str]:
    return {one or other for one, other in PLACEHOLDER.findall(text)}
