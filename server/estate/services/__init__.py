"""What the estate can do, one function per use case, split by noun. Services never commit."""
