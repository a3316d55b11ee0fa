"""The encoders of an install: which there are, and that a run says with what it was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from matchmaker.core.journey import Phase, ProjectState
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.refusal import Refusal
from matchmaker.core.similarity import ProfileSimilarity
from matchmaker.core.similarity.encoders import encoder_named
from matchmaker.core.taxonomy import Taxonomy
from matchmaker.services import match
from matchmaker.services.match import encoders
from tests.committee import make_fair
from tests.services.onnx_file import write_encoder
from tests.services.test_match import ranked

WORDS = {"unknown": (0.0, 0.0, 1.0), "valve": (1.0, 0.0, 0.0), "heart": (0.9, 0.1, 0.0)}


@pytest.fixture(autouse=True)
def none_afterwards() -> Iterator[None]:
    yield
    encoders.prepare([])


def test_a_thesis_finds_what_only_the_other_language_tells() -> None:
    encoders.prepare(["universal"])
    pitches = [
        Pitch(id="valve", texts=("A soft heart valve that children outgrow later.",)),
        Pitch(id="scan", texts=("Every lung nodule on a CT scan, found by an algorithm.",)),
        Pitch(id="mrna", texts=("Messenger RNA in lipid nanoparticles against the flu.",)),
    ]
    mandates = [
        Mandate(id="heart", texts=("我们投资心脏瓣膜等心血管医疗器械。",)),
        Mandate(id="picture", texts=("用人工智能读肺部影像的公司。",)),
        Mandate(id="vaccine", texts=("信使核糖核酸疫苗与脂质纳米颗粒。",)),
    ]
    model = ProfileSimilarity(encoders=encoders.in_use())
    model.fit(pitches, mandates, taxonomy=Taxonomy())
    found = model.lifts(pitches, mandates)["text"].log.argmax(axis=1)
    assert [pitches[at].id for at in found] == ["valve", "scan", "mrna"]


def test_a_folder_holds_an_encoder_and_its_name_tells_which(tmp_path: Path) -> None:
    one = write_encoder(tmp_path / "one", WORDS)
    other = write_encoder(tmp_path / "other", {**WORDS, "liver": (0.0, 1.0, 0.0)})
    encoders.prepare([str(one), str(other)])
    first, second = encoders.in_use()
    assert (first.partition("-")[0], second.partition("-")[0]) == ("one", "other")
    assert first.partition("-")[2] != second.partition("-")[2]
    encoder = encoder_named(first)
    assert (encoder.within, encoder.across) == (True, False)
    vectors = encoder.encode(["heart valve", "valve " * 400, "liver"])
    mean = np.array([0.95, 0.05, 0.0])
    expected = [mean / np.linalg.norm(mean), [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert vectors == pytest.approx(np.array(expected), abs=1e-6)


def test_what_is_no_encoder_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    for wanted in (str(tmp_path), "universe"):
        with pytest.raises(Refusal) as no:
            encoders.prepare([wanted])
        assert (no.value.reason, no.value.facts) == ("bad-encoder", {"encoder": wanted})
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    with pytest.raises(Refusal, match=r"matchmaker\[embedding\]"):
        encoders.prepare(["universal"])
    assert encoders.in_use() == []


def test_a_run_says_with_which_encoders_it_was_made_and_is_old_without_them(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    fair = make_fair(session, now, phase=Phase.PREFERENCE)
    fair.project("Tumour vaccine", state=ProjectState.SELECTED)
    fair.investor("Northern Ventures")
    plain = ranked(fair)
    assert match.is_current(session, fair.roadshow, plain)
    encoders.prepare([str(write_encoder(tmp_path / "tiny", WORDS))])
    assert not match.is_current(session, fair.roadshow, plain)
    assert match.ranking_of(session, fair.roadshow, plain) is not None
    run = ranked(fair, "other")
    assert run.model["parameters"]["encoders"] == encoders.in_use()
    assert match.is_current(session, fair.roadshow, run)
    assert match.ranking_of(session, fair.roadshow, run) is not None
    encoders.prepare([])
    match.why._rankings.clear()
    assert not match.is_current(session, fair.roadshow, run)
    assert match.ranking_of(session, fair.roadshow, run) is None
