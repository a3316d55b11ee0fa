"""Words that perhaps tell too much, and words that do not."""

from __future__ import annotations

import pytest

from matchmaker.core.leak import leaks, sentence_at


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The guide is GACUUACGGAUCCAUGCAUU in exon 2.", ["sequence"]),
        ("CDR3 is ARDYYGSSYWYFDVWGQGT.", ["sequence"]),
        ("Lead: CC(=O)Oc1ccccc1C(=O)O works.", ["structure"]),
        ("Write to anna.li@example.org today", ["personal"]),
        ("Call +49 30 450 5000 or 13912345678", ["personal", "personal"]),
        ("Response was better (p < 0.003, n = 42)", ["figure", "figure"]),
        ("客观缓解率达到62.5%，数据未发表", ["figure", "unfiled"]),
        ("A claim that is not yet filed", ["unfiled"]),
        ("We will file in May. Claim 1: a linker; 权利要求1，准备申请专利", ["unfiled"] * 4),
        ("The IC50 is 3.2 nM, with a response rate of 87 %", ["figure", "figure"]),
        ("身份证110101199003071234，患者张某，住院号：A0042", ["personal"] * 3),
        ("Patient ID DE-0042 relapsed", ["personal"]),
        ("The IND was filed; patient number falls; response rates are higher in 2026.", []),
        ("", []),
        ("Allogeneic CAR-T cells for lupus (SLE), phase I, 12 patients, EUR 3,000,000.", []),
        (
            "We plan CE class IIa in 2026-2027 and NMPA class III; see https://example.org/a-b(c)1.",
            [],
        ),
        ("BACKGROUND AND UNMET NEED: THE STANDARD OF CARE FAILS", []),
        ("用于重症狼疮患者的现货型细胞治疗，2027年进入II期临床。", []),
        ("Founded 2019, 25 employees, TRL 6, 3-5 years to market, 1,250,000 patients", []),
    ],
)
def test_what_is_flagged(text: str, kinds: list[str]) -> None:
    assert kinds == [leak.kind for leak in leaks(text)]


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("One. Two is secret. Three.", "secret", " Two is secret."),
        ("一。二保密。三。", "保密", "二保密。"),
        ("first\nsecond secret\nthird", "secret", "second secret"),
        ("only secret", "secret", "only secret"),
    ],
)
def test_the_sentence_around_a_word(text: str, word: str, sentence: str) -> None:
    begin, end = sentence_at(text, text.index(word))
    assert sentence == text[begin:end]
