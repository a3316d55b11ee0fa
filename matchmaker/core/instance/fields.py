"""Taking typed values out of JSON objects, with the path of whatever is wrong."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from typing import TypeVar

from matchmaker.core.refusal import Refusal

_MISSING = object()
LARGEST = 10**9  # no count, seed or number of minutes of a roadshow comes near it
T = TypeVar("T")
C = TypeVar("C", bound=str)


def wrong(path: str, sentence: str, **facts: object) -> Refusal:
    """Return the refusal of a value at a path."""
    hint = "".join(one if _is_seen(one) else "?" for one in f"{path}: {sentence}")
    return Refusal("bad-instance", hint=hint, path=path, **facts)


def _is_seen(text: str) -> bool:
    """Tell whether a text is one line that can be written as UTF-8: no control characters, no line
    breaks, no halves of characters.
    """
    unseen = {"Cc", "Cs", "Zl", "Zp"}
    return text.isprintable() or unseen.isdisjoint(map(unicodedata.category, text))


class Fields:
    """One JSON object being read: each key is taken once, and ``done`` refuses the rest."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, dict):
            raise wrong(path, f"an object is expected, not {_kind(data)}.")
        self._left = dict(data)
        self.path = path

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}"

    def done(self) -> None:
        """Refuse the keys that nobody took."""
        for key in sorted(self._left, key=str):
            raise wrong(self.at(str(key)), "this key is unknown.")

    def text(self, key: str, default: str | None = None) -> str:
        """Take a string; without default it must be there and not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise wrong(self.at(key), f"a text is expected, not {_kind(value)}.")
        if default is None and not value.strip():
            raise wrong(self.at(key), "the text is empty.")
        if not _is_seen(value):
            raise wrong(self.at(key), "the text holds a character that cannot be shown.")
        return value

    def optional_text(self, key: str) -> str | None:
        """Take a string, or None where it is absent or null."""
        return None if self._left.get(key) is None and self._drop(key) else self.text(key)

    def choice(self, key: str, choices: tuple[C, ...], default: C | None = None) -> C:
        """Take one of the given words."""
        value = self._take(key, default)
        for choice in choices:
            if value == choice:
                return choice
        raise wrong(
            self.at(key),
            f"one of {', '.join(choices)} is expected, not {_kind(value)}.",
        )

    def number(
        self,
        key: str,
        default: float | None = None,
        low: float = 0.0,
        high: float = math.inf,
    ) -> float:
        """Take a finite number between low and high."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise wrong(self.at(key), f"a number is expected, not {_kind(value)}.")
        if (isinstance(value, int) and abs(value) > LARGEST) or not math.isfinite(value):
            raise wrong(self.at(key), "the number is not finite or too large.")
        if not low <= value <= high:
            raise wrong(self.at(key), f"the number must lie between {low:g} and {high:g}.")
        return float(value)

    def integer(self, key: str, default: int | None = None, low: int = 0) -> int:
        """Take a whole number that is not below low."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong(self.at(key), f"a whole number is expected, not {_kind(value)}.")
        if not low <= value <= LARGEST:
            raise wrong(self.at(key), f"the number must lie between {low} and {LARGEST}.")
        return value

    def optional_integer(self, key: str, low: int = 0) -> int | None:
        """Take a whole number, or None where it is absent or null."""
        return (
            None
            if self._left.get(key) is None and self._drop(key)
            else self.integer(key, None, low)
        )

    def texts(self, key: str, *, empty: bool = True) -> tuple[str, ...]:
        """Take a list of different strings; absent counts as empty."""
        value = self._take(key, [])
        if not isinstance(value, (list, tuple)):
            raise wrong(self.at(key), f"a list is expected, not {_kind(value)}.")
        seen: set[str] = set()
        for place, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                raise wrong(f"{self.at(key)}[{place}]", "a text is expected.")
            if not _is_seen(item):
                raise wrong(
                    f"{self.at(key)}[{place}]", "the text holds a character that cannot be shown."
                )
            if item in seen:
                raise wrong(f"{self.at(key)}[{place}]", f"{item} stands in the list twice.")
            seen.add(item)
        if not value and not empty:
            raise wrong(self.at(key), "the list is empty.")
        return tuple(value)

    def optional_texts(self, key: str) -> tuple[str, ...] | None:
        """Take a list of strings that is not empty, or None where it is absent or null."""
        return (
            None
            if self._left.get(key) is None and self._drop(key)
            else self.texts(key, empty=False)
        )

    def items(self, key: str, *, empty: bool = True) -> Iterator[Fields]:
        """Take a list of objects; absent counts as empty."""
        value = self._take(key, [])
        if not isinstance(value, (list, tuple)):
            raise wrong(self.at(key), f"a list is expected, not {_kind(value)}.")
        if not value and not empty:
            raise wrong(self.at(key), "the list is empty.")
        return iter([Fields(item, f"{self.at(key)}[{place}]") for place, item in enumerate(value)])

    def inner(self, key: str) -> Fields:
        """Take an object; absent counts as empty."""
        return Fields(self._take(key, {}), self.at(key))

    def raw(self, key: str, default: object) -> object:
        """Take whatever stands there."""
        return self._left.pop(key, default)

    def _take(self, key: str, default: object) -> object:
        value = self._left.pop(key, _MISSING)
        if value is not _MISSING:
            return value
        if default is None:
            raise wrong(self.at(key), "this key is missing.")
        return default

    def _drop(self, key: str) -> bool:
        self._left.pop(key, None)
        return True


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, (dict, list, tuple)):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:40]
