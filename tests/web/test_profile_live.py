"""Counts that follow a draft while it is written: who is let in, what a gap costs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select

from matchmaker.core.journey import Phase
from matchmaker.services.meeting.programme import add_absence
from matchmaker.store.profile import Delegate
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]
PIECE = {"HX-Request": "true"}


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def test_each_criterion_says_what_it_lets_in(cast: Cast, sign_in: Any, look: Any) -> None:
    client = sign_in(cast.ivan)
    client.post(
        page_of(cast, f"{INVESTOR}/edit/looks"),
        data={"fields": ["cgt"], "stages": ["phase_2"]},
    )
    client.post(
        page_of(cast, f"{INVESTOR}/edit/limits"),
        data={"exclusions-0-what": "Cell therapy", "only": ["stage"]},
    )
    path = page_of(cast, f"{INVESTOR}/edit/counts")
    piece = client.get(path, headers=PIECE).text
    assert "0 of 1 projects pass all your hard limits." in piece
    assert [
        ["Criterion", "in", "lower", "out"],
        ["Field", "1", "0", "0"],
        ["Stage", "0", "–", "1"],
        ["No Cell therapy", "0", "–", "1"],
    ] == cells(piece)
    assert "<html" not in piece
    assert "<html" in client.get(path).text
    said = client.get(f"{path}?spoken=1", headers=PIECE).text
    assert (2, False) == (said.count('<p class="fine" lang='), "looks for projects" in piece)
    assert "Lotus Capital looks for projects in Cell and gene therapy." in said
    with look() as session:
        session.get_one(type(cast.roadshow), cast.roadshow.id).phase = Phase.SELECTION
        session.commit()
    hidden = client.get(path, headers=PIECE).text
    assert ["Field", "&lt;5", "0", "0"] == cells(hidden)[1]


def test_reach_is_not_counted_for_a_handful_and_nobody_else_sees_it(
    cast: Cast, sign_in: Any
) -> None:
    path = page_of(cast, f"{PROJECT}/edit/reach")
    assert "Too few have handed in" in sign_in(cast.anna).get(path, headers=PIECE).text
    assert 403 == sign_in(cast.ivan).get(path, headers=PIECE).status_code
    sign_in(cast.anna).post(page_of(cast, f"{PROJECT}/edit/field"), data={"stage": "phase_1"})
    assert "before you have named a field" in sign_in(cast.anna).get(path, headers=PIECE).text


def test_a_mandate_is_spoken_in_both_languages(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.ivan)
    for step, sent in (
        ("looks", {"fields": ["cgt"], "countries": ["DE"], "landing": "required"}),
        ("ticket", {"ticket_low": "1M", "ticket_total": "15M", "currency": "USD", "board": "seat"}),
        ("limits", {"exclusions-0-what": "Cardiovascular", "exclusions-0-unless": "Germany"}),
        ("thesis", {"cda_stance": "after_meeting"}),
        ("delegates", {"max_meetings": "8"}),
    ):
        assert 303 == client.post(page_of(cast, f"{INVESTOR}/edit/{step}"), data=sent).status_code
    text = client.get(page_of(cast, f"{INVESTOR}/edit/review")).text
    english, chinese = re.findall(r'<p lang="(?:en|zh-Hans)">(.*?)</p>', text)
    assert (
        "Lotus Capital looks for projects in Cell and gene therapy. Teams from Germany. "
        "First ticket from $1M. In total up to $15M. Local landing required, Board seat. "
        "CDA: After a first meeting. At most 8 meetings. "
        "No Cardiovascular, except Germany. Delegates: Ivan."
    ) == english
    assert (
        "Lotus Capital主要关注细胞与基因治疗领域的项目。项目方来自德国。首笔投资不低于US$100万。"
        "累计不超过US$1500万。要求落地、董事会席位。保密协议：首次洽谈后。最多8场洽谈。"
        "不投心血管，但德国除外。参会代表：Ivan。"
    ) == chinese


def test_a_mandate_says_when_its_delegates_can_be_met(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    with look() as session:
        person = session.scalars(select(Delegate)).one().person
        for start, end in (("09T10", "10T03"), ("10T05", "10T06"), ("11T01", "12T00")):
            starts, ends = (datetime.fromisoformat(f"2027-05-{at}:00Z") for at in (start, end))
            add_absence(
                session, person, starts_at=starts, ends_at=ends, reason="why", actor=None, now=now
            )
        session.commit()
    text = sign_in(cast.ivan).get(page_of(cast, f"{INVESTOR}/edit/review")).text
    told = re.findall(r'<p lang="(?:en|zh-Hans)">.*?(Ivan.*?)</p>', text)
    assert [
        "Ivan (there from May 10 11:00 to May 11 09:00; away May 10 13:00 to 14:00).",
        "Ivan（5月10日 11:00至5月11日 09:00在场；5月10日 13:00至14:00不在）。",
    ] == told
    assert "why" not in "".join(told)
