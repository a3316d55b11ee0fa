"""The blueprint of wishes, and what parties are called on its pages."""

from __future__ import annotations

from flask import Blueprint, g
from flask_wtf import FlaskForm

from matchmaker.store.profile import Investor, Project

bp = Blueprint("preference", __name__)
PER_PAGE = 50
NOTHING = "none"  # the value of the button that takes a wish back


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button."""


def party_texts(party: Project | Investor) -> tuple[str, ...]:
    house = party.organisation
    return (party.code, house.name_en, house.name_zh)


def party_names(parties: list[Project | Investor]) -> dict[str, str]:
    return {party.id: name_of(party) for party in parties}


def name_of(party: Project | Investor) -> str:
    house = party.organisation
    names = (house.name_zh, house.name_en) if g.locale == "zh" else (house.name_en, house.name_zh)
    return f"{party.code} {names[0] or names[1]}"
