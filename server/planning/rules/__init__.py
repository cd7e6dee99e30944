"""Which kit, in which year, and why: pure decisions over cohorts, in integer pence."""
