"""A second engine for pairs of policies: the question put to an SMT solver, written apart from `bot/iam`."""
