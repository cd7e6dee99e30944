"""Lists that people already have: read with care, shown as a dry run first, applied in chunks."""

from server.estate.imports.commands import import_assets, import_gias
from server.estate.imports.report import Report

__all__ = ["Report", "import_assets", "import_gias"]
