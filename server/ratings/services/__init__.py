"""Use cases of the ratings: rate many, rate what changed, read the matrices."""
