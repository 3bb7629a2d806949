"""Importing the package costs next to nothing; the matcher comes with the first answer."""

import subprocess
import sys


def test_the_package_imports_no_matcher() -> None:
    code = (
        "import sys, trainer.grading;"
        "print([m for m in ('rapidfuzz', 'Stemmer', 'trainer.decks.model') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
