"""Every page that each role's links lead to: it answers, has no barriers, fits a phone, speaks the
language it was asked for, and the browser refuses nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from babel.messages.pofile import read_po

from matchmaker.paths import TRANSLATIONS
from tests.demo import SLUG, emails
from tests.journey.walking import Walker

pytestmark = pytest.mark.browser
MOST_PAGES = 90  # a role and language
MOST_VARIANTS = 20  # addresses with a query, and files, that are only asked for
ROLES = ("anonymous", "team", "investor", "reviewer", "organiser", "administrator")
FIRST = ("/", f"/r/{SLUG}/", "/account", "/login")
FILE = re.compile(r"\.(pdf|ics|csv|xlsx|json|zip)$|/files/\*$")
LEFT_OUT = re.compile(r"^/(language|logout|static|confirm)\b")
_looked: set[tuple[str, bool]] = set()


def kind(path: str) -> str:
    """What all pages of a kind have in common: the address without ids and numbers."""
    return re.sub(r"(?<=/)([a-z2-9]{12}|\d+)(?=[/?]|$)", "*", path)


@pytest.fixture(scope="module")
def is_english() -> Callable[[str], bool]:
    """Tell whether a text is a sentence of the catalogue in English."""
    with (TRANSLATIONS / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    whole, patterns = set(), []
    for message in catalogue:
        for told in message.id if isinstance(message.id, tuple) else [message.id]:
            words = re.findall(r"[A-Za-z]{2,}", re.sub(r"%\(\w+\)s", " ", told))
            if "%(" in told and len(words) >= 3:
                patterns.append(re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(told)))
            elif "%(" not in told and len(words) >= 2:
                whole.add(" ".join(told.split()))
    pattern = re.compile("|".join(patterns))
    return lambda text: text in whole or pattern.fullmatch(text) is not None


@pytest.fixture(params=[(role, locale) for role in ROLES for locale in ("en", "zh")], ids="-".join)
def walker(request: Any, browser: Any, demo_address: str) -> Iterator[Walker]:
    role, locale = request.param
    dark = {"color_scheme": "dark"} if locale == "zh" else {}
    walker = Walker.start(browser, demo_address, locale, **dark)
    if role != "anonymous":
        walker.sign_in(emails(role)[-1 if role == "investor" else 0])
    yield walker
    walker.close()


def test_each_page_that_links_lead_to(
    request: Any, walker: Walker, is_english: Callable[[str], bool]
) -> None:
    chinese = request.node.callspec.id.endswith("zh")
    waiting, seen, pages, variants = list(FIRST), set(FIRST), set(), set()
    while waiting:
        path = waiting.pop(0)
        plain = kind(urlsplit(path).path)
        names = tuple(sorted({name for name, _ in parse_qsl(urlsplit(path).query)}))
        if FILE.search(plain) or (names and plain in pages):
            if (plain, names) not in variants and len(variants) < MOST_VARIANTS:
                variants.add((plain, names))
                ask(walker, path)
            continue
        if plain in pages or len(pages) >= MOST_PAGES:
            continue
        pages.add(plain)
        look(walker, path, is_english if chinese else None)
        for found in walker.links():
            if found not in seen and not LEFT_OUT.search(found):
                seen.add(found)
                waiting.append(found)
    assert "" == "\n".join(walker.faults)
    assert len(pages) >= len(FIRST) - 2


def ask(walker: Walker, path: str) -> None:
    """Ask for an address without showing it."""
    answer = walker.page.request.get(walker.address + path)
    if answer.status >= 400:
        walker.fault(f"{answer.status} at {path}")


def look(walker: Walker, path: str, is_english: Callable[[str], bool] | None) -> None:
    status = walker.go(path)
    if status >= 400:
        walker.fault(f"{status} at {path}")
        return
    walker.look_at_width()
    if is_english is not None:
        walker.look_for_english(is_english)
    once = kind(urlsplit(walker.page.url).path), is_english is None  # in the light, in the dark
    if once not in _looked:
        _looked.add(once)
        walker.look_for_barriers()
