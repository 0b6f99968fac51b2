"""The colours of workbook and page, chosen for contrast (4.5 to 1 for text) and told apart without hue by lightness."""

from typing import Final

INK: Final = "#16324F"
MUTED: Final = "#566474"
GRID: Final = "#D5DCE4"
PALE: Final = "#F1F5F9"
GOOD: Final = "#1C7A4B"
BAD: Final = "#B3261E"
AMBER: Final = "#8A5A00"
SERIES: Final = ("#0F6E84", "#D97B29", "#5B5F97", "#7A9E3A")
SERIES_PAST: Final = "#7894A5"
