"""What should perhaps not stand in a text that everybody may read.

A warning, never a verdict: the rules look for sequences, chemical structures, personal data,
unpublished figures and words that speak of what is not filed yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_SHOWN = 60  # characters of an excerpt

_SEQUENCE = re.compile(r"\b(?:[ACGTUN]{18,}|[ACDEFGHIKLMNPQRSTVWY]{16,})\b")
_SPACED_SEQUENCE = re.compile(r"\b(?:[ACGTU]{3,10}[ -]){5,}[ACGTU]{2,10}\b")
_SMILES = re.compile(
    r"(?<![\w/:.@])(?=[^\s]*[=#()\[\]])(?=[^\s]*\d)[BCNOPSFIclnosrH@+\-=#()\[\]\\/%\d.]{12,}"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+\d{1,3}[ -]?)?(?:1[3-9]\d{9}|(?:\(?\d{2,4}\)?[ -]){2,4}\d{2,5})(?![\d.,])"
)
_IDENTITY = re.compile(  # of a citizen, and of a patient
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
    r"|\b(?:patient|subject|donor)\s+(?:no\.?|ID|number)\s*[:#]?\s*[A-Z-]*\d+"
    r"|(?:病历号|住院号|病案号)\s*[:：]?\s*[A-Za-z-]*\d+|(?:患者|病人)[\u4e00-\u9fff]某",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\bp\s*[<=≤]\s*0?\.\d+|\bn\s*=\s*\d+"
    r"|\b(?:ORR|PFS|OS|HR|[IE]C\s?50|K[di])\s*(?:of|was|is|=|:|为|约)?\s*\d[\d.]*"
    r"|\b(?:response|remission)\s+rates?\s*(?:of|was|were|is|:)?\s*\d[\d.]*\s*(?:%|per ?cent)"
    r"|(?:客观缓解率|无进展生存|有效率|缓解率)[^，。；]{0,6}\d[\d.]*\s*%",
    re.IGNORECASE,
)
_UNFILED = re.compile(
    r"\b(?:unpublished|not yet (?:filed|published)|before filing|to be filed|confidential|"
    r"trade secret|proprietary sequence|under embargo|(?:will|plan to|about to|going to) file)\b"
    r"|\bclaims? \d+ ?[:(]"
    r"|未公开|未发表|尚未申请|(?:拟|即将|准备|计划|将)申请专利|保密|商业秘密|内部数据|权利要求\s*\d",
    re.IGNORECASE,
)
_RULES = (
    ("sequence", _SEQUENCE),
    ("sequence", _SPACED_SEQUENCE),
    ("structure", _SMILES),
    ("personal", _ADDRESS),
    ("personal", _IDENTITY),
    ("personal", _PHONE),
    ("figure", _FIGURE),
    ("unfiled", _UNFILED),
)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something to look at: its kind, the words, and where they begin in the text."""

    kind: str
    excerpt: str
    at: int


def leaks(text: str) -> list[Leak]:
    """Return what a text might give away, in the order of the text, each place once."""
    found: list[Leak] = []
    taken: list[tuple[int, int]] = []
    for kind, rule in _RULES:
        for match in rule.finditer(text):
            start, end = match.span()
            if any(start < other_end and other < end for other, other_end in taken):
                continue
            taken.append((start, end))
            found.append(Leak(kind, match[0][:MOST_SHOWN], start))
    return sorted(found, key=lambda leak: leak.at)


def sentence_at(text: str, at: int) -> tuple[int, int]:
    """Return where the sentence (or line) around a place begins and ends."""
    begin = 0
    for match in re.finditer(r"\n|[.!?](?=\s)|[。！？]", text):
        if match.start() >= at:
            end = match.start() if match[0] == "\n" else match.end()
            return begin, end
        begin = match.end()
    return begin, len(text)
