"""Choosing pairs so that the project that gets least gets as much as possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from matchmaker.core.instance import Instance, Party, Person, Table, WantedPair
from matchmaker.core.pairing import choose
from matchmaker.core.pairing.fair import FINEST
from tests.core.fairs import slot
from tests.core.test_pairing import goals, sound


def contested(seed: int) -> Instance:
    """Return a market; in every other one the scores alone decide."""
    instance = sound(seed)
    if seed % 2:
        return instance
    pairs = tuple(
        replace(pair, state="open", want_project="none", want_investor="none")
        for pair in instance.pairs
    )
    return replace(instance, pairs=pairs)


def all_choices(instance: Instance) -> Iterator[list[WantedPair]]:
    pairs = [pair for pair in instance.pairs if not pair.is_never]
    parties = instance.projects + instance.investors
    for keep in product((False, True), repeat=len(pairs)):
        taken = [pair for pair, kept in zip(pairs, keep, strict=True) if kept]
        ids = [pair.project for pair in taken] + [pair.investor for pair in taken]
        if len(taken) <= 6 and all(ids.count(p.id) <= min(3, p.max or 3) for p in parties):
            yield taken


def lowest(instance: Instance, taken: list[WantedPair]) -> float:
    """Return the lowest sum of scores among the projects that could meet somebody."""
    sums = {pair.project: 0.0 for pair in instance.pairs if not pair.is_never}
    for pair in taken:
        sums[pair.project] += pair.score
    return min(sums.values(), default=0.0)


def fairest(instance: Instance) -> tuple[tuple[object, ...], float, float]:
    """Return the goals above the score, the highest lowest sum under them, and the highest total
    under both.
    """
    found = [(goals(instance, taken), lowest(instance, taken)) for taken in all_choices(instance)]
    above = max(reached[:-1] for reached, _ in found)
    least = max(low for reached, low in found if reached[:-1] == above)
    totals = [
        float(str(reached[-1]))
        for reached, low in found
        if reached[:-1] == above and low >= least - 2 * FINEST
    ]
    return above, least, max(totals)


def test_the_lowest_project_gets_all_it_can_and_the_rest_is_best_under_that() -> None:
    differs = 0
    for seed in range(120):
        instance = contested(seed)
        chosen = [instance.by_key[key] for key in choose(instance, fair=True).chosen]
        above, least, total = fairest(instance)
        reached = goals(instance, chosen)
        assert reached[:-1] == above, seed
        assert lowest(instance, chosen) >= least - FINEST, seed
        assert float(str(reached[-1])) <= total + 1e-6, seed
        plain = [instance.by_key[key] for key in choose(instance).chosen]
        differs += lowest(instance, plain) < least - FINEST
    assert differs >= 5


def test_a_bound_that_no_choice_reaches_is_approached_by_halving() -> None:
    """Three projects share two good investors: halves of them would give everybody 60, whole
    ones leave somebody with 30.
    """
    scores = {("P0", "V0"): 90.0, ("P1", "V0"): 90.0, ("P2", "V0"): 90.0}
    scores |= {(f"P{at}", "V1"): 90.0 for at in range(3)}
    scores |= {(f"P{at}", "V2"): 30.0 for at in range(3)}
    instance = Instance(
        slots=tuple(slot(at) for at in range(3)),
        tables=tuple(Table(id=f"T{at}") for at in range(3)),
        people=tuple(Person(id=f"{side}{at}") for side in "pv" for at in range(3)),
        projects=tuple(Party(id=f"P{at}", people=(f"p{at}",), max=1) for at in range(3)),
        investors=tuple(Party(id=f"V{at}", people=(f"v{at}",), max=1) for at in range(3)),
        pairs=tuple(
            WantedPair(project=project, investor=investor, score=score)
            for (project, investor), score in scores.items()
        ),
    )
    chosen = choose(instance, fair=True)
    assert sorted(instance.by_key[key].score for key in chosen.chosen) == [30.0, 90.0, 90.0]
    assert chosen == choose(replace(instance, pairs=instance.pairs[::-1]), fair=True)
