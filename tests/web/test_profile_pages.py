"""Pages of projects and investors: who may see what, bad input, stale forms, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import InvestorState, Phase, ProjectState, Role
from matchmaker.services import profile
from matchmaker.store.account import Account, Membership
from matchmaker.store.preference import Cda
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow

SECRET = "the epitope nobody knows"


@dataclass
class Cast:
    """One roadshow with a project, a firm, and people of every kind."""

    roadshow: Any
    project: Any
    investor: Any
    anna: Any
    ivan: Any
    olga: Any
    bob: Any


def account(session: Session, name: str, now: Any) -> Account:
    row = Account(
        email=f"{name}@example.org", name=name.title(), fs_uniquifier=name * 9, confirmed_at=now
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def cast(app: Any, session: Session, now: Any) -> Cast:
    roadshow = Roadshow(
        slug="demo",
        name_en="Spring roadshow",
        starts_on=date(2027, 5, 10),
        ends_on=date(2027, 5, 11),
        phase=Phase.PREFERENCE,
        created_at=now,
    )
    session.add(roadshow)
    session.flush()
    anna, ivan, olga, bob = (account(session, one, now) for one in ("anna", "ivan", "olga", "bob"))
    session.add(
        Membership(roadshow_id=roadshow.id, account_id=olga.id, role=Role.ORGANISER, created_at=now)
    )
    session.flush()
    body = profile.organisation_for(
        session, roadshow, name_en="Charité", name_zh="夏里特医院", kind="hospital", country="DE"
    )
    project = profile.create_project(
        session, roadshow, title="CAR-T for lupus", organisation=body, actor=anna, now=now
    )
    profile.save_project(
        session,
        project,
        {
            "title_zh": "治疗狼疮的CAR-T",
            "pitch_en": "Cells that reset immunity.",
            "fields": ["cell_therapy"],
            "stage": "phase_1",
            "amount": 3_000_000,
            "currency": "EUR",
            "ip_en": "Two families filed.",
            "confidential_summary_en": SECRET,
        },
        revision=None,
        actor=anna,
        now=now,
    )
    profile.submit_project(session, project, actor=anna, now=now)
    project.state, project.decided_at = ProjectState.SELECTED, now
    project.told, project.told_at = "selected", now
    firm = profile.organisation_for(session, roadshow, name_en="Lotus Capital", kind="vc")
    investor = profile.create_investor(session, roadshow, organisation=firm, actor=ivan, now=now)
    profile.save_mandate(
        session,
        investor,
        {
            "fields": ["cgt"],
            "thesis_en": "One-time cures.",
            "conflicts": ["Hidden Rival AG"],
        },
        revision=None,
        actor=ivan,
        now=now,
    )
    profile.submit_mandate(session, investor, actor=ivan, now=now)
    session.commit()
    session.expunge_all()
    return Cast(roadshow, project, investor, anna, ivan, olga, bob)


@pytest.fixture
def look(app: Any) -> Any:
    """Return a function that opens a session for a moment: SQLite lets only one write."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.extensions["sessions"]() as made:
            yield made

    return opened


def page_of(cast: Cast, path: str) -> str:
    return path.format(p=cast.project.id, i=cast.investor.id)


PROJECT = "/r/demo/projects/{p}"
INVESTOR = "/r/demo/investors/{i}"


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (None, "/r/demo/projects", 200),
        (None, PROJECT, 200),
        (None, PROJECT + "/edit", 302),
        (None, "/r/demo/investors", 302),
        (None, INVESTOR, 302),
        ("bob", PROJECT, 200),
        ("bob", PROJECT + "/edit", 403),
        ("bob", PROJECT + "/versions", 403),
        ("bob", PROJECT + "/withdraw", 403),
        ("bob", "/r/demo/investors", 403),
        ("bob", INVESTOR, 404),
        ("ivan", PROJECT + "/edit/basics", 403),
        ("ivan", INVESTOR + "/edit", 200),
        ("ivan", INVESTOR + "/versions", 200),
        ("anna", PROJECT + "/edit/confidential", 200),
        ("anna", PROJECT + "/edit/nothing", 404),
        ("anna", INVESTOR, 200),
        ("anna", INVESTOR + "/edit", 403),
        ("olga", PROJECT + "/edit/basics", 200),
        ("olga", PROJECT + "/edit/confidential", 404),
        ("olga", INVESTOR + "/edit/limits", 200),
        ("olga", "/r/demo/projects?x=1", 400),
    ],
)
def test_who_reaches_what(
    cast: Cast, sign_in: Any, who: str | None, path: str, status: int
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    assert status == client.get(page_of(cast, path)).status_code


@pytest.mark.parametrize(
    ("who", "registered", "secret"),
    [
        (None, False, False),
        ("bob", False, False),
        ("ivan", True, False),
        ("olga", True, False),
        ("anna", True, True),
    ],
)
def test_each_reader_sees_their_tier_and_no_more(
    cast: Cast, sign_in: Any, who: str | None, registered: bool, secret: bool
) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    text = client.get(page_of(cast, PROJECT)).text
    assert (True, registered, secret) == (
        "Cells that reset immunity." in text,
        "Two families filed." in text,
        SECRET in text,
    )
    assert (not secret) == ("after a confidentiality agreement" in text)
    listed = client.get("/r/demo/projects").text
    assert ("CAR-T for lupus" in listed, registered) == (True, "€3M" in listed)


def test_a_cda_opens_the_confidential_tier_and_its_end_closes_it(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    row = Cda(
        roadshow_id=cast.roadshow.id,
        project_id=cast.project.id,
        investor_id=cast.investor.id,
        signed_at=now,
    )
    with look() as session:
        session.add(row)
        session.commit()
    client = sign_in(cast.ivan)
    assert SECRET in client.get(page_of(cast, PROJECT)).text
    with look() as session:
        session.get_one(Cda, row.id).ended_at = now
        session.commit()
    assert SECRET not in client.get(page_of(cast, PROJECT)).text


@pytest.mark.parametrize(
    ("seen_as", "registered", "secret"),
    [("public", False, False), ("registered", True, False), ("cda", True, True)],
)
def test_a_team_sees_its_card_as_others_do(
    cast: Cast, sign_in: Any, seen_as: str, registered: bool, secret: bool
) -> None:
    text = sign_in(cast.anna).get(page_of(cast, f"{PROJECT}?as={seen_as}")).text
    assert (registered, secret) == ("Two families filed." in text, SECRET in text)


def test_seeing_it_as_somebody_never_opens_a_tier(cast: Cast, sign_in: Any) -> None:
    text = sign_in(cast.olga).get(page_of(cast, f"{PROJECT}?as=cda")).text
    assert SECRET not in text


def test_teams_see_a_mandate_without_its_terms(cast: Cast, sign_in: Any) -> None:
    seen = {
        who: "Hidden Rival AG" in sign_in(getattr(cast, who)).get(page_of(cast, INVESTOR)).text
        for who in ("anna", "ivan", "olga")
    }
    assert {"anna": False, "ivan": True, "olga": True} == seen


def test_an_organiser_can_neither_read_nor_write_what_a_cda_protects(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client = sign_in(cast.olga)
    for step in ("basics", "summary", "review", "files"):
        assert SECRET not in client.get(page_of(cast, f"{PROJECT}/edit/{step}")).text
    assert SECRET not in client.get(page_of(cast, f"{PROJECT}/versions")).text
    answer = client.post(
        page_of(cast, f"{PROJECT}/edit/confidential"), data={"confidential_summary_en": "x"}
    )
    assert 404 == answer.status_code
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert SECRET == draft.confidential.summary_en


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
        ("field", {"fields": ["no-such-field"]}, "not a valid choice", "选"),
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
    again = re.search(r'name="revision" type="hidden" value="([^"]+)"', answer.text)
    assert again
    saved = client.post(path, data={"revision": again[1], "ip_en": "Both."})
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
    assert (200, ["amount"]) == (first.status_code, first.json["invalid"])
    second = client.post(
        f"{path}/draft", data={"revision": first.json["revision"], "seeking_en": "A site"}
    )
    assert 200 == second.status_code
    stale = client.post(f"{path}/draft", data={**opened, "seeking_en": "Old"})
    assert (409, {"stale": True}) == (stale.status_code, stale.json)
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
                "exclusions-0-unless": "Germany; Phase II",
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
                "unless": [["country", "DE"], ["stage", "phase_2"]],
            }
        ] == mandate.terms.exclusions
        assert (["country"], ["Bayer", "Roche"], 100_000_000) == (
            mandate.terms.only,
            mandate.terms.conflicts,
            mandate.ticket_low,
        )
    shown = client.get(f"{base}/edit/limits").text
    assert "No Cell therapy, except Germany; Phase II" in shown


def test_an_unknown_limit_is_named_beside_its_row(cast: Cast, sign_in: Any) -> None:
    path = page_of(cast, f"{INVESTOR}/edit/limits")
    answer = sign_in(cast.ivan).post(path, data={"exclusions-0-what": "Perpetual motion"})
    assert (422, True) == (answer.status_code, "is called “Perpetual motion”" in answer.text)


def test_withdrawing_asks_first_and_can_be_undone(cast: Cast, sign_in: Any, look: Any) -> None:
    client = sign_in(cast.anna)
    asked = client.get(page_of(cast, f"{PROJECT}/withdraw"))
    assert "decision to select it is given up" in asked.text
    states = []
    for deed in ("withdraw", "restore"):
        assert 303 == client.post(page_of(cast, f"{PROJECT}/{deed}")).status_code
        with look() as session:
            states.append(session.get_one(Project, cast.project.id).state)
    assert [ProjectState.WITHDRAWN, ProjectState.SUBMITTED] == states


def test_versions_are_compared_word_by_word(cast: Cast, sign_in: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    client.post(path, data={**form_of(client, path), "pitch_en": "Cells that restart immunity."})
    text = client.get(page_of(cast, f"{PROJECT}/versions")).text
    assert (["reset"], ["restart"]) == tuple(
        re.findall(rf"<{tag}><span[^>]*>[^<]*</span>(.*?)</{tag}>", text) for tag in ("del", "ins")
    )
    assert 404 == client.get(page_of(cast, f"{PROJECT}/versions?old=7")).status_code


def test_a_colleague_is_added_without_an_account_and_invited_with_one(
    cast: Cast, sign_in: Any, look: Any, app: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/team/add")
    added = client.post(
        path, data={"name_zh": "李华", "languages": ["zh"], "email": "li@example.org"}
    )
    assert 303 == added.status_code
    taken = client.post(path, data={"name_en": "Ivan", "email": "IVAN@example.org"})
    assert 303 == taken.status_code
    with look() as session:
        project = session.get_one(Project, cast.project.id)
        assert ["Anna", "李华"] == [
            row.person.name_zh or row.person.name_en for row in profile.team_of(session, project)
        ]
        invited = [one["To"] for one in app.extensions["sent"] if "handed" not in one.get_content()]
    assert ["ivan@example.org"] == invited


def test_nobody_changes_a_colleague_of_another_team(cast: Cast, sign_in: Any, look: Any) -> None:
    with look() as session:
        person_id = session.scalar(select(Person.id).where(Person.account_id == cast.ivan.id))
    path = page_of(cast, f"{PROJECT}/team/{person_id}")
    assert 404 == sign_in(cast.anna).post(path, data={"name_en": "X"}).status_code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lupus", True),
        ("q=狼疮", True),
        ("q=夏里特", True),
        ("q=Cell+therapy", True),
        ("q=P001", True),
        ("q=%25", False),
        ("q=nothing+here", False),
        ("field=cgt", True),
        ("field=diagnostics", False),
        ("country=DE&kind=hospital&stage=phase_1", True),
        ("country=FR", False),
        ("stage=zzz&page=99&sort=-nonsense", True),
    ],
)
def test_the_list_is_searched_in_both_languages(
    cast: Cast, sign_in: Any, query: str, found: bool
) -> None:
    answer = sign_in(cast.ivan).get(f"/r/demo/projects?{query}")
    assert (200, found) == (answer.status_code, cast.project.id in answer.text)


@pytest.mark.parametrize("path", ["/r/demo/projects", "/r/demo/investors"])
def test_lists_take_a_fixed_number_of_queries(
    cast: Cast, sign_in: Any, app: Any, look: Any, count_queries: Any, now: Any, path: str
) -> None:
    client, engine = sign_in(cast.olga), app.extensions["engine"]
    counts = []
    for _more in range(2):
        with count_queries(engine) as seen:
            assert 200 == client.get(path).status_code
        counts.append(len(seen))
        with look() as session:
            roadshow = session.get_one(Roadshow, cast.roadshow.id)
            for number in range(3):
                body = profile.organisation_for(
                    session, roadshow, name_en=f"Body {number}", kind="vc"
                )
                investor = profile.create_investor(
                    session, roadshow, organisation=body, actor=None, now=now
                )
                profile.submit_mandate(session, investor, actor=None, now=now)
                project = profile.create_project(
                    session, roadshow, title=f"T {number}", organisation=None, actor=None, now=now
                )
                profile.submit_project(session, project, actor=None, now=now)
            session.commit()
    assert counts[0] == counts[1]


def test_the_index_of_fields_is_complete_and_searchable(app: Any, cast: Cast, sign_in: Any) -> None:
    client = sign_in()
    nodes = client.get("/fields.json").json
    known = {node["code"] for node in nodes}
    assert (True, set()) == (
        len(nodes) >= 150,
        {node["parent"] for node in nodes} - known - {None},
    )
    assert "cell_therapy" in [node["code"] for node in client.get("/fields.json?q=细胞治疗").json]
    places = {node["code"]: node for node in client.get("/places.json").json}
    assert ("155", "德国") == (places["DE"]["parent"], places["DE"]["zh"])


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
