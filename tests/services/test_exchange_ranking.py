"""Rows as the values that are ranked."""

from __future__ import annotations

import csv
import io

from matchmaker.core.profile import Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.taxonomy import Node, Taxonomy
from matchmaker.documents.sheet import read_sheet
from matchmaker.services.exchange import (
    ExclusionCell,
    InvestorRow,
    PersonCell,
    ProjectRow,
    mandate_of_row,
    organisation_names,
    pitch_of_row,
)

FIELDS = Taxonomy(
    [
        Node("biotechnology", None, "Biotechnology", "生物技术", ("biotech",), ("生物医药",)),
        Node("cgt", "biotechnology", "Cell and gene therapy", "细胞与基因治疗", ("CGT",)),
        Node("oncology", "biotechnology", "Oncology", "肿瘤", ("cancer",)),
        Node("devices", None, "Medical devices", "医疗器械"),
        Node("cardiovascular", None, "Cardiovascular", "心血管"),
    ]
)


def sheet(*rows):
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    return read_sheet(page.getvalue().encode())


def test_a_row_becomes_a_pitch_in_the_reference_currency():
    row = ProjectRow(
        row=2,
        title_en="CAR-T",
        organisation_en="Uni Köln",
        fields=("cgt",),
        amount=2e6,
        currency="EUR",
        pitch_zh="一句话",
        confidential_summary_en="secret",
        people=(PersonCell(name_en="Ann", languages=("en",)),),
    )
    assert pitch_of_row(row, {"EUR": 1.1}) == Pitch(
        id="P2",
        name="CAR-T",
        organisation="uni koln",
        fields=("cgt",),
        amount=2.2e6,
        languages=("en",),
        texts=("CAR-T", "一句话"),
    )
    assert pitch_of_row(row).amount is None


def test_a_row_becomes_a_mandate_whose_conflicts_name_pitches():
    project = ProjectRow(row=2, organisation_en="Suzhou Bio", organisation_zh="苏州某生物")
    row = InvestorRow(
        row=5,
        code="I09",
        name_en="Rhine",
        trl_min=4,
        ticket_high=5e6,
        exclude=(ExclusionCell(facet="field", value="oncology"),),
        only=("country",),
        conflicts=("苏州某生物",),
    )
    assert mandate_of_row(row, organisations=organisation_names([project])) == Mandate(
        id="I09",
        name="Rhine",
        organisation="rhine",
        trl=(4, 9),
        ticket=Ticket(high=5e6),
        exclusions=(Exclusion(facet="field", value="oncology"),),
        only=frozenset({"country"}),
        conflicts=frozenset({pitch_of_row(project).organisation}),
    )
