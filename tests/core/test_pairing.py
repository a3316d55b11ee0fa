"""Choosing pairs: brute force, reasons, Hall sets and prices."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product
from math import prod

import pytest

from matchmaker.core.instance import Instance, Party, Person, Table, WantedPair
from matchmaker.core.pairing import choose, choose_both, cost_of
from matchmaker.core.refusal import Refusal
from tests.core.fairs import best_worth, seats_of, slot, tiny
from tests.core.test_timetable import shuffled


def market(seed: int) -> Instance:
    """Return a random market of up to nine pairs with caps, floors, musts and pins."""
    rng = random.Random(seed)
    projects, investors = rng.randint(1, 3), rng.randint(1, 3)
    states = ("open", "open", "open", "chosen", "pinned", "forbidden")
    return Instance(
        slots=tuple(slot(at) for at in range(3)),
        tables=(Table(id="T0"), Table(id="T1")),
        people=tuple(Person(id=f"{side}{at}") for side in "pv" for at in range(3)),
        projects=tuple(_party(rng, "P", at) for at in range(projects)),
        investors=tuple(_party(rng, "V", at) for at in range(investors)),
        pairs=tuple(
            WantedPair(
                project=f"P{p}",
                investor=f"V{v}",
                score=round(rng.uniform(0, 100), 1),
                want_project=rng.choice(("must", "meet", "none")),
                want_investor=rng.choice(("must", "meet", "no", "none")),
                state=rng.choice(states),
            )
            for p, v in product(range(projects), range(investors))
            if rng.random() < 0.9
        ),
    )


def _party(rng: random.Random, letter: str, at: int) -> Party:
    floor = rng.randint(0, 2)
    return Party(
        id=f"{letter}{at}",
        people=(f"{letter.lower()}{at}",),
        min=floor,
        max=max(floor, rng.randint(1, 3)),
    )


def goals(instance: Instance, taken: list[WantedPair]) -> tuple[object, ...]:
    """Return what a choice reaches, in the order of the plan format."""

    def short(parties: tuple[Party, ...], ids: list[str]) -> list[int]:
        return sorted(-max(0, party.min - ids.count(party.id)) for party in parties)

    return (
        sum(pair.state == "pinned" for pair in taken),
        sum(pair.state == "chosen" for pair in taken),
        sum(pair.musts for pair in taken),
        short(instance.projects, [pair.project for pair in taken]),
        short(instance.investors, [pair.investor for pair in taken]),
        round(sum(pair.score for pair in taken), 6),
    )


def best(instance: Instance) -> tuple[object, ...]:
    pairs = [pair for pair in instance.pairs if not pair.is_never]
    found = []
    for keep in product((False, True), repeat=len(pairs)):
        taken = [pair for pair, kept in zip(pairs, keep, strict=True) if kept]
        ids = [pair.project for pair in taken] + [pair.investor for pair in taken]
        parties = instance.projects + instance.investors
        if len(taken) <= 6 and all(ids.count(p.id) <= min(3, p.max or 3) for p in parties):
            found.append(goals(instance, taken))
    return max(found)


def sound(seed: int) -> Instance:
    """Return a market whose pins do not contradict a no."""
    instance = market(seed)
    pairs = tuple(
        replace(pair, state="open") if pair.is_never and pair.state == "pinned" else pair
        for pair in instance.pairs
    )
    return replace(instance, pairs=pairs)


def test_choices_are_as_good_as_brute_force() -> None:
    for seed in range(500):
        instance = sound(seed)
        choice = choose(instance)
        assert best(instance) == goals(instance, [instance.by_key[k] for k in choice.chosen]), seed


def test_every_pair_is_chosen_or_has_a_reason_or_may_never_be() -> None:
    for seed in range(100):
        instance = sound(seed)
        choice = choose(instance)
        told = {*choice.chosen, *(left.key for left in choice.left_out)}
        assert {pair.key for pair in instance.pairs if not pair.is_never} == told


def test_what_a_decision_costs_is_the_difference_of_two_choices() -> None:
    for seed in range(60):
        instance = sound(seed)
        choice = choose(instance)
        for left in choice.left_out[:1]:
            forced = replace(
                instance,
                pairs=tuple(
                    replace(pair, state="chosen") if pair.key == left.key else pair
                    for pair in instance.pairs
                ),
            )
            again = choose(forced)
            if left.key in again.chosen:
                price = cost_of(instance, left.key, "chosen")
                assert price.score == pytest.approx(choice.score - again.score)
                assert set(price.leaves) == set(choice.chosen) - set(again.chosen)
            else:
                with pytest.raises(Refusal, match="cannot meet"):
                    cost_of(instance, left.key, "chosen")


def test_what_cannot_be_decided_is_refused() -> None:
    instance = sound(1)
    with pytest.raises(Refusal) as refused:
        cost_of(instance, ("P9", "V9"), "pinned")
    assert refused.value.reason == "unknown-pair"


def test_a_missed_floor_names_the_crowd_and_what_it_shares() -> None:
    instance = Instance(
        slots=tuple(slot(at) for at in range(4)),
        tables=(Table(id="T0"),),
        people=tuple(Person(id=name) for name in ("a", "b", "c", "v", "w")),
        projects=tuple(Party(id=f"P{at}", people=("abc"[at],), min=1) for at in range(3)),
        investors=(Party(id="V", people=("v",), max=2), Party(id="W", people=("w",))),
        pairs=tuple(WantedPair(project=f"P{at}", investor="V", score=50.0) for at in range(3)),
    )
    floors = choose(instance).floors
    assert [(1, 0)] == [(floor.min, floor.got) for floor in floors]
    assert floors[0].reason == (
        "3 projects (P0, P1, P2) need 3 meetings and share only 1 investor (V) with room for 2"
    )


def test_two_choices_made_together_are_those_made_one_by_one() -> None:
    for seed in range(50):
        instance, rng = tiny(seed), random.Random(seed)
        changed = replace(
            instance,
            pairs=tuple(
                replace(pair, state=rng.choice(("open", "chosen", "forbidden")), slot=None)
                if rng.random() < 0.4 and pair.state != "pinned"
                else pair
                for pair in instance.pairs
            ),
        )
        expected = choose(instance).chosen, choose(changed)
        assert expected == choose_both(instance, changed), seed


def test_no_timetable_reaches_more_than_a_choice_and_its_order_does_not_matter() -> None:
    """With every rule on and off, people shared between parties among them."""
    reached = fairs = 0
    for seed in range(220):
        instance, rng = tiny(seed), random.Random(seed)
        pairs = [pair for pair in instance.pairs if not pair.is_never]
        if prod(1 + len(seats_of(instance, pair)) for pair in pairs) > 200:
            continue
        choice, best = choose(instance), best_worth(instance)
        taken = goals(instance, [instance.by_key[key] for key in choice.chosen])
        counted = (best.pins, best.chosen, best.musts, list(best.project_floors))
        highest = (*counted, list(best.investor_floors), best.score)
        assert taken >= highest, seed
        assert choice == choose(shuffled(instance, rng)), seed
        reached += taken == highest
        fairs += 1
    assert reached > 0.7 * fairs > 80
