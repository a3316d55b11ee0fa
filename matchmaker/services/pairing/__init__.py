"""Pairing: deciding who should meet whom."""

from matchmaker.services.pairing.choosing import Chosen, choose, holding
from matchmaker.services.pairing.decide import (
    approve,
    cost_of,
    forbid,
    newest_round,
    pin,
    propose,
    release,
    swap,
)
from matchmaker.services.pairing.pricing import Cost

__all__ = [
    "Chosen",
    "Cost",
    "approve",
    "choose",
    "cost_of",
    "forbid",
    "holding",
    "newest_round",
    "pin",
    "propose",
    "release",
    "swap",
]
