"""Whatever is sent to the forms of projects and investors: an answer, never an error of ours."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]

STEPS = [
    *((PROJECT, step) for step, (_label, form) in PROJECT_STEPS.items() if form),
    *((INVESTOR, step) for step, (_label, form) in MANDATE_STEPS.items() if form),
]
NASTY = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "\u202e",
        "\ufeff",
        "’ OR 1=1 --",
        "'; DROP TABLE x; --",
    ),
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "%(x)s %s %d {0}", "${x}", "=1+1", "../../etc"),
    *("1e999", "-1", "NaN", "inf", "９９９", "²", "١٢٣", "0x10", "1,2,3.4.5", "999999999999999999"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "yes", "on", "null", "[]", "DE", "cgt", "phase_1"),
    *("javascript:alert(1)", "http://[::1", "https://a..b", "x" * 5000, "字" * 3000, "🧬" * 200),
    "🏴\u200d☠️",
]
EXAMPLES = int(os.environ.get("MATCHMAKER_TEST_EXAMPLES", "15"))
SENT = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))


def names_of(form: Any) -> list[str]:
    names = [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]
    return [
        *names,
        "exclusions-0-what",
        "exclusions-0-unless",
        "exclusions-99-what",
        "take",
        "surprise",
    ]


def judged(html: str) -> list[str]:
    """The fields that a page finds fault with."""
    return sorted(re.findall(r'id="([^"]+)-error"', html))


@pytest.mark.parametrize(("base", "step"), STEPS)
def test_no_input_breaks_a_step(app: Any, cast: Cast, sign_in: Any, base: str, step: str) -> None:
    """MATCHMAKER_TEST_EXAMPLES inputs a step; 5,000 of them are for a night."""
    who = cast.anna if base is PROJECT else cast.ivan
    client, chinese = sign_in(who), sign_in(who, "zh")
    form = {**PROJECT_STEPS, **MANDATE_STEPS}[step][1]
    path = page_of(cast, f"{base}/edit/{step}")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @given(
        sent=st.dictionaries(
            st.sampled_from(names_of(form)), st.lists(SENT, min_size=1, max_size=3), max_size=12
        ),
        draft=st.booleans(),
        look=st.integers(0, 4),
    )
    def answers(sent: dict[str, list[str]], draft: bool, look: int) -> None:
        body = {
            name: [one.encode("utf-8", "replace").decode() for one in some]
            for name, some in sent.items()
        }
        answer = client.post(f"{path}/draft" if draft else path, data=body)
        assert answer.status_code in (200, 303, 409, 422), (body, answer.status_code)
        assert "<script>alert(1)" not in answer.text
        if answer.status_code == 422 and not draft:
            twin = chinese.post(path, data=body)
            assert (422, judged(answer.text)) == (twin.status_code, judged(twin.text)), body
        if look == 0:
            page = client.get(path)
            assert 200 == page.status_code, body
            assert "<script>alert(1)" not in page.text

    answers()


@pytest.mark.parametrize(
    "name", ["q", "field", "country", "kind", "stage", "state", "sort", "page"]
)
@pytest.mark.parametrize("path", ["/r/demo/projects", "/r/demo/investors"])
def test_no_query_breaks_a_list(cast: Cast, sign_in: Any, path: str, name: str) -> None:
    client = sign_in(cast.olga)
    for sent in NASTY:
        text = sent.encode("utf-8", "replace").decode()
        assert 200 == client.get(path, query_string={name: text}).status_code, sent


@pytest.mark.parametrize("path", [PROJECT, INVESTOR])
def test_no_address_breaks_a_page(cast: Cast, sign_in: Any, path: str) -> None:
    client = sign_in(cast.olga)
    for sent in ("%00", "a%00b", "%F0%9F%A7%AC", "x" * 3000, "..%2f..", "'"):
        address = path.format(p=sent, i=sent)
        assert 404 == client.get(address).status_code, sent
