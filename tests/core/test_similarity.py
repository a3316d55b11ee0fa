"""The estimator's manners, and what its facets learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matchmaker.core.match import rank
from matchmaker.core.profile import Mandate, Pitch, Ticket
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import FACETS, ProfileSimilarity
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.core.words import sentence, vocabulary
from tests.core.profiles import TREE

PITCHES = [
    Pitch(id="a", fields=("rna",), amount=1e6, texts=("lipid delivery of rna to the liver",)),
    Pitch(id="b", fields=("heart",), amount=1e7, texts=("a catheter that maps the heart",)),
]
MANDATES = [
    Mandate(id="m", fields=("rna",), ticket=Ticket(typical=1e6)),
    Mandate(id="n", fields=("heart", "imaging"), texts=("we fund catheter makers worldwide",)),
]


def test_the_constructor_only_stores_and_a_clone_is_unfitted() -> None:
    weights = {"text": 0.2}
    model = ProfileSimilarity(weights=weights, prior=3.0)
    assert model.get_params()["weights"] is weights
    assert vars(model).keys() == model.get_params().keys()
    model.fit(PITCHES, MANDATES, taxonomy=TREE)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        copy.signals(PITCHES, MANDATES)


def test_a_second_fit_forgets_the_first() -> None:
    model = ProfileSimilarity().fit(PITCHES, MANDATES, taxonomy=TREE)
    other = [Pitch(id="x", fields=("imaging",), texts=("a scanner for every village clinic",))]
    again = model.fit(other, MANDATES[:1], taxonomy=TREE).signals(PITCHES, MANDATES)
    fresh = ProfileSimilarity().fit(other, MANDATES[:1], taxonomy=TREE).signals(PITCHES, MANDATES)
    for facet in FACETS:
        assert np.array_equal(again.log[facet], fresh.log[facet])


def test_one_pair_has_the_same_signals_as_within_the_whole() -> None:
    model = ProfileSimilarity().fit(PITCHES, MANDATES, taxonomy=TREE)
    whole, one = model.signals(PITCHES, MANDATES), model.signals(PITCHES[1:], MANDATES[1:])
    for facet in FACETS:
        assert one.log[facet][0, 0] == pytest.approx(whole.log[facet][1, 1], abs=1e-9)


def test_an_unknown_facet_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        ProfileSimilarity(weights={"charm": 1.0}).fit(PITCHES, MANDATES)
    assert no.value.reason == "unknown-facet"


def test_values_nobody_has_seen_get_a_defined_answer() -> None:
    model = ProfileSimilarity().fit(PITCHES, MANDATES, taxonomy=TREE)
    strange = Pitch(id="s", fields=("quantum",), country="ZZ", stage="unheard", round="odd")
    signals = model.signals([strange], [Mandate(id="z", fields=("quantum",), countries=("YY",))])
    assert signals.log["field"][0, 0] > 0
    assert all(np.isfinite(signals.log[facet]).all() for facet in FACETS)


def test_a_chinese_text_is_compared_with_chinese_and_not_with_english() -> None:
    pitches = [
        Pitch(id="zh", texts=("脂质纳米颗粒递送信使核糖核酸到肝脏治疗代谢疾病",)),
        Pitch(id="en", texts=("lipid nanoparticles deliver messenger RNA to the liver",)),
        Pitch(id="zh2", texts=("心脏导管标测系统帮助外科医生看清心肌瘢痕的位置",)),
    ]
    mandates = [Mandate(id="m", texts=("我们关注脂质纳米颗粒和信使核糖核酸递送技术",))]
    text = ProfileSimilarity().fit(pitches, mandates).signals(pitches, mandates).log["text"][0]
    assert text[0] > 0 > text[2]
    assert text[1] == 0.0


TOPICS = {
    "rna": (
        ("lipid", "nanoparticle", "messenger", "delivery", "liver", "translation", "dose"),
        ("脂质", "纳米颗粒", "信使", "递送", "肝脏", "翻译", "剂量"),
    ),
    "heart": (
        ("catheter", "ventricle", "arrhythmia", "mapping", "electrode", "ablation", "scar"),
        ("导管", "心室", "心律失常", "标测", "电极", "消融", "瘢痕"),
    ),
    "enzyme": (
        ("yeast", "fermentation", "enzyme", "yield", "strain", "pathway", "sugar"),
        ("酵母", "发酵", "酶活性", "产率", "菌株", "代谢通路", "糖类"),
    ),
}


def test_a_chinese_thesis_finds_an_english_project_where_bilingual_profiles_tie_them() -> None:
    mixed = np.random.default_rng(7)
    bilingual = [
        Pitch(
            id=f"{topic}{at}",
            texts=(
                " ".join(mixed.permutation(english)[:5]),
                "".join(mixed.permutation(chinese)[:5]),
            ),
        )
        for topic, (english, chinese) in TOPICS.items()
        for at in range(10)
    ]
    english_only = [
        Pitch(id=f"en-{topic}", texts=(" ".join(english),))
        for topic, (english, _) in TOPICS.items()
    ]
    theses = [
        Mandate(id=f"zh-{topic}", texts=("".join(chinese),))
        for topic, (_, chinese) in TOPICS.items()
    ]
    model = ProfileSimilarity().fit([*bilingual, *english_only], theses)
    text = model.signals(english_only, theses).log["text"]
    assert text.argmax(axis=1).tolist() == [0, 1, 2]
    assert (np.diag(text) > 0).all()


THESIS = (
    "We look for early companies that need a partner. Lipid nanoparticles that reach the liver.",
    "我们寻求早期项目，无需领投。关注到达肝脏的脂质纳米颗粒递送。",
)
PITCH = (
    "The team looks for a partner at an early stage. Our lipid nanoparticles reach the lung.",
    "团队现寻求合作方，无需新设备。脂质纳米颗粒可到达肺部。",
)


def test_reasons_name_words_that_tell_something_in_both_languages() -> None:
    pitch, mandate = Pitch(id="p", texts=PITCH), Mandate(id="m", texts=THESIS)
    model = ProfileSimilarity().fit([pitch], [mandate], taxonomy=TREE)
    assert model.shared_words(pitch, mandate) == ("lipid nanoparticles", "脂质纳米颗粒")


def test_the_closest_passages_are_quoted_as_evidence_in_the_readers_language() -> None:
    pitch, mandate = Pitch(id="p", texts=PITCH), Mandate(id="m", texts=THESIS)
    told = rank([pitch], [mandate], taxonomy=TREE).affinity("m", "p").contributions
    text = replace(next(one for one in told if one.facet == "text"), code="text-words")
    names = vocabulary(TREE)
    assert [sentence(text, locale, names) for locale in ("en", "zh")] == [
        (
            "Both texts speak of lipid nanoparticles; closest: “Our lipid nanoparticles reach the"
            " lung” and “Lipid nanoparticles that reach the liver”."
        ),
        (
            "双方的文字描述都提到脂质纳米颗粒；最接近的表述：“脂质纳米颗粒可到达肺部”与"
            "“关注到达肝脏的脂质纳米颗粒递送”。"
        ),
    ]


def test_names_of_fields_tie_the_languages_where_no_profile_is_bilingual() -> None:
    tree = Taxonomy.from_rows(
        {"code": code, "parent": "", "en": f"{code} " + " ".join(english), "zh": "、".join(chinese)}
        for code, (english, chinese) in (
            (f"{topic}{at}", (words[at : at + 3], others[at : at + 3]))
            for topic, (words, others) in TOPICS.items()
            for at in range(5)
        )
    )
    projects = [
        Pitch(id=f"p-{topic}", texts=(" ".join(one),)) for topic, (one, _) in TOPICS.items()
    ]
    theses = [Mandate(id=f"t-{topic}", texts=("".join(one),)) for topic, (_, one) in TOPICS.items()]
    model = ProfileSimilarity().fit(projects, theses, taxonomy=tree)
    text = model.lifts(projects, theses)["text"].log
    assert text.argmax(axis=1).tolist() == [0, 1, 2]
    untied = ProfileSimilarity().fit(projects, theses).lifts(projects, theses)["text"].log
    assert not untied.any()
