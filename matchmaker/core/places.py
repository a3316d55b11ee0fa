"""Countries and the regions of the world they lie in, by the codes of ISO 3166 and UN M49.

A mandate may name a group ("Europe", 150) where a project names a country ("NL"). The names of
groups and countries in both languages come from CLDR, where they have the same codes.
"""

from __future__ import annotations

from functools import cache

WORLD = "001"
_SUBREGIONS: dict[str, tuple[str, str]] = {
    "015": ("002", "DZ EG EH LY MA SD TN"),
    "014": ("202", "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW"),
    "017": ("202", "AO CD CF CG CM GA GQ ST TD"),
    "018": ("202", "BW LS NA SZ ZA"),
    "011": ("202", "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG"),
    "021": ("019", "BM CA GL PM US"),
    "013": ("419", "BZ CR GT HN MX NI PA SV"),
    "029": (
        "419",
        "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI",
    ),
    "005": ("419", "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE"),
    "143": ("142", "KG KZ TJ TM UZ"),
    "030": ("142", "CN HK JP KP KR MN MO TW"),
    "035": ("142", "BN ID KH LA MM MY PH SG TH TL VN"),
    "034": ("142", "AF BD BT IN IR LK MV NP PK"),
    "145": ("142", "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE"),
    "151": ("150", "BG BY CZ HU MD PL RO RU SK UA"),
    "154": ("150", "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ"),
    "039": ("150", "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK"),
    "155": ("150", "AT BE CH DE FR LI LU MC NL"),
    "053": ("009", "AU CC CX HM NF NZ"),
    "054": ("009", "FJ NC PG SB VU"),
    "057": ("009", "FM GU KI MH MP NR PW UM"),
    "061": ("009", "AS CK NU PF PN TK TO TV WF WS"),
}
_ABOVE = {"202": "002", "419": "019", "002": WORLD, "019": WORLD, "142": WORLD}
_ABOVE |= {"150": WORLD, "009": WORLD}
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_UNIONS = {"EU": tuple(_EU.split(" "))}


@cache
def place_path(code: str) -> tuple[str, ...]:
    """Return the groups that hold a place, the widest first, and the place itself at the end.

    The world itself is left out: it tells nothing. A code nobody knows is its own path.
    """
    path = [code]
    above = _country_parent(code) or (_SUBREGIONS[code][0] if code in _SUBREGIONS else None)
    above = above or _ABOVE.get(code)
    while above and above != WORLD:
        path.append(above)
        above = _SUBREGIONS[above][0] if above in _SUBREGIONS else _ABOVE.get(above)
    return tuple(reversed(path))


def lies_in(country: str, place: str) -> bool:
    """Tell whether a country (or group) is the place or lies within it."""
    return place == WORLD or place in place_path(country) or country in _UNIONS.get(place, ())


def union_members(code: str) -> tuple[str, ...]:
    """Return the countries of a union that is no region of M49 ("EU"), else nothing."""
    return _UNIONS.get(code, ())


@cache
def _parents() -> dict[str, str]:
    return {
        country: subregion
        for subregion, (_, countries) in _SUBREGIONS.items()
        for country in countries.split()
    }


def _country_parent(code: str) -> str | None:
    return _parents().get(code)
