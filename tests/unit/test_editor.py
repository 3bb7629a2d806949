"""Which command opens a deck, and the copy that is made of a bundled one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainer.editor import command, drop_unchanged, is_bundled, own_copy
from trainer.errors import TrainerError
from trainer.paths import Paths, locate

PATH = "/home/ann/my decks/rag.yaml"


@pytest.mark.parametrize(
    ("editor", "wanted"),
    [
        ("vim", ["vim", "+12", PATH]),
        ("/usr/bin/nvim", ["/usr/bin/nvim", "+12", PATH]),
        ("emacsclient -nw", ["emacsclient", "-nw", "+12", PATH]),
        ("nano", ["nano", "+12", PATH]),
        ("hx", ["hx", f"{PATH}:12"]),
        ("code --wait", ["code", "--wait", "--goto", f"{PATH}:12"]),
        ("kate", ["kate", "--line", "12", PATH]),
        ("'/opt/my editor/ed'", ["/opt/my editor/ed", PATH]),
        ("my-editor", ["my-editor", PATH]),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths and quotes as a POSIX shell has them")
def test_each_editor_is_told_the_line_its_own_way(editor: str, wanted: list[str]) -> None:
    assert command(PATH, 12, {"EDITOR": editor}) == wanted


def test_visual_comes_before_editor_and_blank_ones_count_for_nothing() -> None:
    assert command(PATH, 1, {"VISUAL": "vim", "EDITOR": "ed"})[0] == "vim"
    assert command(PATH, 1, {"VISUAL": " ", "EDITOR": "ed"}) == ["ed", PATH]


def test_a_path_with_braces_stays_as_it_is() -> None:
    assert command("/{line}/{path}.yaml", 3, {"EDITOR": "vi"}) == [
        "vi",
        "+3",
        "/{line}/{path}.yaml",
    ]


@pytest.mark.parametrize(
    ("environment", "said"), [({}, "no editor is named"), ({"EDITOR": "vi '"}, "a quote")]
)
def test_without_an_editor_the_file_and_line_are_said(
    environment: dict[str, str], said: str
) -> None:
    with pytest.raises(TrainerError, match=said) as raised:
        command("/decks/a\x1b.yaml", 7, environment)
    assert raised.value.place == "/decks/a\ufffd.yaml:7"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home with one bundled deck."""
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    (bundled / "rag.yaml").write_bytes(b"deck: rag\r\n")
    return locate(str(tmp_path / "home"))._replace(bundled=str(bundled))


def test_only_what_came_with_trainer_is_bundled(paths: Paths) -> None:
    assert is_bundled(os.path.join(paths.bundled, "rag.yaml"), paths)
    assert not is_bundled(os.path.join(paths.decks, "rag.yaml"), paths)
    assert not is_bundled(paths.bundled + "-more/rag.yaml", paths)


def test_a_copy_overwrites_nothing(paths: Paths) -> None:
    original = os.path.join(paths.bundled, "rag.yaml")
    first = own_copy(original, paths)
    second = own_copy(original, paths)
    assert [os.path.basename(path) for path in (first, second)] == ["rag.yaml", "rag-2.yaml"]
    assert Path(second).read_bytes() == b"deck: rag\r\n"


def test_a_copy_that_can_not_be_made_is_said(paths: Paths) -> None:
    with pytest.raises(TrainerError, match="can't be copied"):
        own_copy(os.path.join(paths.bundled, "gone.yaml"), paths)


def test_a_copy_goes_again_only_where_nothing_was_changed(paths: Paths) -> None:
    original = os.path.join(paths.bundled, "rag.yaml")
    copy = Path(own_copy(original, paths))
    copy.write_bytes(b"deck: rag\n")
    assert not drop_unchanged(str(copy), original)
    copy.write_bytes(b"deck: rag\r\n")
    assert drop_unchanged(str(copy), original)
    assert not copy.exists()
    assert not drop_unchanged(str(copy), original)
