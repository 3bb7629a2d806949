"""Which part may know of which, and what is not imported until it is needed."""

from __future__ import annotations

import ast
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from workbench import FRAMEWORK, QUESTION, deck

import trainer
from trainer.decks.fetch import _stamp

PACKAGE = Path(trainer.__file__).parent

# Each part of Trainer, and the parts it may import: first what stands alone, last the front ends.
KNOWS: dict[str, set[str]] = {
    "__init__": set(),
    "text": set(),
    "terminal": set(),
    "errors": set(),
    "garbage": set(),
    "scheduling": set(),
    "paths": {"errors", "text"},
    "config": {"scheduling", "text"},
    "files": {"errors", "paths", "text"},
    "preferences": {"config", "errors", "files", "text"},
    "templates": {"decks", "errors", "files", "text"},
    "exchange": {
        "decks", "editor", "errors", "files", "garbage", "paths", "progress", "scheduling",
        "templates", "text",
    },
    "installed": {"decks", "text"},
    "watch": {"decks", "paths"},
    "decks": {"errors", "garbage", "text"},
    "grading": {"decks", "text"},
    "progress": {"errors", "garbage", "paths", "scheduling", "text"},
    "due": {"decks", "progress", "scheduling"},
    "stats": {"decks", "progress", "scheduling"},
    "heat": {"text"},
    "planning": {"config", "decks", "progress", "scheduling"},
    "forecast": {"config", "decks", "planning", "progress", "scheduling"},
    "wording": {"decks", "grading", "scheduling", "text"},
    "selection": {"decks", "errors", "text"},
    "standing": {"progress", "scheduling", "text", "wording"},
    "search": {"decks", "errors", "garbage", "standing", "text"},
    "deeds": {"progress", "scheduling", "standing"},
    "editor": {"errors", "paths", "text"},
    "question": {"decks", "progress", "scheduling"},
    "feedback": {
        "config", "decks", "errors", "grading", "progress", "question", "scheduling", "text",
    },
    "session": {
        "config", "decks", "errors", "feedback", "planning", "progress", "question", "scheduling",
        "selection", "text",
    },
    "today": {"config", "decks", "due", "planning", "progress", "scheduling"},
    "desk": {
        "config", "decks", "due", "errors", "forecast", "grading", "paths", "planning",
        "progress", "question", "scheduling", "selection", "session", "standing", "stats", "text",
    },
    "report": {
        "decks", "due", "grading", "paths", "progress", "scheduling", "stats", "text", "wording",
    },
    "authoring": {
        "decks", "editor", "errors", "grading", "paths", "report", "templates", "text",
    },
    "usage": {"text"},
    "markdown": set(),
    "debrief": {"markdown", "scheduling", "text", "wording"},
    "mockfile": {"debrief", "errors", "files", "scheduling"},
    "weakness": {"decks", "errors", "grading", "progress", "scheduling"},
    "plain": {
        "debrief", "errors", "feedback", "mockfile", "question", "report", "scheduling", "session",
        "text", "wording",
    },
}  # fmt: skip

# What is not ours, and the one part below the app that is built on it.
OWNERS = {
    "textual": set(),
    "rich": set(),
    "yaml": {"decks"},
    "rapidfuzz": {"grading"},
    "Stemmer": {"grading"},
    "fsrs": set(),
    "platformdirs": {"paths"},
    "tomlkit": {"preferences"},
    "argparse": {"usage"},
    "zstandard": {"exchange"},
}


def imports(path: Path) -> Iterator[str]:
    """Yield the modules a file imports anywhere when run; those for type checkers are left out."""

    def walk(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")))


def parts() -> dict[str, set[str]]:
    """Return each part of Trainer (a module or package below it) with all it imports."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        found.setdefault(part, set()).update(imports(path))
    return found


PARTS = parts()


def test_all_parts_are_here() -> None:
    # What is new has to be given its place in the table.
    assert PARTS.keys() == KNOWS.keys() | {"__main__", "cli", "tui"}


@pytest.mark.parametrize("part", KNOWS)
def test_no_part_knows_more_than_it_may(part: str) -> None:
    ours = {name.split(".")[1] for name in PARTS[part] if name.startswith("trainer.")}
    assert ours - {part, "__version__"} <= KNOWS[part]


@pytest.mark.parametrize("name", OWNERS)
def test_what_is_not_ours_stays_with_its_owner(name: str) -> None:
    users = {part for part, names in PARTS.items() if any(n.split(".")[0] == name for n in names)}
    assert users - {"tui"} == OWNERS[name]


def loaded(code: str, at: str = "sys.modules", **environment: str) -> set[str]:
    """Run the code in a process of its own; return the modules `at` its end, or noted before."""
    code += f"\nimport sys, json; print(json.dumps([*{at}]), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True, text=True, check=False, input="",
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names = json.loads(done.stderr.splitlines()[-1])
    return {*names, *(name.split(".")[0] for name in names)}


APP = {"textual", "rich"}
HEAVY = APP | {"yaml", "_yaml", "msgspec", "fsrs", "rapidfuzz", "Stemmer"}


@pytest.mark.parametrize(
    ("module", "heavy"), [("trainer.session", HEAVY), ("trainer.cli", HEAVY | {"platformdirs"})]
)
def test_an_import_stays_light(module: str, heavy: set[str]) -> None:
    assert not loaded(f"import {module}") & heavy


def test_nothing_but_the_app_imports_textual() -> None:
    files = [path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py")]
    names = [".".join(file.with_suffix("").parts) for file in files if "tui" not in file.parts]
    modules = ", ".join(name for name in names if not name.endswith("__main__"))
    assert not loaded(f"import {modules}") & APP


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A data folder with a deck, and the cache warm."""
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "d.yaml").write_text(deck(QUESTION))
    assert "yaml" in loaded(RUN % ["due"], TRAINER_HOME=str(tmp_path))
    return str(tmp_path)


RUN = "from trainer.cli import main\nassert main(%s) == 0"


def test_due_stays_light_with_a_warm_cache(home: str) -> None:
    assert not loaded(RUN % ["due"], TRAINER_HOME=home) & HEAVY


def test_composing_needs_no_parser_with_a_warm_cache(home: str) -> None:
    path = Path(home) / "decks" / "d.yaml"
    path.write_text(deck(frameworks=[FRAMEWORK]))
    code = (
        "from trainer.decks.library import open_library\n"
        f"library = open_library({home!r} + '/none', {home!r} + '/decks', cache={home!r} + '/c')\n"
        "assert library.card('d/cited', 3).verdict"
    )
    assert "yaml" in loaded(code)
    found = loaded(code)
    assert "msgspec" in found
    assert not found & HEAVY - {"msgspec"}


def test_the_plain_quiz_needs_no_app(home: str) -> None:
    typed = "import io, sys; sys.stdin = io.TextIOWrapper(io.BytesIO(b'speed\\n\\n3\\n'))\n"
    found = loaded(typed + RUN % ["quiz", "--plain", "--limit", "1"], TRAINER_HOME=home)
    # What grades is imported as soon as there is an answer to grade.
    assert "Stemmer" in found
    assert not found & APP


PAINTED = """
import sys
from trainer.desk import Desk
from trainer.paths import locate
from trainer.tui.app import TrainerApp

painted = []

def settle(app):
    painted.extend(sys.modules)
    app.exit()

TrainerApp._settle = settle
with Desk.open(locate(None), [], for_reading=False) as desk:
    app = TrainerApp(desk, desk.sitting() if %r else None)
    app.run(headless=True, size=(80, 24))
"""
# What the first screen doesn't need: what reads decks, grades, rates, and writes preferences; the
# widgets that are typed into; other screens; and what is slow to import without being of use.
LATE = {
    "argparse", "fsrs", "hashlib", "importlib.metadata", "markdown_it", "pygments", "rapidfuzz",
    "Stemmer", "textual.widgets._footer", "textual.widgets._header", "textual.widgets._markdown",
    "textual.widgets._text_area", "tomlkit", "tomllib", "trainer.decks.changes",
    "trainer.decks.cuts", "trainer.decks.reader", "trainer.grading", "trainer.plain",
    "trainer.preferences", "trainer.progress.backup", "trainer.progress.mirror",
    "trainer.progress.replay", "trainer.report", "trainer.search", "trainer.tui.keys",
    "trainer.tui.palette", "trainer.tui.screens.browse", "trainer.tui.screens.feedback", "yaml",
}  # fmt: skip


@pytest.mark.parametrize(
    ("opens", "late"),
    [
        ("quiz", LATE | {"trainer.tui.screens.home"}),
        ("", LATE | {"msgspec", "trainer.tui.screens.question"}),
    ],
)
def test_the_first_paint_waits_for_nothing_it_can_do_without(
    home: str, opens: str, late: set[str]
) -> None:
    code = PAINTED % opens
    loaded(code, TRAINER_HOME=home)  # the progress file is made, and the decks are taken in
    known = Path(home) / "cache" / "decks.sqlite"
    with closing(sqlite3.connect(known)) as db, db:  # as if the deck had been written long ago
        stamp = _stamp(os.stat(Path(home) / "decks" / "d.yaml"))
        db.execute("UPDATE files SET stamp = ? WHERE stamp = ''", (stamp,))
    found = loaded(code, "painted", TRAINER_HOME=home)
    assert "textual.app" in found
    assert found & late == set()
