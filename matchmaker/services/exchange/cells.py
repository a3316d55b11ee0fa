"""What one cell says: numbers, money, days, truths, lists. Nothing is guessed twice over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from matchmaker.services.exchange.characters import simplified

_ITEM_BREAK = re.compile(r"[;；、\n|]+")
_LOOSE_BREAK = re.compile(r"[;；、\n|,，/]+|\s+(?:and|&|und|和|及)\s+")
ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
NOTHING = {"", "-", "--", "—", "–", "n/a", "na", "none", "null", "nil", "tbd", "?", "无", "暂无"}
NOTHING |= {"不适用", "待定", "未知", "unknown", "not applicable", "not disclosed", "undisclosed"}
_TRUE = {"true", "yes", "y", "1", "x", "✓", "✔", "是", "有", "已", "需要", "已成立", "ja", "wahr"}
_FALSE = {"false", "no", "n", "0", "✗", "✘", "否", "无", "未", "不需要", "未成立", "nein", "falsch"}
_CURRENCIES = {
    "USD": ("usd", "us$", "$", "美元", "美金", "dollar", "dollars", "us dollars"),
    "EUR": ("eur", "€", "欧元", "euro", "euros"),
    "CNY": ("cny", "rmb", "¥", "￥", "人民币", "元", "yuan"),
    "GBP": ("gbp", "£", "英镑"),
    "JPY": ("jpy", "日元"),
    "CHF": ("chf", "瑞士法郎", "sfr"),
    "HKD": ("hkd", "hk$", "港币", "港元"),
    "SGD": ("sgd", "s$", "新加坡元"),
    "RUB": ("rub", "₽", "卢布"),
    "KRW": ("krw", "₩", "韩元"),
    "SEK": ("sek",),
    "DKK": ("dkk",),
    "NOK": ("nok",),
    "CAD": ("cad", "ca$", "加元"),
    "AUD": ("aud", "a$", "澳元"),
    "INR": ("inr", "₹"),
}
_CODES = {symbol: code for code, symbols in _CURRENCIES.items() for symbol in symbols}
_SYMBOL = re.compile(
    "|".join(
        rf"(?<![a-z]){symbol}(?![a-z])"
        if symbol.isalpha() and symbol.isascii()
        else re.escape(symbol)
        for symbol in sorted(_CODES, key=len, reverse=True)
    )
)
_FACTORS = {
    **dict.fromkeys(("k", "thousand", "tsd", "千"), 1e3),
    **dict.fromkeys(("万", "w"), 1e4),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mil", "million", "millions", "mln", "百万"), 1e6),
    **dict.fromkeys(("千万",), 1e7),
    **dict.fromkeys(("亿",), 1e8),
    **dict.fromkeys(("b", "bn", "billion", "mrd", "十亿"), 1e9),
}
_NUMBER = r"\d[\d.,'\u00a0 ]*"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\W\d_]*)")
_ABOUT = re.compile(r"\b(approx|approximately|about|around|circa|ca|up to|max|min)\b\.?|[约~≈<>≤≥]")
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|～|至|到|\bto\b|\bbis\b)\s*")
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119: a day that lost its format


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in whole units, and the currency if the cell named one."""

    value: float
    currency: str | None = None


def is_nothing(text: str) -> bool:
    """Whether a cell says that it says nothing."""
    return text.strip().casefold() in NOTHING


def is_error(text: str) -> bool:
    """Whether a cell shows the error of a formula."""
    return text.strip().upper() in ERRORS


def items(text: str, *, loose: bool = False) -> list[str]:
    """Return the parts of a list; ``loose`` lists may also be split by commas, slashes, "and"."""
    found = (_LOOSE_BREAK if loose else _ITEM_BREAK).split(text)
    return [item.strip() for item in found if not is_nothing(item)]


def number(text: str) -> float | None:
    """Return a number written with any thousands mark and decimal sign, or None."""
    digits = re.sub(r"[\s'\u00a0]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[-+]?\d[\d.,]*(e[-+]?\d{1,2})?", digits, re.IGNORECASE):
        return None
    if re.fullmatch(r"[-+]?\d+(\.\d+)?e[-+]?\d{1,2}", digits, re.IGNORECASE):
        return float(digits)
    return _with_marks(digits)


def _with_marks(digits: str) -> float | None:
    marks = [letter for letter in digits if letter in ".,"]
    if not marks:
        return float(digits)
    last = marks[-1]
    if len(set(marks)) == 2:  # both occur: the last one is the decimal sign
        digits = digits.replace("," if last == "." else ".", "").replace(",", ".")
    elif len(marks) > 1 or (re.search(r"[.,]\d{3}$", digits) and not digits.startswith("0")):
        digits = digits.replace(last, "")
    else:
        digits = digits.replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def whole(text: str) -> int | None:
    """Return a whole number, also out of "TRL 4" or "4级", or None."""
    found = number(text)
    if found is None:
        match = re.fullmatch(r"[^\d]*(\d{1,9})[^\d]*", unicodedata.normalize("NFKC", text))
        found = float(match[1]) if match else None
    return int(found) if found is not None and found.is_integer() else None


def span(text: str) -> tuple[int, int] | None:
    """Return the two ends of a range of whole numbers ("4-7", "TRL 4 to 7", "5"), or None."""
    parts = [whole(part) for part in _BETWEEN.split(unicodedata.normalize("NFKC", text))]
    if len(parts) == 1 and parts[0] is not None:
        return parts[0], parts[0]
    if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
        return parts[0], parts[1]
    return None


def amount(text: str, factor: float = 1.0) -> Amount | None:
    """Return a sum of money: "15,000,000", "USD 5M", "€3.5 Mio", "1.2亿", "3000万元", or None.

    ``factor`` is what a bare number is multiplied by, for headings such as "金额（万元）".
    """
    rest, currency = _currency(simplified(unicodedata.normalize("NFKC", text).casefold()))
    rest = _ABOUT.sub(" ", rest).strip(" .")
    match = _QUANTITY.fullmatch(rest)
    if not match:
        found = number(rest)
        return Amount(found * factor, currency) if found is not None else None
    unit = match[2]
    if unit and unit not in _FACTORS:
        return None
    found = _decimal(match[1]) if unit else number(match[1])
    if found is None:
        return None
    return Amount(round(found * (_FACTORS[unit] if unit else factor), 2), currency)


def amounts(text: str, factor: float = 1.0) -> tuple[Amount, Amount] | None:
    """Return the two ends of a range of money ("$1-5M", "500万至2000万"), or None."""
    plain, currency = _currency(simplified(unicodedata.normalize("NFKC", text).casefold()))
    parts = _BETWEEN.split(plain.strip())
    if len(parts) == 1:
        one = amount(text, factor)
        return (one, one) if one else None
    if len(parts) != 2:
        return None
    high = amount(parts[1], factor)
    unit = re.search(r"[^\W\d_]+\s*$", _ABOUT.sub(" ", parts[1]))
    needs_unit = unit and not re.search(r"[^\W\d_]", parts[0])
    low = amount(parts[0] + (unit[0] if needs_unit and unit else ""), factor)
    if low is None or high is None:
        return None
    return Amount(low.value, currency), Amount(high.value, currency)


def currency_of(text: str) -> str | None:
    """Return the currency a text names, or None."""
    return _currency(unicodedata.normalize("NFKC", text).casefold())[1]


def unit_of_heading(heading: str) -> tuple[str | None, float]:
    """Return the currency and the factor that a heading names: "(USD m)", "（万元）"."""
    text = simplified(unicodedata.normalize("NFKC", heading).casefold())
    inside = " ".join(re.findall(r"[(\[]([^)\]]*)[)\]]", text)) or ""
    rest, currency = _currency(inside) if inside else _currency(text)
    words = re.findall(r"[^\W\d_]+", rest if inside else "")
    factor = next((_FACTORS[word] for word in words if word in _FACTORS), 1.0)
    return currency, factor


def day(text: str) -> date | None:
    """Return a day: ISO, "2026年9月12日", "12.9.2026", "Sep 12, 2026", or a bare serial number."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?(?:[T ].*)?", plain)
    if match:
        return _date(int(match[1]), int(match[2]), int(match[3]))
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?", plain)
    if match:
        return _date(int(match[1]), int(match[2]), 1)
    if plain.replace(".0", "").isdigit() and _EXCEL_DAYS[0] <= float(plain) <= _EXCEL_DAYS[1]:
        return date(1899, 12, 30) + timedelta(days=int(float(plain)))
    return _named_or_local_day(plain)


def moment(text: str) -> datetime | None:
    """Return a local time with its day: "2026-09-12T09:00", "2026/9/12 9:00", or None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(r"(.*?)[T ]+(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.0+)?)?", plain)
    found = day(match[1]) if match else None
    if match is None or found is None or int(match[2]) > 23 or int(match[3]) > 59:
        return None
    return datetime(found.year, found.month, found.day, int(match[2]), int(match[3]))  # noqa: DTZ001 -- local to the roadshow, whose zone the caller knows


def truth(text: str) -> bool | None:
    """Return whether a cell says yes or no, or None if neither."""
    plain = text.strip().casefold()
    if plain in _TRUE:
        return True
    return False if plain in _FALSE else None


def is_chinese(text: str) -> bool:
    """Whether at least a fifth of a text's letters are Chinese."""
    letters = [letter for letter in text if letter.isalpha()]
    han = sum("\u3400" <= letter <= "\u9fff" or letter >= "\U00020000" for letter in letters)
    return bool(letters) and han * 5 >= len(letters)


@lru_cache(maxsize=4096)
def _currency(text: str) -> tuple[str, str | None]:
    """Return a folded text without the currency it names, and the currency."""
    found = _SYMBOL.search(text)
    if found is None:
        return text, None
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return re.sub(r"人民币|元|rmb", " ", rest).strip(), _CODES[found[0]]


def _decimal(digits: str) -> float | None:
    """Read a number before a unit: there "1.250" is one and a quarter."""
    bare = re.sub(r"[\s'\u00a0]", "", digits)
    return float(bare) if re.fullmatch(r"\d+\.\d+", bare) else number(bare)


def _named_or_local_day(text: str) -> date | None:
    for form in ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %Y", "%b %Y", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    match = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == ".":
        return _date(year, second, first)
    if first > 12 >= second:
        return _date(year, second, first)
    if second > 12 >= first or first == second:
        return _date(year, first, second)
    return None  # 3/4/2026 means two days; nobody can tell which


def _date(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None
