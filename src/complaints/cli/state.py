"""Where a local run has its state when nothing else is said."""

from pathlib import Path

HERE = Path(".local")
