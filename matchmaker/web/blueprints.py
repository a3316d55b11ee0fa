"""The pages by word. Each module has one blueprint, ``bp``."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

WORDS = (
    "home",
    "account",
    "roadshow",
    "jobs",
    "profile",
    "exchange",
    "selection",
    "preference",
    "match",
    "pairing",
    "meeting",
    "outcome",
)


def register(app: Flask) -> None:
    """Register every word's blueprint."""
    for word in WORDS:
        app.register_blueprint(import_module(f"matchmaker.web.{word}").bp)
