"""Encoders: names that a run keeps, and what they count beside words."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.core.match import rank
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import ProfileSimilarity, encoders
from matchmaker.core.similarity.encoders import encoder_named, register, translates
from matchmaker.core.similarity.passages import stretches
from matchmaker.core.taxonomy import Taxonomy

TREE = Taxonomy()
TOPICS = (
    ("heart", "valve", "心脏"),
    ("gene", "vector", "基因"),
    ("scan", "lesion", "影像"),
)
PITCHES = [
    Pitch(id="heart", texts=("A soft valve that children outgrow later than usual.",)),
    Pitch(id="gene", texts=("A vector that reaches the liver once and stays.",)),
    Pitch(id="scan", texts=("Every lesion on a picture, found while the patient waits.",)),
]
ENGLISH = Mandate(id="en", texts=("Companies that mend a failing heart without surgery.",))
CHINESE = Mandate(id="zh", texts=("我们寻找用于治疗心脏疾病的创新医疗器械公司。",))
OTHER = Mandate(id="other", texts=("Better medicines for rare diseases of childhood.",))


@dataclass(frozen=True)
class ByTopic:
    """Knows by a few words what a text is about, in both languages."""

    name: str = "by topic"
    within: bool = True
    across: bool = True

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[float(any(one in text for one in topic)) for topic in TOPICS] for text in texts]
        vectors = np.array(rows, dtype=np.float32) + np.float32(0.01)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_known", {})
    register(ByTopic())
    register(ByTopic(name="across alone", within=False))


def text_lifts(mandates: list[Mandate], *names: str) -> dict[str, list[float]]:
    model = ProfileSimilarity(encoders=names).fit(PITCHES, mandates, taxonomy=TREE)
    table = model.lifts(PITCHES, mandates)["text"].log
    return {one.id: table[row].tolist() for row, one in enumerate(mandates)}


def test_what_words_do_not_tell_an_encoder_does() -> None:
    plain = text_lifts([ENGLISH, OTHER])["en"]
    heart, *others = text_lifts([ENGLISH, OTHER], "by topic")["en"]
    assert plain[0] <= max(plain[1:])
    assert heart > max(others)


def test_a_thesis_finds_projects_in_the_other_language() -> None:
    assert text_lifts([CHINESE, OTHER])["zh"] == [0.0, 0.0, 0.0]
    for name in ("by topic", "across alone"):
        heart, *others = text_lifts([CHINESE, OTHER], name)["zh"]
        assert heart > 0 > max(others)


def test_an_encoder_for_other_languages_changes_nothing_within_one() -> None:
    mandates = [ENGLISH, CHINESE, OTHER]
    plain, encoded = text_lifts(mandates), text_lifts(mandates, "across alone")
    assert plain["en"] == encoded["en"]
    assert plain["zh"] != encoded["zh"]


def test_an_encoder_reads_sentences_as_they_are_written_and_no_word_over_and_over() -> None:
    said = "A soft valve, that children outgrow later than usual."
    assert stretches((said,), "latin") == [said]
    assert stretches(("Gene vector! " * 200, said), "latin") == ["Gene vector! " * 6 + said]
    many = [f"word{at}" for at in range(190)]
    assert stretches((" ".join(many),), "latin") == [" ".join(many[:95]), " ".join(many[95:])]
    assert stretches(("我们寻找 治疗心脏疾病的公司。",), "han") == ["我们寻找治疗心脏疾病的公司。"]


def test_reasons_add_up_to_the_score_with_encoders_too() -> None:
    mandates = [ENGLISH, CHINESE, OTHER]
    model = ProfileSimilarity(encoders=["by topic"]).fit(PITCHES, mandates, taxonomy=TREE)
    ranking = rank(PITCHES, mandates, taxonomy=TREE, model=model)
    for pair in ranking.explained(0, len(mandates)):
        assert sum(one.points for one in pair.contributions) == pytest.approx(pair.score)


def test_a_model_travels_with_its_encoders() -> None:
    model = ProfileSimilarity(encoders=["by topic"]).fit(PITCHES, [CHINESE, OTHER], taxonomy=TREE)
    there = pickle.loads(pickle.dumps(model))
    encoders._known.clear()
    table = model.lifts(PITCHES, [CHINESE])["text"].log
    assert there.lifts(PITCHES, [CHINESE])["text"].log.tolist() == table.tolist()


def test_an_encoder_that_is_not_here_is_named() -> None:
    with pytest.raises(Refusal) as no:
        ProfileSimilarity(encoders=["somebody's"]).fit(PITCHES, [ENGLISH], taxonomy=TREE)
    assert (no.value.reason, no.value.facts) == ("no-encoder", {"encoder": "somebody's"})


def test_an_encoder_translates_when_it_finds_the_other_language() -> None:
    pairs = [{"latin": topic[0], "han": topic[2]} for topic in TOPICS]
    assert translates(encoder_named("by topic"), pairs)
    wrong = [{"latin": one["latin"], "han": "其他"} for one in pairs]
    assert not translates(encoder_named("by topic"), wrong)
    assert not translates(encoder_named("by topic"), [])
