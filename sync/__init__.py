"""The sync engine: pure Python, standard library only, no input or output, clock passed in."""
