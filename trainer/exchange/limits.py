"""How much is taken from a file of another program."""

from __future__ import annotations

from typing import Final

# Bytes of a text file.
MAX_TEXT: Final = 32 * 1024 * 1024

# Characters of one field of a note.
MAX_FIELD: Final = 1_000_000

# Notes of one file.
MAX_NOTES: Final = 200_000

# Columns of one row.
MAX_COLUMNS: Final = 1_000

# Bytes of a package's collection, unpacked.
MAX_COLLECTION: Final = 512 * 1024 * 1024

# Cards and answers of one collection, and characters of all its cards' texts together.
MAX_CARDS: Final = 400_000
MAX_ANSWERS: Final = 1_000_000
MAX_TOLD: Final = 200_000_000
