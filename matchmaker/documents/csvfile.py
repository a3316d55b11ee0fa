"""Comma-separated text: written for every spreadsheet program, read from any of them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from math import log2

from matchmaker.core.refusal import Refusal
from matchmaker.documents.safe import Cell, guard, plain

SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_LINES = 60
_SAMPLE_LETTERS = 100_000  # below the longest cell that the csv module accepts
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_BIG5_RUN = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\xa1-\xfe]){2,}")
_HIGH_WORD = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_FOUR = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a byte order mark; text is quoted and guarded, numbers stay numbers."""
    page = io.StringIO()
    writer = csv.writer(page, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([guard(heading) for heading in headings])
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return page.getvalue().encode("utf-8-sig")


def read_csv(content: bytes, *, most: int | None = None) -> tuple[str, list[list[str]]]:
    """Return the separator that was found and every line's cells, as they stand.

    ``most`` lines are read, and one more if there are more.
    """
    text = re.sub(r"\r\n?", "\n", decode(content))
    first = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    if first:
        separator, text = first[1], text[first.end() :]
    else:
        separator = sniff(text)
    return separator, _split(text, separator, most)


def decode(content: bytes) -> str:
    """Return the text, whatever of the usual encodings it was saved in.

    UTF-8 and UTF-16 are recognised for certain. The others accept nearly every sequence of
    bytes, so each is believed only where the letters lie as its language puts them: Big5, then
    Windows Cyrillic, then GB 18030; what is left is Western European.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(content, "utf-16")
    if b"\0" in content[:4096]:
        return _decode_as(content, _utf16_order(content))
    _refuse_broken_utf8(content)
    for encoding in ("utf-8-sig", _old_encoding(content)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        _refuse_junk(text)
        return text
    raise Refusal(
        "unreadable-text",
        hint="This text is in an encoding we do not know. Save it as “CSV UTF-8” or as XLSX.",
    )


def sniff(text: str) -> str:
    """Return the separator that splits the first lines into the most even columns."""
    sample = "\n".join(text[:_SAMPLE_LETTERS].split("\n")[:_SAMPLE_LINES])
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        widths = Counter(
            len(line) for line in csv.reader(io.StringIO(sample), delimiter=separator) if line
        )
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (times / widths.total()) ** 2 * log2(width)
        if score > best_score:
            best, best_score = separator, score
    return best


def _split(text: str, separator: str, most: int | None) -> list[list[str]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return list(lines if most is None else islice(lines, most + 1))
    except csv.Error as error:
        raise Refusal(
            "unreadable-text",
            hint="A quotation mark is opened and never closed, or a cell is far too long.",
        ) from error


def _written(cell: Cell) -> str | int | float | None:
    value = plain(cell)
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard(value) if isinstance(value, str) else value


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = "\0"
    _refuse_junk(text)
    return text


def _utf16_order(content: bytes) -> str:
    odd, even = content[1:4096:2].count(0), content[0:4096:2].count(0)
    return "utf-16-le" if odd >= even else "utf-16-be"


def _refuse_broken_utf8(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(letter > "\x7f" for letter in text[:200_000]) - broken
    if broken and letters > broken * 20:
        line = text[: text.index("\ufffd")].count("\n") + 1
        raise Refusal(
            "broken-text",
            hint=f"This is UTF-8 text, but line {line} holds damaged letters. Save it anew.",
            line=line,
        )


def _old_encoding(content: bytes) -> str:
    sample = content[:200_000]
    if _looks_traditional(sample):
        return "big5hkscs"
    if _looks_cyrillic(sample):
        return "cp1251"
    return "gb18030" if _looks_chinese(sample) else "cp1252"


def _looks_traditional(sample: bytes) -> bool:
    """Tell Big5 by its pairs: in runs, most of them common characters (A4 to C6), and many with
    a low second byte, which common characters of GB 18030 never have.
    """
    runs = b"".join(_BIG5_RUN.findall(sample))
    pairs = len(runs) // 2
    if pairs < 3 or pairs * 5 < len(_PAIR.findall(sample)) * 4:
        return False
    common = sum(0xA4 <= lead <= 0xC6 for lead in runs[::2])
    low = sum(second < 0x80 for second in runs[1::2])
    return common * 4 >= pairs * 3 and low * 7 >= pairs


def _looks_cyrillic(sample: bytes) -> bool:
    """Tell Windows Cyrillic: words of high bytes, most of them small letters (E0 to FF)."""
    high = [byte for byte in sample if byte >= 0x80]
    words = b"".join(_HIGH_WORD.findall(sample))
    small = sum(byte >= 0xE0 for byte in words)
    return len(words) > 8 and len(words) * 5 >= len(high) * 4 and small * 2 >= len(words)


def _looks_chinese(sample: bytes) -> bool:
    pairs = _PAIR.findall(_FOUR.sub(b"", sample))
    high = sum(pair[1] >= 0x80 for pair in pairs)
    return bool(pairs) and high * 3 >= len(pairs) * 2


def _refuse_junk(text: str) -> None:
    sample = text[:20_000]
    odd = sum(letter < " " and letter not in "\t\r\n\x0b\x0c\x1a" for letter in sample)
    odd += sample.count("\ufffd") + sample.count("\0") * 100
    if odd * 200 > len(sample):
        raise Refusal(
            "not-a-spreadsheet",
            hint="This is neither a table of text (CSV) nor an Excel workbook (XLSX).",
        )
