"""The blueprint of outcomes."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("outcome", __name__)
STARS = tuple(str(number) for number in range(1, 6))
