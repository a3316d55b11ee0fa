"""Where benchmarks that nobody here wrote plug into the product."""

from tests.benchmarks.adapters_match import text_scores, tie_scores
from tests.benchmarks.adapters_plan import assign, b2b

__all__ = ["assign", "b2b", "text_scores", "tie_scores"]
