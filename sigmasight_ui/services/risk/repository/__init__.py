"""All SQL of the risk room: what runs write, and what screens read."""
