"""The cast of the demo is sound: codes resolve, both languages are there, nothing is doubled."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from matchmaker.core.profile import (
    INSTITUTION_KINDS,
    INSTRUMENTS,
    INVESTOR_KINDS,
    LEADS,
    ROUNDS,
    STAGES,
)
from matchmaker.documents.sheet import read_sheet
from matchmaker.paths import SEEDS
from matchmaker.services.exchange import read
from matchmaker.services.fields import taxonomy
from tests.seeds.cast import CHINESE, RESERVED, items, people, roadshow, rows, selected

ABROAD = {"DE", "US", "NL", "RU", "FI"}
TOLD_IN_FULL = (
    "summary",
    "unmet_need",
    "differentiation",
    "ip",
    "milestone",
    "use_of_funds",
    "seeking",
    "regulatory",
    "confidential_summary",
)
PUBLIC_FACETS = {"field", "country", "region", "kind", "stage", "round", "instrument"}


def test_the_cast_has_the_promised_size():
    assert (60, 80) == (len(rows("projects")), len(rows("investors")))
    chosen = Counter(row["country"] for row in selected())
    assert 20 == sum(chosen.values())
    assert 11 == chosen["CN"]
    assert 9 == sum(chosen[country] for country in ABROAD)
    assert ABROAD | {"CN"} == set(chosen)
    assert set(INSTITUTION_KINDS) == {row["kind"] for row in selected()}
    assert set(INVESTOR_KINDS) == {row["kind"] for row in rows("investors")}


def test_rows_are_in_the_order_of_their_codes_and_no_code_is_doubled():
    for name in ("projects", "investors"):
        codes = [row["code"] for row in rows(name)]
        assert sorted(set(codes)) == codes


@pytest.mark.parametrize(("name", "count"), [("projects", 60), ("investors", 80)])
def test_the_import_takes_the_files_as_they_are(name: str, count: int):
    file = SEEDS / f"{name}.csv"
    taken, problems = read(name, read_sheet(file.read_bytes(), file.name), None, taxonomy())
    assert [] == problems
    assert count == len(taken)


@pytest.mark.parametrize("name", ["projects", "investors"])
def test_codes_of_fields_and_vocabularies_resolve(name: str):
    fields = {row["code"] for row in rows("taxonomy")}
    for row in rows(name):
        core, also = items(row["fields"]), items(row["also_fields"])
        assert core, row["code"]
        assert fields >= {*core, *also}, row["code"]
        assert not set(core) & set(also), row["code"]
        assert set(INSTRUMENTS) >= set(items(row["instruments"])), row["code"]
        assert set(STAGES) >= set(items(row.get("stages", row.get("stage", "")))), row["code"]
        assert set(ROUNDS) >= set(items(row.get("rounds", row.get("round", "")))), row["code"]
        assert re.fullmatch("[A-Z]{2}", row["country"]), row["code"]
        assert {"USD", *roadshow()["rates"]} >= {row["currency"]}, row["code"]
        assert items(row["languages"]), row["code"]


def test_projects_say_the_same_things_in_both_languages():
    stems = [column[:-3] for column in rows("projects")[0] if column.endswith("_en")]
    for row in rows("projects"):
        for stem in stems:
            english, chinese = row[f"{stem}_en"], row[f"{stem}_zh"]
            assert bool(english) == bool(chinese), (row["code"], stem)
            assert not CHINESE.search(english), (row["code"], stem)
            assert not chinese or CHINESE.search(chinese), (row["code"], stem)
        assert len(row["pitch_en"]) <= 300
        assert row["kind"] in INSTITUTION_KINDS


def test_selected_projects_are_told_in_full():
    for row in selected():
        for stem in TOLD_IN_FULL:
            assert row[f"{stem}_en"], (row["code"], stem)
        assert date(2027, 4, 16) < date.fromisoformat(row["milestone_on"]), row["code"]
        assert row["colleagues"], row["code"]


def test_no_two_texts_are_the_same():
    texts = Counter(
        value
        for row in (*rows("projects"), *rows("investors"))
        for column, value in row.items()
        if len(value) > 60 and column != "colleagues"
    )
    assert [] == [value for value, count in texts.items() if count > 1]


def test_mandates_are_told_in_one_language_or_both():
    kinds = Counter((bool(row["thesis_en"]), bool(row["thesis_zh"])) for row in rows("investors"))
    assert 0 == kinds[False, False]
    assert kinds[True, True] > 35
    assert kinds[True, False] >= 12
    assert kinds[False, True] >= 12
    for row in rows("investors"):
        assert not CHINESE.search(row["thesis_en"]), row["code"]


def test_mandates_hold_together():
    for row in rows("investors"):
        low, typical, high = (int(row[f"ticket_{part}"]) for part in ("low", "typical", "high"))
        assert 0 < low <= typical <= high, row["code"]
        assert row["kind"] in INVESTOR_KINDS
        assert row["lead"] in LEADS
        assert set(INSTITUTION_KINDS) >= set(items(row["kinds"]))
        assert int(row["trl_min"] or 1) <= int(row["trl_max"] or 9)
        assert int(row["min_meetings"] or 0) <= int(row["max_meetings"] or 9)
        for country in items(row["countries"]):
            assert re.fullmatch(r"[A-Z]{2}|\d{3}", country), row["code"]


def test_exclusions_and_conflicts_name_what_exists():
    fields = {row["code"] for row in rows("taxonomy")}
    organisations = {row["organisation_en"] for row in rows("projects")}
    exceptions = 0
    for row in rows("investors"):
        for rule in items(row["exclude"]):
            head, _, tail = rule.partition(" unless ")
            parts = [head, *(part.strip() for part in tail.split(",") if part.strip())]
            exceptions += len(parts) - 1
            for facet, value in (part.split(":") for part in parts):
                assert facet in PUBLIC_FACETS, row["code"]
                assert facet != "field" or value in fields, row["code"]
                assert facet != "stage" or value in STAGES, row["code"]
        assert organisations >= set(items(row["conflicts"])), row["code"]
    assert exceptions >= 10


def test_everybody_has_two_names_languages_and_an_address_that_cannot_exist():
    addresses = [email for _, _, email, _ in people()]
    assert len(addresses) == len(set(addresses))
    for name, chinese, email, languages in people():
        assert name, email
        assert CHINESE.search(chinese), email
        assert RESERVED.fullmatch(email), email
        assert items(languages), email
    for account in roadshow()["accounts"]:
        assert RESERVED.fullmatch(account["email"])
    for row in (*rows("projects"), *rows("investors")):
        assert not row["website"] or re.fullmatch(r"https://[a-z0-9\-]+\.example", row["website"])
