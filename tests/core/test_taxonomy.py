"""The tree of fields: search, labels, ancestors, and what it refuses."""

from __future__ import annotations

import pytest

from matchmaker.core.refusal import Refusal
from matchmaker.core.taxonomy import Taxonomy

ROWS = [
    {"code": "therapies", "parent": "", "en": "Therapies", "zh": "治疗产品"},
    {
        "code": "cell_gene",
        "parent": "therapies",
        "en": "Cell & gene therapy",
        "zh": "细胞与基因治疗",
        "aliases_en": "CGT; cell therapies",
        "aliases_zh": "细胞治疗；基因治疗",
    },
    {
        "code": "car_t",
        "parent": "cell_gene",
        "en": "CAR-T",
        "zh": "CAR-T疗法",
        "aliases_en": "chimeric antigen receptor T cells; Chimère",
    },
    {"code": "devices", "parent": "", "en": "Medical devices", "zh": "医疗器械"},
    {
        "code": "imaging",
        "parent": "devices",
        "en": "Imaging",
        "zh": "影像",
        "aliases_en": "scanners",
    },
    {
        "code": "scanners",
        "parent": "imaging",
        "en": "MRI and CT",
        "zh": "磁共振与CT",
        "aliases_en": "scanner hardware",
    },
]


@pytest.fixture(scope="module")
def tree() -> Taxonomy:
    return Taxonomy.from_rows(ROWS)


def test_ancestors_go_up_and_a_path_goes_down(tree: Taxonomy) -> None:
    assert tree.ancestors("car_t") == ("car_t", "cell_gene", "therapies")
    assert tree.path("car_t") == ("therapies", "cell_gene", "car_t")
    assert tree.roots == ("therapies", "devices")
    assert tree.children("therapies") == ("cell_gene",)
    assert tree.descendants("therapies") == ("therapies", "cell_gene", "car_t")
    assert tree.covers("therapies", "car_t")
    assert not tree.covers("car_t", "therapies")


def test_a_stranger_is_its_own_and_only_ancestor(tree: Taxonomy) -> None:
    assert tree.ancestors("cleantech") == ("cleantech",)
    assert tree.name("cleantech", "zh") == "cleantech"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("car_t", "car_t"),
        (" Car T ", "car_t"),
        ("ＣＡＲ－Ｔ", "car_t"),
        ("CHIMERE", "car_t"),
        ("cell and gene therapies", "cell_gene"),
        ("基因治疗", "cell_gene"),
        ("Medical Device", "devices"),
        ("医疗器械", "devices"),
        ("scanners", "scanners"),
        ("scanner", "scanners"),
        ("gene", None),
        ("", None),
    ],
)
def test_a_label_is_read_whatever_its_case_width_accents_and_plural(
    tree: Taxonomy, label: str, code: str | None
) -> None:
    assert code == tree.resolve(label)


def test_a_shared_alias_means_the_field_above_the_others() -> None:
    shared = [
        {"code": "a", "parent": "", "en": "A", "zh": "", "aliases_en": "both"},
        {"code": "b", "parent": "a", "en": "B", "zh": "", "aliases_en": "both; elsewhere"},
        {"code": "c", "parent": "", "en": "C", "zh": "", "aliases_en": "elsewhere"},
    ]
    assert Taxonomy.from_rows(shared).resolve("both") == "a"
    assert Taxonomy.from_rows(shared).resolve("elsewhere") is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("cell", ["cell_gene", "car_t"]),
        ("治疗", ["therapies", "cell_gene"]),
        ("therapy gene", ["cell_gene"]),
        ("maging", ["imaging"]),
        ("scanner", ["scanners", "imaging"]),
        ("  ", []),
        ("quantum", []),
    ],
)
def test_search_finds_both_languages_best_first(
    tree: Taxonomy, text: str, codes: list[str]
) -> None:
    assert codes == tree.search(text)


def test_search_stops_at_its_limit(tree: Taxonomy) -> None:
    assert tree.search("治疗", limit=1) == ["therapies"]


@pytest.mark.parametrize(
    ("rows", "facts"),
    [
        (
            [
                {"code": "a", "parent": "b", "en": "A", "zh": ""},
                {"code": "b", "parent": "a", "en": "B", "zh": ""},
            ],
            {"code": "a"},
        ),
        ([{"code": "a", "parent": "x", "en": "A", "zh": ""}], {"code": "a", "parent": "x"}),
        ([{"code": "a", "parent": "", "en": "A", "zh": ""}] * 2, {"code": "a"}),
        ([{"code": "", "parent": "", "en": "A", "zh": ""}], {"row": 1}),
        ([{"code": "a", "parent": "", "en": "", "zh": " "}], {"row": 1}),
    ],
)
def test_a_broken_tree_is_refused_with_the_place(
    rows: list[dict[str, str]], facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as no:
        Taxonomy.from_rows(rows)
    assert ("bad-taxonomy", facts) == (no.value.reason, no.value.facts)
