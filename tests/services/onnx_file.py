"""Writes the smallest sentence encoder: an ONNX file that looks up a row per token.

The format is protocol buffers; the numbers are those of onnx.proto.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

INT64, FLOAT = 7, 1


def write_encoder(folder: Path, words: Mapping[str, tuple[float, ...]]) -> Path:
    """Write a folder whose encoder knows these words, each with its vector; return it."""
    folder.mkdir()
    known = {word: at for at, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(known, unk_token=next(iter(words))))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "model.onnx").write_bytes(_model(np.array(list(words.values()), dtype=np.float32)))
    return folder


def _model(table: np.ndarray) -> bytes:
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "out") + _text(4, "Gather")
    rows = b"".join(_number(1, size) for size in table.shape)
    weights = rows + _number(2, FLOAT) + _text(8, "table") + _bytes(9, table.tobytes())
    graph = _bytes(1, node) + _text(2, "encoder") + _bytes(5, weights)
    for name in ("input_ids", "attention_mask"):
        graph += _bytes(11, _value(name, INT64, 2))
    graph += _bytes(12, _value("out", FLOAT, 3))
    return _number(1, 8) + _bytes(8, _number(2, 13)) + _bytes(7, graph)


def _value(name: str, kind: int, dimensions: int) -> bytes:
    shape = b"".join(_bytes(1, _text(2, f"{name}{at}")) for at in range(dimensions))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
