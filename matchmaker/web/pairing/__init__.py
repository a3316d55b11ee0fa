"""The pairing board: who should meet whom, what each decision costs, and the approval."""

from matchmaker.web.pairing import board, deciding
from matchmaker.web.pairing.blueprint import bp

__all__ = ["board", "bp", "deciding"]
