"""The first letters of Chinese words as they are typed: 细胞治疗 is "xbzl".

GB 2312 keeps its 3,755 most frequent characters in the order of their pinyin, so the place of a
character in that standard tells its letter. Rarer characters, and words whose first letter is
not the usual one of their character, are listed.
"""

from __future__ import annotations

from bisect import bisect_right

_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC),
    *(0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9),
    0xD4D1,
)
"""Where each letter of ``_LETTERS`` begins in the standard."""
_END = 0xD7F9
_RARE = dict(zip("苷肽胱癫痫黏疱瘢骼斐梵汶珀瑙αβγδ", "gtgdxnpbgffwpnabgd", strict=True))
_WORDS = {"调节": "tj", "音乐": "yy", "重复": "cf", "长沙": "cs"}


def initials(text: str) -> str:
    """Return the letters of a text, lower-case; Latin letters and digits stay, the rest goes."""
    for word, letters in _WORDS.items():
        text = text.replace(word, letters)
    return "".join(map(_letter, text))


def _letter(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    if sign in _RARE:
        return _RARE[sign]
    try:
        pair = sign.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    place = int.from_bytes(pair, "big")
    if not _STARTS[0] <= place <= _END:
        return ""
    return _LETTERS[bisect_right(_STARTS, place) - 1]
