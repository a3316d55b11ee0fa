"""One's own account, what is stored about oneself, and the way in by invitation."""

from matchmaker.web.account import data, own
from matchmaker.web.account.blueprint import bp

__all__ = ["bp", "data", "own"]
