"""A small tree of fields and random profiles for the tests of matching."""

from __future__ import annotations

from hypothesis import strategies as st

from matchmaker.core import profile
from matchmaker.core.profile import Evidence, Exclusion, Mandate, Pitch, Ticket
from matchmaker.core.taxonomy import Taxonomy

ROWS = (
    ("therapy", "", "Therapies", "治疗产品"),
    ("cell", "therapy", "Cell therapy", "细胞治疗"),
    ("car_t", "cell", "CAR-T", "CAR-T疗法"),
    ("rna", "therapy", "RNA medicines", "RNA药物"),
    ("device", "", "Devices", "医疗器械"),
    ("imaging", "device", "Imaging", "影像"),
    ("heart", "device", "Cardiac devices", "心脏器械"),
)
TREE = Taxonomy.from_rows(
    {"code": code, "parent": parent, "en": en, "zh": zh} for code, parent, en, zh in ROWS
)
FIELDS = tuple(row[0] for row in ROWS)
COUNTRIES = ("CN", "DE", "US", "FI")
WORDS = ("antibody", "vector", "liver", "scanner", "lipid", "delivery", "the", "trial", "market")

maybe = lambda values: st.none() | st.sampled_from(values)  # noqa: E731
some = lambda values: st.lists(st.sampled_from(values), max_size=4, unique=True).map(tuple)  # noqa: E731
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=70).map(" ".join), max_size=2).map(tuple)
amounts = st.none() | st.floats(1e4, 1e9)


@st.composite
def pitches(draw: st.DrawFn, name: str = "p") -> Pitch:
    return Pitch(
        id=name,
        organisation=draw(st.sampled_from(("", "North Institute", "South Hospital"))),
        fields=draw(some(FIELDS)),
        also=draw(some(FIELDS)),
        country=draw(maybe(COUNTRIES)),
        region=draw(maybe(("Bavaria", "Shanghai"))),
        kind=draw(maybe(profile.INSTITUTION_KINDS)),
        stage=draw(maybe(profile.STAGES)),
        trl=draw(st.none() | st.integers(1, 9)),
        round=draw(maybe(profile.ROUNDS)),
        amount=draw(amounts),
        instruments=draw(some(profile.INSTRUMENTS)),
        languages=draw(some(("en", "zh", "de"))),
        texts=draw(texts),
    )


@st.composite
def mandates(draw: st.DrawFn, name: str = "m") -> Mandate:
    low, high = sorted((draw(st.integers(1, 9)), draw(st.integers(1, 9))))
    exclusion = st.builds(
        Exclusion,
        facet=st.just("field"),
        value=st.sampled_from(FIELDS),
        unless=st.sampled_from(((), (("field", "car_t"),), (("country", "DE"),))),
    )
    evidence = st.builds(
        Evidence,
        pitch=pitches("old"),
        weight=st.sampled_from((1.0, 0.3, -1.0)),
        age=st.floats(0, 9),
    )
    return Mandate(
        id=name,
        fields=draw(some(FIELDS)),
        countries=draw(some((*COUNTRIES, "150", "EU"))),
        regions=draw(some(("bavaria", "Tyrol"))),
        kinds=draw(some(profile.INSTITUTION_KINDS)),
        stages=draw(some(profile.STAGES)),
        rounds=draw(some(profile.ROUNDS)),
        trl=draw(st.sampled_from((None, (low, high)))),
        ticket=draw(st.none() | st.builds(Ticket, low=amounts, typical=amounts, high=amounts)),
        instruments=draw(some(profile.INSTRUMENTS)),
        languages=draw(some(("en", "zh", "fr"))),
        exclusions=tuple(draw(st.lists(exclusion, max_size=1))),
        only=draw(st.sampled_from((frozenset(), frozenset({"countries"}), frozenset({"trl"})))),
        texts=draw(texts),
        history=tuple(draw(st.lists(evidence, max_size=2))),
        conflicts=draw(st.sampled_from((frozenset(), frozenset({"north institute"})))),
    )


@st.composite
def events(draw: st.DrawFn) -> tuple[list[Pitch], list[Mandate]]:
    many = st.integers(0, 5)
    return (
        [draw(pitches(f"p{at}")) for at in range(draw(many))],
        [draw(mandates(f"m{at}")) for at in range(draw(many))],
    )
