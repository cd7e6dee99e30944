"""Lists that people already have: read with care, shown as a dry run first, applied in chunks."""
