"""Who meets whom: choosing pairs under caps and floors, exactly, with reasons and prices."""

from matchmaker.core.pairing.choose import Choice, Price, choose, choose_both, cost_of

__all__ = ["Choice", "Price", "choose", "choose_both", "cost_of"]
