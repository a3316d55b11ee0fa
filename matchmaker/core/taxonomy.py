"""The tree of fields in both languages: names, ancestors, search, and the reading of labels.

A label that somebody typed is compared after folding: case, accents, width, punctuation and a
plural's ``s`` make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from matchmaker.core.refusal import Refusal

EXACT, PREFIX, WORD_PREFIX, SUBSTRING = range(4)
BY_CODE, BY_NAME, BY_ALIAS = range(3)


@dataclass(frozen=True, slots=True)
class Node:
    """One field: its code, its parent's code (None for a root), its names and other names."""

    code: str
    parent: str | None
    en: str
    zh: str
    aliases_en: tuple[str, ...] = ()
    aliases_zh: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(one for one in (self.en, self.zh, *self.aliases_en, *self.aliases_zh) if one)


@lru_cache(maxsize=65536)
def fold(label: str) -> str:
    """Return the label as it is compared: no case, accents, width, punctuation or plural ``s``."""
    text = unicodedata.normalize("NFKD", label.casefold().replace("&", " and "))
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", text)
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Taxonomy:
    """A forest of fields. Every listing is in the order of the rows, so it never changes."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self._nodes: dict[str, Node] = {}
        self._children: dict[str | None, list[str]] = defaultdict(list)
        for node in nodes:
            if node.code in self._nodes:
                raise _broken("The code {code} stands twice.", code=node.code)
            self._nodes[node.code] = node
            self._children[node.parent].append(node.code)
        self._paths = {code: self._climb(code) for code in self._nodes}
        self._search_keys = [(code, _keys(node)) for code, node in self._nodes.items()]
        self._labels: dict[str, dict[int, set[str]]] = {}
        for code, node in self._nodes.items():
            for tier, label in _named(node):
                self._labels.setdefault(fold(label), {}).setdefault(tier, set()).add(code)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> Taxonomy:
        """Return the tree of rows with ``code,parent,en,zh,aliases_en,aliases_zh``.

        Aliases are separated by ``;``. Refuses a row without code or name, a code that stands
        twice, a parent that does not exist and a cycle.
        """
        return cls(_node(row, number) for number, row in enumerate(rows, start=1))

    def _climb(self, code: str) -> tuple[str, ...]:
        path: list[str] = []
        step: str | None = code
        while step is not None:
            if step in path:
                raise _broken("The field {code} is its own ancestor.", code=step)
            if step not in self._nodes:
                raise _broken(
                    "The parent {parent} of {code} does not exist.", parent=step, code=path[-1]
                )
            path.append(step)
            step = self._nodes[step].parent
        return tuple(reversed(path))

    def __contains__(self, code: object) -> bool:
        return code in self._nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __getitem__(self, code: str) -> Node:
        return self._nodes[code]

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(self._children[None])

    def children(self, code: str) -> tuple[str, ...]:
        return tuple(self._children.get(code, ()))

    def names(self, code: str) -> tuple[str, str]:
        """Return the English and the Chinese name; each stands in for a missing other."""
        node = self._nodes[code]
        return node.en or node.zh, node.zh or node.en

    def name(self, code: str, locale: str) -> str:
        """Return the name in a locale; a code that is not in the tree is its own name."""
        if code not in self._nodes:
            return code
        return self.names(code)[1 if locale.startswith("zh") else 0]

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes from the root down to ``code`` itself; of a stranger, only itself."""
        return self._paths.get(code, (code,))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return ``code`` itself, its parent and so on up to the root."""
        return self.path(code)[::-1]

    def descendants(self, code: str) -> tuple[str, ...]:
        """Return ``code`` itself and everything below it, depth first."""
        found = [code]
        for child in self.children(code):
            found.extend(self.descendants(child))
        return tuple(found)

    def covers(self, code: str, other: str) -> bool:
        """Tell whether ``other`` is ``code`` or lies below it."""
        return code in self.path(other)

    def search(self, text: str, limit: int = 20) -> list[str]:
        """Return the codes whose names or other names match, the best first.

        Whole label before beginning, beginning before words within, those before any part; a
        name before an alias, then the shorter path and the order of the rows. An empty text
        finds nothing.
        """
        wanted = fold(text)
        if not wanted:
            return []
        found = []
        for place, (code, keys) in enumerate(self._search_keys):
            ranks = [
                (rank, not is_name) for key, is_name in keys if (rank := _rank(wanted, key)) >= 0
            ]
            if ranks:
                found.append((min(ranks), len(self._paths[code]), place, code))
        return [code for *_, code in sorted(found)[:limit]]

    def resolve(self, label: str) -> str | None:
        """Return the one field that has this code, name or alias, or None.

        Where several fields share the label, the one that lies above all the others is meant;
        without such a one the label is ambiguous and None.
        """
        if label.strip() in self._nodes:
            return label.strip()
        tiers = self._labels.get(fold(label))
        if not tiers:
            return None
        codes = tiers[min(tiers)]
        top = [code for code in codes if all(self.covers(code, other) for other in codes)]
        return top[0] if top else None


def _named(node: Node) -> Iterator[tuple[int, str]]:
    yield BY_CODE, node.code
    for name in (node.en, node.zh):
        if name:
            yield BY_NAME, name
    for alias in (*node.aliases_en, *node.aliases_zh):
        yield BY_ALIAS, alias


def _keys(node: Node) -> tuple[tuple[str, bool], ...]:
    names = {fold(name) for name in (node.en, node.zh, node.code)}
    others = {fold(alias) for alias in (*node.aliases_en, *node.aliases_zh)} - names
    return tuple((key, True) for key in sorted(names) if key) + tuple(
        (key, False) for key in sorted(others) if key
    )


def _rank(wanted: str, key: str) -> int:
    """Return how well a folded text fits a folded label, 0 the best, -1 not at all."""
    if wanted == key:
        return EXACT
    if key.startswith(wanted):
        return PREFIX
    words = key.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return WORD_PREFIX
    return SUBSTRING if wanted in key else -1


def _node(row: Mapping[str, str], number: int) -> Node:
    cell = {key: (row.get(key) or "").strip() for key in ("code", "parent", "en", "zh")}
    if not cell["code"] or not (cell["en"] or cell["zh"]):
        raise _broken("Row {row} of the taxonomy needs a code and a name.", row=number)
    return Node(
        code=cell["code"],
        parent=cell["parent"] or None,
        en=cell["en"],
        zh=cell["zh"],
        aliases_en=_parts(row.get("aliases_en")),
        aliases_zh=_parts(row.get("aliases_zh")),
    )


def _parts(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;；]", cell or "") if part.strip())


def _broken(sentence: str, **facts: object) -> Refusal:
    return Refusal("bad-taxonomy", hint=sentence.format(**facts), **facts)
