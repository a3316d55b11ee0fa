"""Language, time and numbers in pages: what templates may use to say things."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from markupsafe import Markup

from matchmaker.core.places import WORLD
from matchmaker.core.policy import Action, may
from matchmaker.paths import TRANSLATIONS
from matchmaker.services.fields import taxonomy
from matchmaker.web.assets import asset
from matchmaker.web.lists import here
from matchmaker.web.navigation import navigation
from matchmaker.web.words import word

LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
COOKIE = "locale"


def speak(app: Flask) -> None:
    """Set the language of each request and give templates their filters and globals."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=lambda: LOCALES[locale()], timezone_selector=zone)
    app.jinja_env.filters.update(
        date=show_date,
        datetime=show_datetime,
        time=show_time,
        money=show_money,
        number=show_number,
        country=show_country,
        field_name=field_name,
        word=word,
        paragraphs=paragraphs,
        zone_name=zone_name,
    )
    app.jinja_env.globals.update(
        asset=asset,
        here=here,
        local=local,
        may=_may,
        Action=Action,
        other_locale_url=other_locale_url,
        has_endpoint=lambda name: name in app.view_functions,
    )
    app.context_processor(_globals)


def locale() -> str:
    """Return the viewer's language: chosen, the account's, or the browser's."""
    known = g.get("locale")
    if known is None:
        account = g.get("account")
        known = request.cookies.get(COOKIE) or (account.locale if account else None)
        if known not in LOCALES:
            best = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans"])
            known = "zh" if best and best.startswith("zh") else "en"
        g.locale = known
    return str(known)


def zone() -> str:
    """Return the zone of shown times: the roadshow's, as the venue's clocks show it."""
    roadshow = g.get("roadshow")
    return roadshow.zone if roadshow is not None else "UTC"


def show_date(value: date | datetime | None, style: str = "medium") -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone())).date()
    return dates.format_date(value, style, locale=LOCALES[locale()])


def show_time(value: datetime | None) -> str:
    if value is None:
        return ""
    return value.astimezone(ZoneInfo(zone())).strftime("%H:%M")


def show_datetime(value: datetime | None) -> str:
    return "" if value is None else f"{show_date(value)} {show_time(value)}"


def zone_name(zone_code: str) -> str:
    """Return the city a time zone is called after: Shanghai, 上海."""
    return dates.get_timezone_location(zone_code, locale=LOCALES[locale()], return_city=True)


def show_money(minor: int | None, currency: str) -> str:
    """Write minor units compactly: US$12M, 1200万元."""
    if minor is None:
        return ""
    amount = minor / 10 ** numbers.get_currency_precision(currency)
    return numbers.format_compact_currency(
        amount, currency, locale=LOCALES[locale()], fraction_digits=1
    )


def show_number(value: float | None, digits: int = 0) -> str:
    if value is None:
        return ""
    return numbers.format_decimal(round(value, digits), locale=LOCALES[locale()])


def show_country(code: str | None) -> str:
    if not code:
        return ""
    if code == WORLD:
        return _("the whole world")
    return Locale.parse(LOCALES[locale()]).territories.get(code, code)


def field_name(code: str) -> str:
    """Return the name of a taxonomy node."""
    try:
        english, chinese = taxonomy().names(code)
    except KeyError:
        return code
    return chinese if locale() == "zh" and chinese else english


def local(thing: Any, name: str) -> str | Markup:
    """Return ``thing.<name>_zh`` or ``_en`` by language; else the other one, marked as such."""
    order = ("zh", "en") if locale() == "zh" else ("en", "zh")
    for at, code in enumerate(order):
        value = getattr(thing, f"{name}_{code}", "")
        if value:
            lang = {"zh": "zh-Hans", "en": "en"}[code]
            return Markup('<span lang="{}">{}</span>').format(lang, value) if at else str(value)
    return ""


def plain(thing: Any, name: str) -> str:
    """Return the same as ``local`` without the mark: for what is put into a longer text."""
    shown = local(thing, name)
    return shown.striptags() if isinstance(shown, Markup) else shown


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text that a person typed."""
    return [part.strip() for part in str(text).split("\n") if part.strip()]


def other_locale_url() -> str:
    """Return where to go to read this page in the other language."""
    other = "en" if locale() == "zh" else "zh"
    return url_for("home.language", code=other, next=request.full_path.rstrip("?"))


def _may(action: str | Action, thing: Any = None) -> Any:
    return may(g.viewer, Action(action), thing)


def _globals() -> dict[str, Any]:
    return {
        "viewer": g.get("viewer"),
        "account": g.get("account"),
        "roadshow": g.get("roadshow"),
        "locale": locale(),
        "navigation": navigation(),
        "now": g.get("now"),
        "making": current_app.extensions.get("making", False),
    }
