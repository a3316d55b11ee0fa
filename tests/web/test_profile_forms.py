"""The forms of projects and mandates: bad input, stale forms, both languages, the whole way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import InvestorState, Phase, ProjectState
from matchmaker.services import profile
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


def form_of(client: Any, path: str) -> dict[str, Any]:
    """Return what a browser would send back of a page's form."""
    text = client.get(path).text
    revision = re.search(r'name="revision" type="hidden" value="([^"]+)"', text)
    return {"revision": revision[1] if revision else ""}


def test_a_step_is_saved_and_leads_to_the_next(cast: Cast, sign_in: Any, look: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/money")
    answer = client.post(
        path,
        data={
            **form_of(client, path),
            "amount": "2000万",
            "currency": "CNY",
            "round": "seed",
            "instruments": ["equity", "licence"],
            "go": "next",
        },
    )
    assert (303, True) == (answer.status_code, answer.location.endswith("/edit/plans"))
    with look() as session:
        part = profile.project_draft(session, session.get_one(Project, cast.project.id)).registered
        assert (2_000_000_000, "CNY", "seed", ["equity", "licence"]) == (
            part.amount,
            part.currency,
            part.round,
            part.instruments,
        )


@pytest.mark.parametrize(
    ("step", "sent", "message", "chinese"),
    [
        ("money", {"amount": "lots"}, "Please write an amount", "请填写金额"),
        (
            "money",
            {"amount": "USD 5M", "currency": "CNY"},
            "You wrote USD here",
            "您在此填写的是USD",
        ),
        ("money", {"amount": "5", "currency": ""}, "choose the currency", "请选择金额的币种"),
        (
            "basics",
            {"title_en": "", "title_zh": ""},
            "Please give a title",
            "请至少用一种语言填写项目名称",
        ),
        ("basics", {"title_en": "T", "website": "javascript:alert(1)"}, "no web address", "网址"),
        ("field", {"fields": ["no-such-field"]}, "not on the list", "列表中没有"),
        ("summary", {"summary_en": "x" * 12_001}, "At most 12000", "最多12000个字符"),
    ],
)
def test_a_wrong_answer_gets_its_message_in_both_languages_and_loses_nothing(
    cast: Cast, sign_in: Any, step: str, sent: dict[str, Any], message: str, chinese: str
) -> None:
    path = page_of(cast, f"{PROJECT}/edit/{step}")
    for locale, words in (("en", message), ("zh", chinese)):
        answer = sign_in(cast.anna, locale).post(path, data=sent)
        assert (422, True) == (answer.status_code, words in answer.text), locale
        typed = next(iter(sent.values()))
        assert not isinstance(typed, str) or typed in answer.text


def test_what_was_typed_is_shown_escaped(cast: Cast, sign_in: Any) -> None:
    nasty = "<script>alert(1)</script>"
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/basics")
    answer = client.post(
        path,
        data={
            **form_of(client, path),
            "title_en": nasty,
            "body_name_en": "A",
            "body_kind": "company",
        },
    )
    assert 303 == answer.status_code
    for page in (f"{PROJECT}/edit/basics", f"{PROJECT}/edit/review", f"{PROJECT}/versions"):
        text = client.get(page_of(cast, page)).text
        assert (False, True) == (nasty in text, "&lt;script&gt;" in text or "alert" in text)


def test_a_stale_step_answers_with_both_texts(cast: Cast, sign_in: Any, look: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/plans")
    opened = form_of(client, path)
    assert 303 == client.post(path, data={**opened, "ip_en": "Theirs."}).status_code
    answer = client.post(path, data={**opened, "ip_en": "Mine."})
    assert (409, True, True) == (
        answer.status_code,
        "Theirs." in answer.text,
        "Mine." in answer.text,
    )
    again = re.search(r'type="hidden" name="compared" value="([^"]+)"', answer.text)
    assert again
    saved = client.post(path, data={"compared": again[1], "ip_en": "Both."})
    assert 303 == saved.status_code
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert "Both." == draft.registered.ip_en


def test_a_colleague_at_another_step_makes_nothing_stale(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.anna)
    plans, summary = (page_of(cast, f"{PROJECT}/edit/{step}") for step in ("plans", "summary"))
    opened = form_of(client, plans)
    client.post(summary, data={**form_of(client, summary), "pitch_en": "New pitch."})
    assert 303 == client.post(plans, data={**opened, "ip_en": "Mine."}).status_code


def test_a_draft_is_saved_while_writing_and_its_revision_follows(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/money")
    opened = form_of(client, path)
    first = client.post(f"{path}/draft", data={**opened, "seeking_en": "A partner", "amount": "??"})
    assert (200, ["amount"], ["Amount sought"]) == (
        first.status_code,
        first.json["invalid"],
        first.json["wrong"],
    )
    second = client.post(
        f"{path}/draft", data={"revision": first.json["revision"], "seeking_en": "A site"}
    )
    assert 200 == second.status_code
    stale = client.post(f"{path}/draft", data={**opened, "seeking_en": "Old"})
    assert (200, ["What you look for, in English"]) == (stale.status_code, stale.json["both"])
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert "A site" == draft.registered.seeking_en


def test_a_project_with_gaps_is_not_handed_in(cast: Cast, sign_in: Any, look: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/field")
    client.post(path, data=form_of(client, path))
    answer = client.post(page_of(cast, f"{PROJECT}/submit"))
    assert (422, True) == (answer.status_code, "at least one field" in answer.text)
    with look() as session:
        assert 1 == len(profile.versions_of(session, session.get_one(Project, cast.project.id)))


def test_from_apply_to_handed_in(cast: Cast, sign_in: Any, look: Any, app: Any, now: Any) -> None:
    with look() as session:
        session.get_one(Roadshow, cast.roadshow.id).phase = Phase.CALL
        session.commit()
    client = sign_in(cast.bob)
    begun = client.post(
        "/r/demo/apply",
        data={"title": "纳米抗体滴眼液", "organisation": "复旦大学", "kind": "university"},
    )
    assert 303 == begun.status_code
    with look() as session:
        project_id = session.scalars(select(Project.id).where(Project.code == "P002")).one()
    base = f"/r/demo/projects/{project_id}"
    for step, sent in (
        ("field", {"fields": ["cgt", "cell_therapy"], "stage": "preclinical"}),
        ("summary", {"pitch_zh": "不用打针的眼药。"}),
    ):
        path = f"{base}/edit/{step}"
        assert 303 == client.post(path, data={**form_of(client, path), **sent}).status_code
    assert 303 == client.post(f"{base}/submit").status_code
    with look() as session:
        project = session.get_one(Project, project_id)
        version = profile.current_version(project)
        assert (ProjectState.SUBMITTED, "纳米抗体滴眼液", ["cgt", "cell_therapy"], "复旦大学") == (
            project.state,
            version.title_zh if version else None,
            [field.code for field in version.fields] if version else [],
            project.organisation.name_zh,
        )
    mine = [one["Subject"] for one in app.extensions["sent"] if "bob@" in one["To"]]
    assert ["We have your application: 纳米抗体滴眼液"] == mine


def test_from_registering_to_a_mandate_with_exceptions(cast: Cast, sign_in: Any, look: Any) -> None:
    client = sign_in(cast.bob)
    begun = client.post("/r/demo/register-investor", data={"organisation": "Bob Ventures"})
    assert 303 == begun.status_code
    with look() as session:
        investor_id = session.scalars(select(Investor.id).where(Investor.code == "I002")).one()
    base = f"/r/demo/investors/{investor_id}"
    for step, sent in (
        ("looks", {"fields": ["cgt"], "countries": ["150"], "stages": ["phase_1"]}),
        (
            "limits",
            {
                "exclusions-0-what": "细胞治疗",
                "exclusions-0-unless": "Germany; Phase II，Phase III",
                "exclusions-1-what": "",
                "only": ["country"],
                "conflicts": "Bayer\nRoche",
            },
        ),
        ("ticket", {"ticket_low": "1M", "ticket_high": "8M", "currency": "USD"}),
    ):
        path = f"{base}/edit/{step}"
        assert 303 == client.post(path, data={**form_of(client, path), **sent}).status_code, step
    assert 303 == client.post(f"{base}/submit").status_code
    with look() as session:
        investor = session.get_one(Investor, investor_id)
        mandate = profile.current_mandate(investor)
        assert mandate
        assert InvestorState.ACTIVE is investor.state
        assert [
            {
                "facet": "field",
                "value": "cell_therapy",
                "unless": [["country", "DE"], ["stage", "phase_2"], ["stage", "phase_3"]],
            }
        ] == mandate.terms.exclusions
        assert (["country"], ["Bayer", "Roche"], 100_000_000) == (
            mandate.terms.only,
            mandate.terms.conflicts,
            mandate.ticket_low,
        )
    shown = client.get(f"{base}/edit/limits").text
    assert "No Cell therapy, except Germany; Phase II" in shown


def test_who_is_called_like_their_mail_address_is_asked_for_a_name(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client = sign_in(cast.bob)
    base = client.post("/r/demo/register-investor", data={"organisation": "B"}).headers["Location"]
    base = base.partition("/edit")[0]
    with look() as session:
        person = session.scalars(select(Person).where(Person.account_id == cast.bob.id)).one()
        person.name_en, person.name_zh = person.email.partition("@")[0], ""
        session.commit()
    missing, pages = "A name for the badge is missing", ("delegates", "review")
    assert [True, True] == [missing in client.get(f"{base}/edit/{one}").text for one in pages]
    with look() as session:
        session.get_one(Person, person.id).name_zh = "白博"
        session.commit()
    assert [False, False] == [missing in client.get(f"{base}/edit/{one}").text for one in pages]


def test_an_unknown_limit_is_named_beside_its_row(cast: Cast, sign_in: Any) -> None:
    path = page_of(cast, f"{INVESTOR}/edit/limits")
    answer = sign_in(cast.ivan).post(path, data={"exclusions-0-what": "Perpetual motion"})
    assert (422, True) == (answer.status_code, "is called “Perpetual motion”" in answer.text)
    answer = sign_in(cast.ivan).post(path, data={"exclusions-0-what": "Germany，Phase II"})
    assert 2 == answer.text.count("One in each row, please: Germany, Phase II.")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_step_speaks_the_viewers_language(cast: Cast, sign_in: Any, locale: str) -> None:
    heads = {"en": ("Money", "Check and hand in"), "zh": ("资金", "核对并提交")}
    client = sign_in(cast.anna, locale)
    for step, head in zip(("money", "review"), heads[locale], strict=True):
        text = client.get(page_of(cast, f"{PROJECT}/edit/{step}")).text
        assert f"<h1>{head}</h1>" in text


def test_a_doubtful_sentence_is_shown_and_moves_behind_the_cda(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    text = "Cells for lupus. The guide is GACUUACGGAUCCAUGCAUU. Twelve patients."
    client.post(path, data={**form_of(client, path), "summary_en": text})
    review = client.get(page_of(cast, f"{PROJECT}/edit/review")).text
    assert "This looks like a sequence: “GACUUACGGAUCCAUGCAUU”" in review
    hide = page_of(cast, f"{PROJECT}/edit/hide")
    sent = {"name": "summary_en", "at": str(text.index("GACU"))}
    assert 403 == sign_in(cast.olga).post(hide, data=sent).status_code
    assert 303 == client.post(hide, data=sent).status_code
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert ("Cells for lupus. Twelve patients.", True) == (
            draft.summary_en,
            draft.confidential.summary_en.endswith("The guide is GACUUACGGAUCCAUGCAUU."),
        )
