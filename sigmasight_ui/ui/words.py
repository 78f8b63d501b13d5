"""Risk in plain words."""

from __future__ import annotations


def beta_in_words(beta: float) -> str:
    """Under 0.8 low, 0.8 to 1.2 moderate, above high."""
    return "low" if beta < 0.8 else "moderate" if beta <= 1.2 else "high"
