"""The first letters of Chinese words."""

from __future__ import annotations

import pytest
from babel import Locale

from matchmaker.core.pinyin import initials
from matchmaker.services.fields import taxonomy


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("细胞与基因治疗", "xbyjyzl"),
        ("CAR-T细胞治疗", "cartxbzl"),
        ("调节性T细胞", "tjxtxb"),
        ("癫痫", "dx"),
        ("媒体、游戏与音乐", "mtyxyyy"),
        ("啊座", "az"),
        ("α 龘 –", "a"),
        ("", ""),
    ],
)
def test_a_word_has_its_letters(text: str, letters: str) -> None:
    assert letters == initials(text)


def test_no_sign_of_a_field_or_a_country_is_passed_over() -> None:
    tree = taxonomy()
    names = [name for code in tree for name in (tree[code].zh, *tree[code].aliases_zh)]
    names += Locale.parse("zh_Hans").territories.values()
    dumb = {sign for name in names for sign in name if sign.isalpha() and not initials(sign)}
    assert set() == dumb
