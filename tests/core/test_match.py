"""Ranking: exact reasons, hard limits, provable answers, and what may not matter."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matchmaker.core.match import Affinity, Outside, Ranking, rank, what_if
from matchmaker.core.profile import Evidence, Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.core.words import sentence, vocabulary
from tests.core.profiles import TREE, events

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = vocabulary(TREE)


def pairs(ranking: Ranking) -> list[Affinity]:
    return [ranking.affinity(i, j) for i in ranking.investors for j in ranking.projects]


@QUICK
@given(events())
def test_contributions_add_up_to_all_three_scores(event: tuple[list[Pitch], list[Mandate]]) -> None:
    for pair in pairs(rank(*event, taxonomy=TREE)):
        if pair.outside is None:
            told = pair.contributions
            assert sum(c.points for c in told) == pytest.approx(pair.score, abs=0.005)
            assert sum(c.investor for c in told) == pytest.approx(pair.score_investor, abs=0.005)
            assert sum(c.project for c in told) == pytest.approx(pair.score_project, abs=0.005)


@QUICK
@given(events())
def test_every_reason_has_a_sentence_in_both_languages(
    event: tuple[list[Pitch], list[Mandate]],
) -> None:
    for pair in pairs(rank(*event, taxonomy=TREE)):
        for reason in (*pair.contributions, *([pair.outside] if pair.outside else [])):
            assert sentence(reason, "en", NAMES).endswith(".")
            assert sentence(reason, "zh_Hans_CN", NAMES).endswith("。")


@QUICK
@given(events())
def test_scores_stay_on_their_scale_and_ranks_count_the_open_pairs(
    event: tuple[list[Pitch], list[Mandate]],
) -> None:
    ranking = rank(*event, taxonomy=TREE)
    assert ((ranking.score >= 0) & (ranking.score <= 100)).all()
    for row in range(len(ranking.investors)):
        kept = sorted(ranking.investor_rank[row][~ranking.excluded[row]].tolist())
        assert kept == list(range(1, len(kept) + 1))
        best_first = [one.score for one in ranking.for_investor(ranking.investors[row])]
        assert best_first == sorted(best_first, reverse=True)


@QUICK
@given(events())
def test_the_order_of_the_input_never_matters(event: tuple[list[Pitch], list[Mandate]]) -> None:
    pitches, mandates = event
    mixed = random.Random(1)
    one = rank(pitches, mandates, taxonomy=TREE)
    other = rank(
        mixed.sample(pitches, len(pitches)), mixed.sample(mandates, len(mandates)), taxonomy=TREE
    )
    assert np.array_equal(one.score, other.score)
    assert np.array_equal(one.investor_rank, other.investor_rank)
    assert np.array_equal(one.project_rank, other.project_rank)


def test_a_checkerboard_has_its_provable_best_match() -> None:
    fields = ("car_t", "rna", "imaging", "heart")
    amounts = (1e5, 2e6, 4e7, 8e8)
    pitches = [
        Pitch(id=f"p{at}", fields=(field,), amount=amount, country=country)
        for at, (field, amount, country) in enumerate(
            zip(fields, amounts, ("CN", "DE", "US", "FI"), strict=True)
        )
    ]
    mandates = [
        Mandate(
            id=f"m{at}",
            fields=one.fields,
            ticket=Ticket(typical=one.amount),
            countries=(one.country or "",),
        )
        for at, one in enumerate(pitches)
    ]
    ranking = rank(pitches, mandates, taxonomy=TREE)
    best = [ranking.for_investor(one)[0].project for one in ranking.investors]
    best_back = [ranking.for_project(one)[0].investor for one in ranking.projects]
    assert best == ["p0", "p1", "p2", "p3"]
    assert best_back == ["m0", "m1", "m2", "m3"]


def test_a_wish_for_a_field_reaches_below_it_and_fainter_beside_it() -> None:
    pitches = [
        Pitch(id="below", fields=("car_t",)),
        Pitch(id="beside", fields=("rna",)),
        Pitch(id="elsewhere", fields=("heart",)),
    ]
    mandates = [Mandate(id="m", fields=("cell",))]
    order = [one.project for one in rank(pitches, mandates, taxonomy=TREE).for_investor("m")]
    assert order == ["below", "beside", "elsewhere"]


def test_a_wish_for_europe_reaches_its_countries() -> None:
    pitches = [Pitch(id=code, country=code) for code in ("DE", "FI", "US", "CN")]
    ranking = rank(pitches, [Mandate(id="m", countries=("150",))], taxonomy=TREE)
    assert {one.project for one in ranking.for_investor("m", top=2)} == {"DE", "FI"}


def test_missing_lies_between_a_fit_and_a_misfit() -> None:
    pitches = [
        Pitch(id="fits", fields=("rna",), stage="phase_1"),
        Pitch(id="silent", fields=("rna",)),
        Pitch(id="differs", fields=("rna",), stage="market"),
    ]
    mandates = [Mandate(id="m", fields=("rna",), stages=("phase_1",))]
    ranking = rank(pitches, mandates, taxonomy=TREE)
    assert [one.project for one in ranking.for_investor("m")] == ["fits", "silent", "differs"]
    codes = {one.facet: one.code for one in ranking.affinity("m", "silent").contributions}
    assert codes["stage"] == "missing"


def test_empty_profiles_are_average() -> None:
    ranking = rank([Pitch(id="p")], [Mandate(id="m")], taxonomy=Taxonomy())
    assert ranking.score.tolist() == [[50.0]]


def test_equal_scores_are_ordered_by_id() -> None:
    pitches = [Pitch(id=name, fields=("rna",)) for name in "cab"]
    ranking = rank(pitches, [Mandate(id="m", fields=("rna",))], taxonomy=TREE)
    assert [one.project for one in ranking.for_investor("m")] == ["a", "b", "c"]


def test_two_profiles_of_one_name_are_refused() -> None:
    with pytest.raises(Refusal) as no:
        rank([Pitch(id="p"), Pitch(id="p")], [], taxonomy=TREE)
    assert no.value.reason == "same-id-twice"


@pytest.mark.parametrize(
    ("mandate", "pitch", "outside"),
    [
        (
            Mandate(id="m", exclusions=(Exclusion(facet="field", value="therapy"),)),
            Pitch(id="p", fields=("car_t", "imaging")),
            Outside("excluded", "field", "therapy", ("car_t", "imaging"), ()),
        ),
        (
            Mandate(
                id="m",
                exclusions=(
                    Exclusion(facet="field", value="therapy", unless=(("field", "cell"),)),
                ),
            ),
            Pitch(id="p", fields=("car_t",)),
            None,
        ),
        (
            Mandate(id="m", exclusions=(Exclusion(facet="field", value="therapy"),)),
            Pitch(id="p", fields=("heart",), also=("car_t",)),
            None,
        ),
        (
            Mandate(id="m", countries=("EU", "CN"), only=frozenset({"countries"})),
            Pitch(id="p", country="US"),
            Outside("outside-limit", "country", "EU;CN", ("US",), ()),
        ),
        (
            Mandate(id="m", countries=("EU",), only=frozenset({"country"})),
            Pitch(id="p", country="FI"),
            None,
        ),
        (
            Mandate(id="m", countries=("EU",), only=frozenset({"country"})),
            Pitch(id="p"),
            None,
        ),
        (
            Mandate(id="m", ticket=Ticket(low=1e6), only=frozenset({"ticket"})),
            Pitch(id="p", amount=2e5),
            Outside("outside-limit", "ticket", "", ("200000",), ()),
        ),
        (
            Mandate(id="m", conflicts=frozenset({"north  INSTITUTE"})),
            Pitch(id="p", organisation="North Institute"),
            Outside("conflict", "organisation", "North Institute"),
        ),
    ],
)
def test_hard_limits_exclude_and_name_their_rule(
    mandate: Mandate, pitch: Pitch, outside: Outside | None
) -> None:
    pair = rank([pitch], [mandate], taxonomy=TREE).affinity("m", "p")
    assert pair.outside == outside
    assert (pair.investor_rank, pair.score == 0.0) == ((None, True) if outside else (1, False))


def test_an_exclusion_is_told_with_its_exception() -> None:
    rule = Exclusion(facet="field", value="therapy", unless=(("field", "cell"),))
    pair = rank(
        [Pitch(id="p", fields=("rna",))], [Mandate(id="m", exclusions=(rule,))], taxonomy=TREE
    ).affinity("m", "p")
    assert pair.outside is not None
    assert sentence(pair.outside, "en", NAMES) == (
        "Field: the investor excludes Therapies unless it is Cell therapy, and it is not."
    )
    assert sentence(pair.outside, "zh", NAMES) == (
        "领域：投资方排除治疗产品（细胞治疗除外，但该项目不属于例外）。"
    )


def test_past_deals_speak_where_nothing_was_declared() -> None:
    deals = tuple(
        Evidence(pitch=Pitch(id=f"d{at}", name="Helix", fields=("rna",))) for at in range(3)
    )
    pitches = [Pitch(id="alike", fields=("rna",)), Pitch(id="other", fields=("heart",))]
    ranking = rank(pitches, [Mandate(id="m", history=deals)], taxonomy=TREE)
    pair = ranking.affinity("m", "alike")
    assert ranking.for_investor("m")[0].project == "alike"
    field = next(one for one in pair.contributions if one.facet == "field")
    assert sentence(field, "en", NAMES) == (
        "Field: RNA medicines in 3 of the investor's 3 deals on record, most recently Helix."
    )


def test_declines_count_against() -> None:
    declined = (Evidence(pitch=Pitch(id="d", fields=("rna",)), weight=-1.0),) * 3
    pitches = [Pitch(id="a", fields=("rna",)), Pitch(id="b", fields=("heart",))]
    mandate = Mandate(id="m", fields=("rna", "heart"))
    calm = rank(pitches, [mandate], taxonomy=TREE)
    warned = rank(pitches, [replace(mandate, history=declined)], taxonomy=TREE)
    assert calm.for_investor("m")[0].project == "a"
    assert warned.for_investor("m")[0].project == "b"


@pytest.mark.parametrize("front", [True, False])
@pytest.mark.parametrize("attack", ["keywords", "keywords ten times", "copied"])
def test_stuffed_keywords_and_copied_words_do_not_buy_a_rank(front: bool, attack: str) -> None:
    thesis = "lipid nanoparticle delivery of messenger RNA to liver for metabolic disease " * 2
    thesis += "with a capsid that spares the spleen and a dose that a child can bear " * 3
    honest = "a catheter that maps the beating heart and shows scars to the surgeon in colour " * 15
    pitches = [
        Pitch(id=f"p{at:02}", fields=("rna" if at < 10 else "heart",), texts=(honest + str(at),))
        for at in range(40)
    ]
    mandate = Mandate(id="m", fields=("rna",), texts=(thesis,))
    words = thesis.split()
    told = " ".join(
        {
            "keywords": words[:20],
            "keywords ten times": words[:20] * 10,
            "copied": words[:60],
        }[attack]
    )
    victim = pitches[30]
    own = victim.texts[0]
    text = f"{told} {own}" if front else f"{own} {told}"
    attacked = [replace(one, texts=(text,)) if one is victim else one for one in pitches]
    place = rank(attacked, [mandate], taxonomy=TREE).affinity("m", victim.id).investor_rank
    assert place is not None
    assert place > 10


def test_what_if_finds_the_smallest_change_and_its_true_rank() -> None:
    pitches = [
        Pitch(id="dear", fields=("rna",), amount=2e7, country="DE"),
        *(Pitch(id=f"p{at}", fields=("rna",), amount=1e6, country="DE") for at in range(5)),
    ]
    mandate = Mandate(id="m", fields=("rna",), countries=("DE",), ticket=Ticket(low=5e5, high=2e6))
    ranking = rank(pitches, [mandate], taxonomy=TREE)
    assert ranking.affinity("m", "dear").investor_rank == 6
    change = what_if(ranking, "m", "dear", wanted=1)
    assert change is not None
    assert (change.facet, change.code, change.value) == ("ticket", "widen", "20000000")
    again = replace(mandate, ticket=Ticket(low=5e5, high=2e7))
    redone = rank(pitches, [again], taxonomy=TREE, model=ranking.model)
    assert redone.affinity("m", "dear").investor_rank == change.after


def test_what_if_asks_nothing_of_who_stands_first() -> None:
    pitches = [
        Pitch(id="first", fields=("rna",), stage="market"),
        Pitch(id="next", fields=("heart",), stage="phase_1"),
    ]
    mandate = Mandate(id="m", fields=("rna",), stages=("phase_1",))
    ranking = rank(pitches, [mandate], taxonomy=TREE)
    assert ranking.affinity("m", "first").investor_rank == 1
    assert what_if(ranking, "m", "first", wanted=3) is None


def test_what_if_lifts_an_exclusion_by_name() -> None:
    mandate = Mandate(id="m", exclusions=(Exclusion(facet="field", value="rna"),))
    ranking = rank([Pitch(id="p", fields=("rna",))], [mandate], taxonomy=TREE)
    change = what_if(ranking, "m", "p", wanted=1)
    assert change is not None
    assert (change.facet, change.code, change.value, change.before, change.after) == (
        "field", "allow", "rna", None, 1,
    )  # fmt: skip
