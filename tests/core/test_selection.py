"""The committee's arithmetic: severities, intervals at the cut, even loads."""

from __future__ import annotations

import random
from itertools import product

import pytest

from matchmaker.core.selection import Rating, share_out, standings, weighted_score

RUBRIC = {"science": (1.0, 30), "team": (1.0, 20), "market": (2.0, 25)}


def test_full_points_are_a_hundred() -> None:
    assert weighted_score({"science": 30, "team": 20, "market": 25}, RUBRIC) == 100


def test_points_count_with_their_weight() -> None:
    assert weighted_score({"science": 10, "team": 20, "market": 10}, RUBRIC) == 50


def test_a_criterion_without_points_is_missing_and_not_zero() -> None:
    assert weighted_score({"science": 30, "team": 20}, RUBRIC) == 100
    assert weighted_score({}, RUBRIC) is None


def test_nothing_rated_has_no_standings() -> None:
    assert standings([], places=3) == []


def test_a_harsh_reviewer_costs_a_project_nothing() -> None:
    mild = {"a": 90, "b": 80, "c": 70, "d": 60}
    ratings = [Rating(name, "mild", score) for name, score in mild.items()]
    ratings += [Rating(name, "fair", score - 10) for name, score in mild.items()]
    ratings += [Rating("a", "harsh", 50), Rating("d", "harsh", 20)]
    plain = {row.project: row.mean for row in standings(ratings, places=2)}
    adjusted = {row.project: row.adjusted for row in standings(ratings, places=2)}
    assert plain["a"] < plain["b"]
    assert adjusted["a"] > adjusted["b"]


def test_equal_severity_leaves_the_means_as_they_are() -> None:
    ratings = [Rating(p, r, 40 + 10 * at) for at, p in enumerate("abc") for r in "xyz"]
    rows = standings(ratings, places=1)
    assert [(row.project, row.rank) for row in rows] == [("c", 1), ("b", 2), ("a", 3)]
    assert [row.adjusted for row in rows] == pytest.approx([row.mean for row in rows])


def test_projects_of_one_score_share_a_rank() -> None:
    ratings = [Rating(p, r, 50) for p in "ab" for r in "xy"] + [Rating("c", "x", 90)]
    assert {row.project: row.rank for row in standings(ratings, places=1)} == {
        "c": 1,
        "a": 2,
        "b": 2,
    }


def test_agreement_makes_the_cut_sure_and_dispute_makes_it_a_debate() -> None:
    agreed = [Rating(p, r, s) for p, s in zip("abcd", (90, 70, 50, 30), strict=True) for r in "xyz"]
    assert [row.zone for row in standings(agreed, places=2)] == ["in", "in", "out", "out"]
    disputed = [Rating("a", r, 90) for r in "xyz"] + [Rating("d", r, 10) for r in "xyz"]
    disputed += [Rating("b", "x", 90), Rating("b", "y", 30), Rating("b", "z", 60)]
    disputed += [Rating("c", "x", 30), Rating("c", "y", 90), Rating("c", "z", 59)]
    rows = {row.project: row for row in standings(disputed, places=2)}
    assert {name: row.zone for name, row in rows.items()} == {
        "a": "in",
        "b": "debate",
        "c": "debate",
        "d": "out",
    }
    assert (rows["b"].low, rows["b"].high) == (2, 3)


def test_one_review_has_neither_spread_nor_interval() -> None:
    (row,) = standings([Rating("a", "x", 70)], places=1)
    assert (row.spread, row.low, row.high, row.chance, row.zone) == (None,) * 4 + ("unsure",)


def test_the_order_of_the_ratings_does_not_matter() -> None:
    dice = random.Random(5)
    ratings = [Rating(f"p{p}", f"r{r}", dice.uniform(0, 100)) for p in range(9) for r in range(4)]
    shuffled = dice.sample(ratings, len(ratings))
    assert standings(ratings, places=4) == standings(shuffled, places=4)


def test_every_project_gets_its_reviewers_and_loads_differ_by_one_at_most() -> None:
    projects = [f"p{n:02}" for n in range(20)]
    reviewers = [f"r{n}" for n in range(7)]
    pairs = share_out(projects, reviewers, each=3)
    assert {name: sum(1 for p, _ in pairs if p == name) for name in projects} == dict.fromkeys(
        projects, 3
    )
    loads = sorted(sum(1 for _, r in pairs if r == name) for name in reviewers)
    assert loads == [8, 8, 8, 9, 9, 9, 9]


def test_conflicts_are_never_assigned_and_a_chain_evens_the_loads() -> None:
    blocked = {("a", "z"), ("b", "z"), ("c", "x"), ("d", "x"), ("d", "y")}
    pairs = share_out("abcd", "xyz", each=1, blocked=blocked)
    assert not blocked & set(pairs)
    loads = sorted(sum(1 for _, r in pairs if r == name) for name in "xyz")
    assert loads == [1, 1, 2]


def test_what_is_assigned_stays_and_counts() -> None:
    standing = [("a", "x"), ("b", "x")]
    assert share_out("ab", "xyz", each=2, standing=standing) in (
        [("a", "y"), ("b", "z")],
        [("a", "z"), ("b", "y")],
    )


def test_too_few_reviewers_give_what_there_is() -> None:
    assert share_out(["a"], ["x", "y"], each=3, blocked=[("a", "y")]) == [("a", "x")]


def test_loads_are_as_even_as_any_choice_could_make_them() -> None:
    dice = random.Random(11)
    for _ in range(40):
        projects, reviewers = "abcde", "wxyz"
        blocked = {(p, r) for p in projects for r in reviewers if dice.random() < 0.35}
        allowed = [[r for r in reviewers if (p, r) not in blocked] for p in projects]
        allowed = [some or [None] for some in allowed]
        best = min(
            sorted((choice.count(r) for r in reviewers), reverse=True)
            for choice in product(*allowed)
        )
        pairs = share_out(projects, reviewers, each=1, blocked=blocked)
        found = sorted((sum(1 for _, r in pairs if r == n) for n in reviewers), reverse=True)
        assert found == best


def test_the_order_of_names_does_not_matter() -> None:
    assert share_out("abc", "xyz", each=2) == share_out("cba", "zxy", each=2)
