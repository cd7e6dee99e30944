"""Use cases of planning: keep plans, read the estate, solve, show lines."""
