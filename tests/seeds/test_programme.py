"""Decisions, reviews, wishes, outcomes and the timetable of the cast agree with each other."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

from matchmaker.core.journey import OutcomeKind, Role, Wish
from tests.seeds.cast import by_code, moment, people, roadshow, rows


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
        for text in ("comment", "feedback"):
            assert bool(row[f"{text}_en"]) == bool(row[f"{text}_zh"])
        totals.setdefault(row["project"], []).append(sum(scores.values()))
    barred = Counter(one["project"] for one in show["conflicts"])
    assert {code: 3 - barred[code] for code in totals} == {
        code: len(of) for code, of in totals.items()
    }
    assert sorted(by_code("projects")) == sorted(totals)
    mean = {code: sum(of) / len(of) for code, of in totals.items()}
    worst = min(mean[code] for code in show["selected"])
    waiting = [mean[code] for code in show["waitlisted"]]
    assert worst > max(waiting)
    assert min(waiting) > max(mean[code] for code in show["declined"])


def test_nobody_reviews_or_discusses_what_a_conflict_forbids():
    show = roadshow()
    conflicts = {(one["project"], one["account"]) for one in show["conflicts"]}
    assert 3 == len(conflicts)
    assert not conflicts & {(row["project"], row["reviewer"]) for row in rows("reviews")}
    assert not conflicts & {(one["project"], one["author"]) for one in show["discussion"]}


def test_what_is_told_beside_the_chain_names_what_exists_in_its_order():
    show = roadshow()
    accounts = {one["email"] for one in show["accounts"]}
    for key, who in (("discussion", "author"), ("notes", "account"), ("revisions", "by")):
        assert accounts >= {one[who] for one in show[key]}, key
    for key in ("discussion", "decks", "late", "revisions", "invitations"):
        named = {one["project"] for one in show[key] if "project" in one}
        assert set(by_code("projects")) >= named, key
        moments = [one["at"] for one in show[key] if "at" in one]
        assert key == "revisions" or sorted(moments) == moments, key
    assert {"accepted", "revoked"} <= {key for one in show["invitations"] for key in one}
    assert set(show["selected"]) >= {one["project"] for one in show["decks"]}


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
