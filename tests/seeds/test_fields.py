"""The tree of fields is sound, and knows the words people use."""

from __future__ import annotations

import pytest

from matchmaker.core.taxonomy import fold
from matchmaker.services.fields import taxonomy
from tests.seeds.cast import CHINESE, items, rows

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
