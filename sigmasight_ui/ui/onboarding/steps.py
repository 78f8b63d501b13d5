"""The three steps from an invite code to figures, shown at the head of each."""

STEPS = ("Account", "Portfolio", "Figures")
