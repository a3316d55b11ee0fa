"""Answers that two changed, or that cannot be used, wait on the server for their writer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.store.disputed import DisputedAnswer
from matchmaker.store.roadshow import Roadshow
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, STEPS, Cast, cast, look, page_of

__all__ = ["cast", "look"]


@pytest.mark.parametrize("who", STEPS)
def test_where_both_changed_one_answer_both_texts_stand_side_by_side_and_the_rest_is_merged(
    cast: Cast, sign_in: Any, who: str
) -> None:
    name, path, first, second, third = STEPS[who]
    path = page_of(cast, path)
    one, other = (Visitor(sign_in(who)) for who in (getattr(cast, name), cast.olga))
    one.open(path)
    other.open(path).press("Save", **{first: "Theirs.", second: "只有对方改过。"})
    one.press("Save", **{first: "Mine.", third: "Only I wrote this."})
    assert 409 == one.status
    compared = [" ".join(part.split()) for part in re.findall(r'class="pre">(.*?)</p>', one.html)]
    assert ["Mine.", "Theirs."] == compared
    form = one.form("Save").values
    assert ["Mine.", "只有对方改过。", "Only I wrote this."] == [
        form[key][0].strip() for key in (first, second, third)
    ]
    draft = {**form, first: ["Mine, typed on."], third: ["Compared."]}
    told = one.client.post(f"{path}/draft", data=draft)  # saved while comparing: theirs stays
    assert (200, "Theirs.") == (told.status_code, saved(other, path)[first])
    assert "Compared." == saved(other, path)[third]
    one.press("Save", **{first: "Mine and theirs.", third: "Compared."})
    assert ["Mine and theirs.", "只有对方改过。", "Compared."] == [
        saved(other, path)[key] for key in (first, second, third)
    ]


@pytest.mark.parametrize("who", STEPS)
def test_drafts_of_two_writers_keep_every_word_that_one_of_them_alone_changed(
    cast: Cast, sign_in: Any, who: str
) -> None:
    name, path, first, second, third = STEPS[who]
    path = page_of(cast, path)
    one, other = (Visitor(sign_in(who)) for who in (getattr(cast, name), cast.olga))
    opened = one.open(path).form("Save").values
    other.open(path).press("Save", **{first: "Theirs.", second: "只有对方改过。"})
    sent = {**opened, third: ["Only I wrote this."]}
    alone = one.client.post(f"{path}/draft", data=sent)
    assert (200, 2, []) == (alone.status_code, len(alone.json["theirs"]), alone.json["both"])
    sent |= {"revision": alone.json["revision"], first: ["Mine."], third: ["Only I, again."]}
    crossed = one.client.post(f"{path}/draft", data=sent)
    assert (200, 1, 1) == (
        crossed.status_code,
        len(crossed.json["theirs"]),
        len(crossed.json["both"]),
    )
    expected = ["Theirs.", "只有对方改过。", "Only I, again."]
    assert expected == [saved(other, path)[key] for key in (first, second, third)]
    sent |= {"revision": crossed.json["revision"], "go": "stay"}
    one.answer = one.client.post(path, data=sent)
    assert (409, True) == (one.status, f'form="step" name="theirs" value="{first}"' in one.html)
    chosen = {**one.form("Save").values, "theirs": [first]}
    assert 303 == one.client.post(path, data=chosen).status_code
    assert expected == [saved(other, path)[key] for key in (first, second, third)]


def saved(visitor: Visitor, path: str) -> dict[str, str]:
    return {
        key: one[0].strip() for key, one in visitor.open(path).form("Save").values.items() if one
    }


def compared(visitor: Visitor) -> list[str]:
    """The texts that a page shows side by side."""
    found = re.findall(r'class="pre">(.*?)</p>', visitor.html, re.DOTALL)
    return [" ".join(part.split()) for part in found]


def drop_mine(visitor: Visitor, words: str = "Drop mine", **typed: str) -> int:
    """Press the button that throws one's own texts away; return the status."""
    name, value = re.search(
        rf'form="step"[^>]* name="(drop)" value="([^"]+)">{words}', visitor.html
    ).groups()
    sent = {**visitor.form("Save").values, **typed, name: value}
    return int(visitor.client.post(visitor.path, data=sent).status_code)


@pytest.mark.parametrize("sent_by", ["draft", "button"])
@pytest.mark.parametrize("who", STEPS)
def test_a_disputed_text_waits_for_its_writer_alone_on_any_device_until_it_is_merged(
    cast: Cast, sign_in: Any, look: Any, who: str, sent_by: str
) -> None:
    name, path, first, second, third = STEPS[who]
    path = page_of(cast, path)
    laptop, phone, other = (
        Visitor(sign_in(one)) for one in (getattr(cast, name), getattr(cast, name), cast.olga)
    )
    opened = laptop.open(path).form("Save").values
    unaware = phone.open(path).form("Save").values  # a second window of the same person
    other.open(path).press("Save", **{first: "Theirs."})
    mine = {**opened, first: ["Mine\n<b>too</b>."], third: ["Only I wrote this."], "go": "stay"}
    if sent_by == "draft":
        assert 200 == laptop.client.post(f"{path}/draft", data=mine).status_code
    else:
        assert 409 == laptop.client.post(path, data=mine).status_code
    del laptop
    phone.client.post(f"{path}/draft", data={**unaware, second: ["第二个窗口。"]})
    assert [] == compared(other.open(path))
    assert "Mine" not in other.html
    assert ["Mine &lt;b&gt;too&lt;/b&gt;.", "Theirs."] == compared(phone.open(path))
    again = phone.form("Save").values
    assert "Mine" in again[first][0]
    later = phone.client.post(f"{path}/draft", data={**again, first: ["Mine, typed on."]})
    assert (200, 1) == (later.status_code, len(later.json["both"]))
    elsewhere = "basics" if who == "project" else "firm"
    assert "A text of yours waits" in phone.open(f"{path.rpartition('/')[0]}/{elsewhere}").text
    assert ["Mine, typed on.", "Theirs."] == compared(phone.open(path))
    phone.press("Save", **{first: "Mine and theirs."})
    assert (200, []) == (phone.status, compared(phone.open(path)))
    assert ["Mine and theirs.", "第二个窗口。"] == [
        saved(other, path)[key] for key in (first, second)
    ]
    with look() as session:
        assert [] == session.scalars(select(DisputedAnswer)).all()


@pytest.mark.parametrize("sent_by", ["draft", "button"])
def test_two_windows_of_one_person_never_write_over_each_others_waiting_text(
    cast: Cast, sign_in: Any, look: Any, sent_by: str
) -> None:
    name, path, first, _second, _third = STEPS["project"]
    path = page_of(cast, path)
    left, right, other = (
        Visitor(sign_in(one)).open(path)
        for one in (getattr(cast, name), getattr(cast, name), cast.olga)
    )
    other.press("Save", **{first: "Theirs."})
    told = []
    for window, text in ((left, "Left."), (right, "Right.")):
        sent = {**window.form("Save").values, first: [text], "go": "stay"}
        if sent_by == "draft":
            told.append(window.client.post(f"{path}/draft", data=sent).json["only_here"] != [])
        else:
            window.answer = window.client.post(path, data=sent)
            told.append("in this window only" in window.text)
    assert [False, True] == told
    sent = {**left.form("Save").values, first: ["Left, typed on."]}
    assert [] == left.client.post(f"{path}/draft", data=sent).json["only_here"]
    assert ["Left, typed on.", "Theirs."] == compared(Visitor(left.client).open(path))
    chosen = {**right.form("Save").values, first: ["Right, with theirs."]}
    saving = right.client.post(path, data=chosen).status_code
    if sent_by == "draft":  # its button: both texts are compared first
        right.answer = right.client.post(path, data=chosen)
        saving = right.client.post(path, data=right.form("Save").values).status_code
    assert 303 == saving
    assert ["Left, typed on.", "Right, with theirs."] == compared(left.open(path))
    assert 303 == drop_mine(left)
    with look() as session:
        assert [] == session.scalars(select(DisputedAnswer)).all()


@pytest.mark.parametrize("who", STEPS)
def test_a_disputed_text_is_thrown_away_by_its_button_and_nothing_else_is(
    cast: Cast, sign_in: Any, look: Any, who: str
) -> None:
    name, path, first, second, third = STEPS[who]
    path = page_of(cast, path)
    one, other = (Visitor(sign_in(who)) for who in (getattr(cast, name), cast.olga))
    one.open(path)
    other.open(path).press("Save", **{first: "Theirs.", second: "别人的。"})
    one.press("Save", **{first: "Mine.", second: "我的。"})
    assert ["Mine.", "Theirs.", "我的。", "别人的。"] == compared(one)
    assert 303 == drop_mine(one, **{third: "Typed while comparing."})
    assert [] == compared(one.open(path))
    assert ["Theirs.", "别人的。", "Typed while comparing."] == [
        saved(other, path)[key] for key in (first, second, third)
    ]
    with look() as session:
        assert [] == session.scalars(select(DisputedAnswer)).all()


def test_a_disputed_text_whose_answer_was_fixed_meanwhile_is_still_shown(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    path = page_of(cast, f"{PROJECT}/edit/basics")
    anna, olga = Visitor(sign_in(cast.anna)).open(path), Visitor(sign_in(cast.olga)).open(path)
    olga.press("Save", title_en="Theirs")
    anna.press("Save", title_en="Mine")
    assert 409 == anna.status
    with look() as session:
        roadshow = session.get_one(Roadshow, cast.roadshow.id)
        roadshow.frozen, roadshow.applications_until = ["title"], now - timedelta(hours=1)
        session.commit()
    assert ["Mine", "Theirs"] == compared(anna.open(path))
    assert 'value="title_en" id="theirs' not in anna.html
    anna.press("Save", website="https://new.example.org")
    assert ["Mine", "Theirs"] == compared(anna.open(path))
    assert 303 == drop_mine(anna)
    assert [] == compared(anna.open(path))


WRONG = {  # who, step, an answer that cannot be used, what it is mended to, a good one beside it
    "project": ("anna", f"{PROJECT}/edit/money", ("amount", "a\tlot 😀"), "5M", ("grants", "70")),
    "investor": (
        "ivan",
        f"{INVESTOR}/edit/limits",
        ("exclusions-0-what", "no\x00such thing"),
        "Germany",
        ("conflicts", "A rival"),
    ),
}


@pytest.mark.parametrize("sent_by", ["draft", "button"])
@pytest.mark.parametrize("who", WRONG)
def test_an_answer_that_cannot_be_used_waits_as_it_was_typed_on_any_device(
    cast: Cast, sign_in: Any, look: Any, who: str, sent_by: str
) -> None:
    name, path, (wrong, typed), mended, (good, fine) = WRONG[who]
    path = page_of(cast, path)
    laptop, phone, other = (
        Visitor(sign_in(one)) for one in (getattr(cast, name), getattr(cast, name), cast.olga)
    )
    sent = {**laptop.open(path).form("Save").values, wrong: [typed], good: [fine], "go": "stay"}
    if sent_by == "draft":
        assert [wrong.partition("-")[0]] == laptop.client.post(f"{path}/draft", data=sent).json[
            "invalid"
        ]
    else:
        assert 422 == laptop.client.post(path, data=sent).status_code
    assert (sent_by == "draft") == (fine == saved(other, path).get(good))
    assert "not saved yet" not in other.text
    assert "What you typed last is not saved yet" in phone.open(path).text
    again = phone.form("Save").values
    assert [typed, fine] == [again[one][0].strip() for one in (wrong, good)]
    assert 'class="invalid-feedback' in phone.html or "is-invalid" in phone.html
    assert saved(other, path).get(wrong, "") != typed
    phone.press("Save", **{wrong: mended})
    assert (200, False) == (phone.status, "not saved yet" in phone.open(path).text)
    assert fine == saved(other, path)[good]
    with look() as session:
        assert [] == session.scalars(select(DisputedAnswer)).all()


@pytest.mark.parametrize("who", WRONG)
def test_what_cannot_be_read_is_compared_as_it_was_typed(
    cast: Cast, sign_in: Any, who: str
) -> None:
    name, path, (wrong, _typed), mended, _good = WRONG[who]
    path = page_of(cast, path)
    mine, other = (Visitor(sign_in(one)).open(path) for one in (getattr(cast, name), cast.olga))
    other.press("Save", **{wrong: mended})
    mine.press("Save", **{wrong: "quite a lot"})
    assert 422 == mine.status
    said = {"project": ("quite a lot", "5,000,000"), "investor": ("No quite a lot", "No Germany")}
    assert list(said[who]) == compared(mine.open(path))


def test_what_waits_is_dropped_by_its_button_and_other_answers_stay(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    path = page_of(cast, f"{PROJECT}/edit/money")
    anna = Visitor(sign_in(cast.anna)).open(path)
    anna.press("Save", amount="a lot", grants="70")
    assert 422 == anna.status
    assert "What you typed last is not saved yet" in anna.open(path).text
    assert 303 == drop_mine(anna, r"Drop it and")
    assert "not saved yet" not in anna.open(path).text
    with look() as session:
        assert [] == session.scalars(select(DisputedAnswer)).all()


ANSWERS = {
    ("anna", f"{PROJECT}/edit/field"): {"fields": ["cell_therapy"], "stage": "phase_2"},
    ("anna", f"{PROJECT}/edit/money"): {"amount": "3M", "currency": "EUR", "grants": "20,000"},
    ("ivan", f"{INVESTOR}/edit/looks"): {"fields": ["cgt"], "countries": ["DE", "CN"]},
    ("ivan", f"{INVESTOR}/edit/limits"): {
        "exclusions-0-what": "Cardiovascular",
        "exclusions-0-unless": "Germany",
    },
    ("ivan", f"{INVESTOR}/edit/ticket"): {"ticket_low": "1M", "currency": "USD"},
}


@pytest.mark.parametrize(("who", "path"), ANSWERS)
def test_what_was_left_as_it_was_opened_gives_way_to_what_others_changed(
    cast: Cast, sign_in: Any, who: str, path: str
) -> None:
    client, sent = sign_in(getattr(cast, who)), ANSWERS[who, path]
    path = page_of(cast, path)
    client.post(path, data=sent)
    one = Visitor(client).open(path)
    before = one.form("Save").values
    client.post(path, data={"go": "stay"})  # somebody empties the step
    after = Visitor(client).open(path).form("Save").values
    assert before != after
    one.press("Save")
    assert (200, True) == (one.status, "What somebody else changed here meanwhile" in one.text)
    again = Visitor(client).open(path).form("Save").values
    assert {**after, "window": []} == {**again, "window": []}
