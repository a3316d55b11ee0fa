"""The search for fields: by pinyin, offered from the texts, the same in lists and limits."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from matchmaker.services import profile
from matchmaker.services.fields import taxonomy
from matchmaker.store.profile import Investor, Project
from matchmaker.web.profile.index import index_of
from tests.visitor import Visitor
from tests.web.profiles import INVESTOR, PROJECT, Cast, cast, look, page_of

__all__ = ["cast", "look"]


def test_fields_are_found_by_the_first_letters_of_their_pinyin(app: Any, sign_in: Any) -> None:
    found = sign_in().get("/fields.json", query_string={"q": "xbzl"}).json
    assert "cell_therapy" == found[0]["code"]
    assert "xbzl" == found[0]["initials"][0]
    assert [] == sign_in().get("/fields.json", query_string={"q": "xqzqz"}).json
    places = {one["code"]: one["initials"] for one in sign_in().get("/places.json").json}
    assert (["dg"], ["fj"]) == (places["DE"], places["FJ"])


def test_a_field_that_the_text_speaks_of_is_taken_by_a_press(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    client = sign_in(cast.anna)
    visitor = Visitor(client).open(page_of(cast, f"{PROJECT}/edit/summary"))
    visitor.press("Save and continue", summary_en="Allogeneic CAR-T cells against asthma.")
    visitor.open(page_of(cast, f"{PROJECT}/edit/field")).press("Allogeneic CAR-T")
    assert page_of(cast, f"{PROJECT}/edit/field") == visitor.path
    assert "Allogeneic CAR-T" not in [words for words, _, _ in visitor.buttons()]
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert [("cell_therapy", "core"), ("allogeneic_car_t", "core")] == [
            (one.code, one.weight) for one in draft.fields
        ]


def test_what_no_text_speaks_of_cannot_be_taken(cast: Cast, sign_in: Any, look: Any) -> None:
    path = page_of(cast, f"{PROJECT}/edit/field")
    sign_in(cast.anna).post(path, data={"fields": ["cell_therapy"], "take": "stroke"})
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert ["cell_therapy"] == [one.code for one in draft.fields]


def test_a_confidential_text_suggests_nothing(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.anna)
    client.post(
        page_of(cast, f"{PROJECT}/edit/confidential"),
        data={"confidential_summary_en": "It is about asthma."},
    )
    assert 'value="allergy_asthma"' not in _takes(
        client.get(page_of(cast, f"{PROJECT}/edit/field")).text
    )


def test_lists_and_limits_use_the_same_search(app: Any, cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.ivan)
    with app.test_request_context():
        fields, places = index_of("fields"), index_of("places")
    for path in ("/r/demo/projects", "/r/demo/investors"):
        assert f'data-field-picker="{fields}" data-core="field"' in client.get(path).text
    limits = client.get(page_of(cast, f"{INVESTOR}/edit/limits")).text
    assert f'data-facets="{fields} {places}"' in limits


def test_a_firm_that_looks_in_the_whole_world_still_does_after_saving(
    cast: Cast, sign_in: Any, look: Any, now: Any
) -> None:
    with look() as session:
        investor = session.get_one(Investor, cast.investor.id)
        world = {"countries": ["001"]}
        profile.save_mandate(session, investor, world, revision=None, actor=None, now=now)
        session.commit()
    visitor = Visitor(sign_in(cast.ivan)).open(page_of(cast, f"{INVESTOR}/edit/looks"))
    assert "the whole world" in visitor.text
    visitor.press("Save and continue", stages="phase_1")
    with look() as session:
        draft = profile.mandate_draft(session, session.get_one(Investor, cast.investor.id))
        assert (["001"], ["phase_1"]) == (draft.countries, draft.stages)


def _takes(html: str) -> str:
    return html.partition('class="spoken"')[2].partition("</div>")[0]


def test_the_index_is_packed_for_who_takes_it(app: Any, sign_in: Any) -> None:
    client = sign_in()
    plain = client.get("/fields.json")
    packed = client.get("/fields.json", headers={"Accept-Encoding": "gzip, br"})
    assert (None, "gzip") == tuple(one.headers.get("Content-Encoding") for one in (plain, packed))
    assert plain.data == gzip.decompress(packed.data)
    assert len(packed.data) * 2 < len(plain.data)


def test_an_index_asked_for_by_its_digest_is_kept_by_browsers(
    app: Any, cast: Cast, sign_in: Any
) -> None:
    client = sign_in(cast.anna)
    with app.test_request_context():
        address = index_of("fields")
    kept, other, old = (
        client.get(path).headers["Cache-Control"]
        for path in (address, "/fields.json", "/fields.json?v=0000000000")
    )
    assert "private, max-age=31536000, immutable" == kept
    assert ["no-store"] * 2 == [other, old]


def test_a_page_holds_what_is_chosen_and_the_whole_list_where_it_is_asked_for(
    cast: Cast, sign_in: Any, look: Any
) -> None:
    visitor = Visitor(sign_in(cast.anna)).open(page_of(cast, f"{PROJECT}/edit/field"))
    assert ["cell_therapy"] == _options(visitor.html, "fields")
    visitor.press("Show the whole list", stage="phase_2")
    assert f"{page_of(cast, PROJECT)}/edit/field?options=all" == visitor.path
    assert "cell_therapy" == _options(visitor.html, "fields")[0]
    assert set(taxonomy()) == set(_options(visitor.html, "fields"))
    visitor.press("Save and continue", fields=["stroke"])
    with look() as session:
        draft = profile.project_draft(session, session.get_one(Project, cast.project.id))
        assert (["stroke"], "phase_2") == ([one.code for one in draft.fields], draft.stage)


@pytest.mark.parametrize("path", ["/r/demo/projects", "/r/demo/investors"])
def test_a_list_offers_every_field_without_a_script(cast: Cast, sign_in: Any, path: str) -> None:
    visitor = Visitor(sign_in(cast.ivan)).open(f"{path}?field=cgt")
    assert ["", "cgt"] == _options(visitor.html, "field")
    visitor.follow("Show the whole list")
    assert "field=cgt" in visitor.path
    assert {"", *taxonomy()} == set(_options(visitor.html, "field"))


def _options(html: str, name: str) -> list[str]:
    inside = re.search(rf'<select[^>]*name="{name}".*?</select>', html, re.DOTALL)
    assert inside
    return re.findall(r'<option[^>]*value="([^"]*)"', inside[0])


def test_a_filter_that_is_changed_replaces_what_stood_in_the_address(
    cast: Cast, sign_in: Any
) -> None:
    page = sign_in(cast.ivan).get("/r/demo/projects", query_string={"field": "cgt"}).text
    assert 'hx-get="/r/demo/projects" ' in page
