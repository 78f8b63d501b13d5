"""All SQL about runs."""
