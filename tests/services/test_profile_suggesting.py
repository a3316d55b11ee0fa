"""Fields that a text speaks of."""

from __future__ import annotations

from matchmaker.services.profile.suggesting import MOST, Suggestion, suggested


def test_a_text_in_either_language_suggests_its_narrowest_fields() -> None:
    english = suggested(["Allogeneic CAR-T cells for lupus, a cell therapy."], ())
    assert "allogeneic_car_t" == english[0].code
    assert not {"car_t", "cell_therapy", "cgt"} & {one.code for one in english}
    chinese = suggested(["一种治疗肺癌的双特异性抗体"], ())
    assert {"lung_cancer", "bispecific"} <= {one.code for one in chinese}
    assert Suggestion("lung_cancer", "肺癌") in chinese


def test_what_is_taken_is_not_offered_again_nor_what_lies_above_it() -> None:
    text = ["CAR-T cells, that is cell therapy, for asthma"]
    assert ["allergy_asthma"] == [one.code for one in suggested(text, ["car_t"])]


def test_a_part_of_a_word_suggests_nothing_and_a_long_text_few() -> None:
    assert [] == suggested(["A mantilla on the ilex."], ())
    everything = ["CAR-T AAV siRNA ASO mRNA nanobody asthma kidney retina epilepsy stroke CRISPR"]
    assert MOST == len(suggested(everything, ()))
