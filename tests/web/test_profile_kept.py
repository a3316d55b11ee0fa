"""Nothing that was written is lost: sign-ins end, buttons are pressed twice, servers restart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.core.journey import Phase
from matchmaker.services import profile
from matchmaker.store.profile import Investor, Project, ProjectVersion
from matchmaker.store.roadshow import Roadshow
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, STEPS, Cast, cast, look, page_of

__all__ = ["cast", "look"]
WRITTEN = "Cells that <reset> immunity,\nfor good & all."
OURS = {"Origin": "http://localhost"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def guarded(app: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True


def written(look: Any, cast: Cast) -> str:
    with look() as session:
        return str(
            profile.project_draft(session, session.get_one(Project, cast.project.id)).pitch_en
        )


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("cookies", ["kept", "gone"])
def test_a_form_sent_after_the_sign_in_ran_out_keeps_every_word(
    cast: Cast, sign_in: Any, look: Any, cookies: str
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    form = client.get(path)
    token = TOKEN.search(form.text)[1]
    revision = re.search(r'name="revision"[^>]*value="([^"]+)"', form.text)[1]
    if cookies == "gone":
        client.delete_cookie("session")
    else:
        with client.session_transaction() as kept:
            for name in ("_user_id", "identity"):
                kept.pop(name)
    sent = {"csrf_token": token, "revision": revision, "pitch_en": WRITTEN, "go": "stay"}
    answer = client.post(path, data=sent, headers=OURS)
    assert 401 == answer.status_code
    assert "Cells that &lt;reset&gt; immunity" in answer.text
    with client.session_transaction() as kept:  # the sign-in beside the page
        kept.update({"_user_id": cast.anna.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
        kept["identity"] = cast.anna.fs_uniquifier
    visitor = Visitor(client)
    visitor.path, visitor.answer = path, answer
    visitor.press("Send my text once more")
    assert (200, path) == (visitor.status, visitor.path)
    assert " ".join(WRITTEN.split()) == " ".join(written(look, cast).split())


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", ""])
def test_words_of_another_site_are_not_given_back(cast: Cast, sign_in: Any, origin: str) -> None:
    path = page_of(cast, f"{PROJECT}/withdraw")
    answer = sign_in(cast.anna).post(
        path, data={"csrf_token": "x", "a": "b"}, headers={"Origin": origin}
    )
    assert 400 == answer.status_code
    assert "csrf_token" not in answer.text


def test_a_password_is_never_given_back(app: Any, sign_in: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sent = {"email": "a@example.org", "password": "correct horse battery"}
    answer = sign_in().post("/login", data=sent, headers=OURS)
    assert 400 == answer.status_code
    assert "correct horse" not in answer.text


def test_a_step_sent_twice_is_saved_once_and_goes_on(cast: Cast, sign_in: Any, look: Any) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    revision = re.search(r'name="revision"[^>]*value="([^"]+)"', client.get(path).text)[1]
    sent = {"revision": revision, "pitch_en": "Once."}
    first, second = (client.post(path, data=sent) for _ in range(2))
    assert (303, 303) == (first.status_code, second.status_code)
    assert first.headers["Location"] == second.headers["Location"]
    assert "Once." == written(look, cast)


@pytest.mark.parametrize("who", STEPS)
def test_writing_goes_on_at_another_device(cast: Cast, sign_in: Any, who: str) -> None:
    name, path, first, second, third = STEPS[who]
    path = page_of(cast, path)
    desk, phone = (Visitor(sign_in(getattr(cast, name))) for _ in range(2))
    opened = desk.open(path).form("Save and continue").values
    sent = {**opened, first: ["Begun at the desk."]}
    assert 200 == desk.client.post(f"{path}/draft", data=sent).status_code
    assert "Begun at the desk." in phone.open(path).html
    phone.press("Save", **{second: "手机上续写。"})
    assert 200 == phone.status
    stale = {**sent, third: ["And on."], "go": "stay"}  # the desk still has its first page
    assert 200 == desk.client.post(f"{path}/draft", data=stale).status_code
    html = phone.open(path).html
    assert [True] * 3 == [one in html for one in ("Begun at the desk.", "手机上续写。", "And on.")]


def test_a_draft_sent_after_the_sign_in_ran_out_is_told_so_and_the_page_can_still_be_sent(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    before, opened = written(look, cast), Visitor(client).open(path).form("Save").values
    sent = {**opened, "pitch_en": "Typed on."}
    client.delete_cookie("session")
    asked = {"Accept": "application/json", "X-Draft": "1"}
    assert 403 == client.post(f"{path}/draft", data=sent, headers=asked).status_code
    assert before == written(look, cast)
    back = sign_in(cast.anna)
    assert 200 == back.post(f"{path}/draft", data=sent).status_code
    assert "Typed on." == written(look, cast)


@pytest.mark.parametrize("who", ["project", "investor"])
def test_handing_in_twice_makes_one_version(cast: Cast, sign_in: Any, look: Any, who: str) -> None:
    client = sign_in(cast.anna if who == "project" else cast.ivan)
    base, step, sent = (
        (PROJECT, "summary", {"pitch_en": "Anew."})
        if who == "project"
        else (INVESTOR, "thesis", {"thesis_en": "Anew."})
    )
    client.post(page_of(cast, f"{base}/edit/{step}"), data=sent)
    for _ in range(2):
        assert 303 == client.post(page_of(cast, f"{base}/submit")).status_code
    with look() as session:
        party = session.get_one(Project if who == "project" else Investor, getattr(cast, who).id)
        assert [2, 1] == [one.number for one in profile.versions_of(session, party)]


def test_beginning_twice_begins_once(cast: Cast, sign_in: Any, look: Any) -> None:
    with look() as session:
        session.get_one(Roadshow, cast.roadshow.id).phase = Phase.CALL
        session.commit()
    client = sign_in(cast.bob)
    applying = {"title": "Twice", "organisation": "Bobs Lab", "kind": "company"}
    firm = {"organisation": "Bobs Fund", "kind": "vc"}
    for path, sent in (("/r/demo/apply", applying), ("/r/demo/register-investor", firm)):
        places = {client.post(path, data=sent).headers["Location"] for _ in range(2)}
        assert 1 == len(places), places
    with look() as session:
        titles = session.scalars(
            select(ProjectVersion.title_en).where(ProjectVersion.title_en == "Twice")
        )
        assert ["Twice"] == list(titles)


def test_going_back_shows_what_was_saved_and_saves_again(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    page = client.get(path)
    assert "no-store" == page.headers["Cache-Control"]  # so the browser asks for the page anew
    visitor = Visitor(client).open(path).press("Save and continue", pitch_en="First.")
    visitor.open(path)
    assert "First." in visitor.html
    visitor.press("Save and continue", pitch_en="Second.")
    assert "Second." == written(look, cast)


def test_a_form_outlives_the_server(
    app: Any, cast: Cast, sign_in: Any, look: Any, settings: Any
) -> None:
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    app.config["WTF_CSRF_ENABLED"] = True
    client, path = sign_in(cast.anna), page_of(cast, f"{PROJECT}/edit/summary")
    before = Visitor(client).open(path)
    cookies = client.get_cookie("session")
    again = create_app(settings, clock=app.extensions["clock"])
    try:
        after = again.test_client()
        after.set_cookie("session", cookies.value)
        visitor = Visitor(after)
        visitor.path, visitor.answer = before.path, before.answer
        visitor.press("Save and continue", pitch_en="Written before, sent after.")
        assert 200 == visitor.status
        assert "Written before, sent after." == written(look, cast)
    finally:
        again.extensions["engine"].dispose()
