"""The cast of the demo is sound: codes resolve, both languages are there, nothing is doubled."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import pytest

from matchmaker.core.journey import OutcomeKind, Role, Wish
from matchmaker.core.profile import (
    INSTITUTION_KINDS,
    INSTRUMENTS,
    INVESTOR_KINDS,
    LEADS,
    ROUNDS,
    STAGES,
)
from matchmaker.core.taxonomy import fold
from matchmaker.documents.sheet import read_sheet
from matchmaker.paths import SEEDS
from matchmaker.services.exchange import read
from matchmaker.services.fields import taxonomy

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
FOREIGN_FIELDS = {  # how other people's spreadsheets call them
    "Biotechnology": "biotechnology",
    "Medical devices": "devices",
    "Digital health": "digital_health",
    "Health": "health",
    "Software": "software",
    "Cleantech": "cleantech",
    "Nanotechnology": "nanotechnology",
    "Enterprise": "software",
    "Games video": "media_games",
    "CGT": "cgt",
    "CAR-T": "car_t",
    "ASO": "aso",
    "siRNA": "sirna",
    "mRNA": "mrna",
    "LNP": "nucleic_acid_delivery",
    "IVD": "diagnostics",
    "AAV": "aav",
    "ADC": "adc",
    "细胞治疗": "cell_therapy",
    "核酸药": "nucleic_acid",
    "小核酸": "nucleic_acid",
    "AI诊疗": "ai_diagnostics",
    "纳米抗体": "nanobody",
    "合成生物": "synthetic_biology",
}
PUBLIC_FACETS = {"field", "country", "region", "kind", "stage", "round", "instrument"}
RESERVED = re.compile(
    r"[a-z0-9.\-]+@(?:[a-z0-9\-]+\.)*(?:example\.(?:org|com|net)|[a-z0-9\-]+\.example)"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def roadshow() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SEEDS / "roadshow.json").read_text("utf-8"))
    return found


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def people() -> list[tuple[str, str, str, str]]:
    """Name in both languages, e-mail and languages of everybody in the cast."""
    found = []
    for row in (*rows("projects"), *rows("investors")):
        found.append(
            (
                row["contact_name_en"],
                row["contact_name_zh"],
                row["contact_email"],
                row["contact_languages"],
            )
        )
        for colleague in items(row["colleagues"]):
            name, chinese, _, _, email, languages = colleague.split("|")
            found.append((name, chinese, email, languages.replace("+", ";")))
    return found


def by_code(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(name)}


def selected() -> list[dict[str, str]]:
    return [by_code("projects")[code] for code in roadshow()["selected"]]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_tree_is_a_forest_whose_parents_come_first():
    seen: set[str] = set()
    for row in rows("taxonomy"):
        assert row["parent"] in seen | {""}
        assert row["code"] not in seen
        seen.add(row["code"])
    assert len(seen) >= 170


def test_every_field_has_names_and_other_names_in_both_languages():
    for row in rows("taxonomy"):
        assert all(row[column] for column in ("en", "zh", "aliases_en", "aliases_zh")), row
        assert CHINESE.search(row["zh"]), row


def test_a_label_means_one_field():
    meant: dict[str, set[str]] = {}
    for row in rows("taxonomy"):
        labels = [row["en"], row["zh"], *items(row["aliases_en"]), *items(row["aliases_zh"])]
        for label in labels:
            meant.setdefault(fold(label), set()).add(row["code"])
    assert {} == {label: codes for label, codes in meant.items() if len(codes) > 1}


@pytest.mark.parametrize(("label", "code"), FOREIGN_FIELDS.items())
def test_words_of_other_spreadsheets_resolve(label: str, code: str):
    assert code == taxonomy().resolve(label)


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


def test_decisions_cover_every_application_once():
    show = roadshow()
    decided = [*show["selected"], *show["waitlisted"], *show["declined"]]
    assert sorted(by_code("projects")) == sorted(decided)


def test_reviews_agree_with_the_decisions():
    show = roadshow()
    criteria = {one["code"]: one["points"] for one in show["criteria"]}
    assert 100 == sum(criteria.values())
    reviewers = {one["email"] for one in show["accounts"] if one["role"] == "reviewer"}
    totals: dict[str, list[int]] = {}
    for row in rows("reviews"):
        scores = {code: int(row[code]) for code in criteria}
        assert all(0 <= score <= criteria[code] for code, score in scores.items())
        assert row["reviewer"] in reviewers
        assert bool(row["comment_en"]) == bool(row["comment_zh"])
        totals.setdefault(row["project"], []).append(sum(scores.values()))
    assert {3} == {len(of) for of in totals.values()}
    assert sorted(by_code("projects")) == sorted(totals)
    mean = {code: sum(of) / len(of) for code, of in totals.items()}
    worst = min(mean[code] for code in show["selected"])
    waiting = [mean[code] for code in show["waitlisted"]]
    assert worst > max(waiting)
    assert min(waiting) > max(mean[code] for code in show["declined"])


def test_wishes_are_between_selected_projects_and_investors_and_said_once():
    wishes = rows("preferences")
    chosen = set(roadshow()["selected"])
    keys = [(row["side"], row["project"], row["investor"]) for row in wishes]
    assert len(keys) == len(set(keys))
    for row in wishes:
        assert row["side"] in {"project", "investor"}
        assert row["project"] in chosen
        assert row["investor"] in by_code("investors")
        assert row["wish"] in set(Wish)
    counted = Counter(row["wish"] for row in wishes)
    assert 300 <= len(wishes) <= 700
    assert 0 < counted["must"] < counted["meet"] / 5
    assert counted["no"] >= 20


def test_outcomes_follow_a_wish_of_both_sides():
    asked = {
        (row["side"], row["project"], row["investor"])
        for row in rows("preferences")
        if row["wish"] != "no"
    }
    pairs = [(row["project"], row["investor"]) for row in rows("outcomes")]
    assert len(pairs) == len(set(pairs))
    assert 40 <= len(pairs)
    for row in rows("outcomes"):
        for side in ("project", "investor"):
            assert (side, row["project"], row["investor"]) in asked
        assert row["kind"] in set(OutcomeKind)
        assert 1 <= int(row["usefulness"]) <= 5
    assert set(OutcomeKind) == {row["kind"] for row in rows("outcomes")}


def test_every_selected_project_pitches_once_on_the_first_morning():
    pitches = roadshow()["pitches"]
    assert roadshow()["selected"] == sorted(pitch["project"] for pitch in pitches)
    for pitch in pitches:
        start = moment(pitch["starts_at"])
        assert 15 == pitch["minutes"]
        assert start.date() == date(2027, 4, 15)
        assert start.hour < 12
    stages = Counter((pitch["room_en"], pitch["starts_at"]) for pitch in pitches)
    assert 1 == max(stages.values())


def test_slots_leave_their_buffer_and_hold_the_meetings():
    show = roadshow()
    starts = [moment(slot["starts_at"]) for slot in show["slots"]]
    gap = timedelta(minutes=show["slot_minutes"] + show["buffer_minutes"])
    assert sorted(starts) == starts
    assert all(later - earlier >= gap for earlier, later in pairwise(starts))
    assert 16 == len(starts)
    assert 14 == len(show["tables"])
    assert len(starts) * len(show["tables"]) >= 20 * show["project_max"]
    assert {"2027-04-15", "2027-04-16"} == {start.date().isoformat() for start in starts}


def test_sixteen_sessions_run_eight_at_a_time_and_nobody_speaks_twice_at_once():
    sessions = roadshow()["sessions"]
    known = {email for _, _, email, _ in people()}
    assert 16 == len({session["code"] for session in sessions})
    assert [8, 8] == sorted(Counter(session["starts_at"] for session in sessions).values())
    for one, other in combinations(sessions, 2):
        if one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]:
            assert one["room_en"] != other["room_en"]
            assert not set(one["speakers"]) & set(other["speakers"])
    for session in sessions:
        assert known >= set(session["speakers"])
        assert len(session["speakers"]) >= 3


def test_absences_and_accounts_belong_to_the_cast():
    show = roadshow()
    known = {email for _, _, email, _ in people()}
    for absence in show["absences"]:
        assert absence["email"] in known
        assert moment(absence["starts_at"]) < moment(absence["ends_at"])
    roles = Counter(account["role"] for account in show["accounts"])
    assert {
        "administrator": 1,
        Role.ORGANISER: 1,
        Role.INVESTOR: 2,
        Role.TEAM: 2,
        Role.REVIEWER: 3,
    } == roles
    for account in show["accounts"]:
        if account["role"] == "investor":
            row = by_code("investors")[account["investor"]]
            assert account["email"] == row["contact_email"]
        if account["role"] == "team":
            assert account["project"] in show["selected"]
            row = by_code("projects")[account["project"]]
            assert account["email"] == row["contact_email"]
