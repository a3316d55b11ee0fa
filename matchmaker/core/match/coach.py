"""Edits of a project's public card that would change most in how many lists it stands near the top.

Every edit adds something to the card or asks for another amount; the changed card is scored for
every investor with the same model, and its places are counted. Facts that a team cannot choose (its
stage, its country) are never touched, and texts are not either: words are no way up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.core.match.ranking import DECIMALS, Ranking, score_block
from matchmaker.core.profile import INSTRUMENTS, Mandate, Pitch
from matchmaker.core.taxonomy import Taxonomy

NEAR = 10  # places at the top of a list
MOST_FIELDS = 20
A_FEW_TIMES = 4.0  # further amounts are another project
SIGNIFICANT = 2  # digits of a proposed amount


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit and its effect: in how many investors' lists the project is among the first ones.

    ``facet`` and ``value`` say what is added (field, language, instrument) or asked for (ticket);
    ``asked`` is the number of investors who look for it.
    """

    facet: str
    value: str
    asked: int
    before: int
    after: int

    @property
    def gain(self) -> int:
        return self.after - self.before


def coach(
    ranking: Ranking,
    project: str,
    *,
    near: int = NEAR,
    most: int = 5,
    among: Collection[str] | None = None,
) -> list[Edit]:
    """Return the edits that bring a project into the most lists, at most two of a facet.

    ``among`` are the ids of the investors whose lists count; None: all.
    """
    rows = [at for at, name in enumerate(ranking.investors) if among is None or name in among]
    if not rows:
        return []
    mandates = [ranking.mandates[at] for at in rows]
    _, column = ranking.place(ranking.investors[0], project)
    own = ranking.pitches[column]
    tried = list(_edits(own, mandates, ranking.taxonomy))
    counts = _counts(ranking, rows, column, [own, *(pitch for *_, pitch in tried)], near)
    found = [
        Edit(facet, value, asked, counts[0], count)
        for (facet, value, asked, _), count in zip(tried, counts[1:], strict=True)
    ]
    kept: list[Edit] = []
    for edit in sorted(found, key=lambda one: (-one.gain, -one.asked, one.facet, one.value)):
        alike = sum(one.facet == edit.facet for one in kept)
        if edit.gain > 0 and alike < (1 if edit.facet == "ticket" else 2) and len(kept) < most:
            kept.append(edit)
    return kept


def _edits(
    own: Pitch, mandates: Sequence[Mandate], taxonomy: Taxonomy
) -> Iterator[tuple[str, str, int, Pitch]]:
    """Yield edits as facet, value, how many investors look for it, and the edited card."""
    said = {*own.fields, *own.also}
    wanted = Counter(
        code
        for one in mandates
        for code in dict.fromkeys((*one.fields, *one.also))
        if code not in said and any(_is_near(code, one, taxonomy) for one in said)
    )
    for code, asked in _usual(wanted)[:MOST_FIELDS]:
        yield "field", code, asked, replace(own, also=(*own.also, code))
    for name in ("language", "instrument"):
        have: tuple[str, ...] = getattr(own, f"{name}s")
        asks = Counter(code for one in mandates for code in set(getattr(one, f"{name}s")))
        for code, asked in _usual(asks):
            if code not in have and (name == "language" or code in INSTRUMENTS):
                languages = (*own.languages, code) if name == "language" else own.languages
                ways = (*own.instruments, code) if name == "instrument" else own.instruments
                yield name, code, asked, replace(own, languages=languages, instruments=ways)
    yield from _amounts(own, mandates)


def _is_near(code: str, own: str, taxonomy: Taxonomy) -> bool:
    """Tell whether two fields share at least a third of the way from the root."""
    one, other = taxonomy.path(code), taxonomy.path(own)
    shared = sum(a == b for a, b in zip(one, other, strict=False))
    return 3 * shared >= max(len(one), len(other))


def _amounts(own: Pitch, mandates: Sequence[Mandate]) -> Iterator[tuple[str, str, int, Pitch]]:
    tickets = [one.ticket for one in mandates if one.ticket]
    edges = sorted(one for t in tickets for one in (t.low, t.typical, t.high) if one)
    if not own.amount or not edges:
        return
    amounts = {_rounded(edges[len(edges) * part // 10]) for part in range(1, 10)}
    for amount in sorted(amounts):
        if own.amount / A_FEW_TIMES <= amount <= own.amount * A_FEW_TIMES:
            asked = sum((t.low or 0.0) <= amount <= (t.high or np.inf) for t in tickets)
            yield "ticket", f"{amount:.0f}", asked, replace(own, amount=amount)


def _usual(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _rounded(amount: float) -> float:
    return float(f"{amount:.{SIGNIFICANT}g}")


def _counts(
    ranking: Ranking, rows: Sequence[int], column: int, cards: Iterable[Pitch], near: int
) -> list[int]:
    """Return in how many of these investors' lists each card would be among the first ``near``."""
    batch = [replace(card, id=f"{at:06}") for at, card in enumerate(cards)]
    found = score_block(ranking.model, ranking.taxonomy, batch, ranking.mandates)
    score, out = np.round(found[0], DECIMALS)[rows], found[3][rows]
    others = np.where(ranking.excluded, -1.0, np.round(ranking.score, DECIMALS))[rows]
    others[:, column] = -1.0
    before = np.arange(others.shape[1]) < column
    counts = []
    for at in range(len(batch)):
        own = score[:, at : at + 1]
        ahead = ((others > own) | ((others == own) & before)).sum(axis=1)
        counts.append(int(((ahead < near) & ~out[:, at]).sum()))
    return counts
