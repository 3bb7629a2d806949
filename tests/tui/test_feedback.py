"""Feedback: what can be done about an answer and its card before it is rated."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea

from trainer.desk import Desk
from trainer.paths import locate
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.question import QuestionScreen
from trainer.tui.screens.retry import RetryScreen
from trainer.tui.screens.summary import SummaryScreen

DECK = """\
schema: 1
deck: small
title: Small deck
cards:
  - id: facts
    prompt: Where do facts live?
    points:
      - {id: index, say: In an index., accept: [in an index]}
      - {id: fresh, say: It is fresh., accept: [kept fresh]}
    answer: In an index, which is kept fresh.
  - {id: flip, kind: flashcard, prompt: "HNSW?", answer: A layered graph.}
"""
OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over the deck, which is the person's own or a bundled one."""

    def open_it(folder: str = "decks") -> Desk:
        paths = locate(str(tmp_path))._replace(bundled=str(tmp_path / "bundled"))
        for made in ("bundled", "decks"):
            (tmp_path / made).mkdir(exist_ok=True)
        (tmp_path / folder / "deck.yaml").write_text(DECK, encoding="utf-8")
        return Desk.open(paths, [], for_reading=False)

    return open_it


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Have the person's editor replace one text by another, in the file it is given."""
    monkeypatch.setattr(TrainerApp, "suspend", lambda _: nullcontext())

    def use(old: str, new: str) -> None:
        script = tmp_path / "editor"
        script.write_text(
            f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\n"
            "file = Path(sys.argv[-1])\n"
            f"file.write_text(file.read_text().replace({old!r}, {new!r}))\n"
        )
        script.chmod(stat.S_IRWXU)
        monkeypatch.setenv("VISUAL", str(script))

    return use


def app_for(desk: Desk, card: str = "", **sitting: bool) -> TrainerApp:
    return TrainerApp(desk, desk.sitting("drill", Selection(card=card), **sitting))


async def answer(app: TrainerApp, pilot: object, text: str) -> None:
    app.screen.query_one(TextArea).insert(text)
    await pilot.press("ctrl+j")  # type: ignore[attr-defined]


def shown(app: TrainerApp) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def events(desk: Desk, kind: str) -> list[dict[str, object]]:
    return [event for line in desk.store.lines() if (event := json.loads(line))["type"] == kind]


async def test_a_retry_is_shown_and_the_first_answer_still_waits(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        await answer(app, pilot, "in the weights")
        await pilot.press("r")
        assert isinstance(app.screen, RetryScreen)
        assert "kept fresh" not in shown(app), "the model answer is out of sight"
        await pilot.press("escape", "r")
        await answer(app, pilot, "in an index [/]")
        assert isinstance(app.screen, FeedbackScreen)
        assert "Tried again: 50 %   1 of 2 points" in shown(app)
        assert "in an index [/]" in shown(app)
        await pilot.press("1")
    assert [(e["answer"], e["rating"]) for e in events(desk, "retry")] == [("in an index [/]", 2)]
    assert [e["answer"] for e in events(desk, "review")] == ["in the weights"]
    desk.store.close()


async def test_close_calls_are_decided_where_they_stand(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.grading.constants.UNSURE_BAND", 1.0)  # all points close calls
    desk = open_desk()
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        await answer(app, pilot, "in the weights")
        assert shown(app).count("y or n?") == 1
        keys = shown(app).splitlines()[-1]
        offered = ("Accept", "Rate", "Made it?", "Teach", "Retry", "Undo", "Home", "Help")
        assert all(name in keys for name in offered), keys
        screen = app.screen
        await pilot.press("y")
        assert "1 of 2 points" in shown(app)
        await pilot.press("y")
        assert "2 of 2 points" in shown(app)
        assert app.screen is screen
        await pilot.press("enter")
    assert events(desk, "review")[0]["rating"] == 3
    desk.store.close()


@pytest.mark.parametrize(("key", "kind"), [("S", "suspend"), ("B", "bury")])
async def test_a_card_is_put_away_without_a_rating(
    open_desk: OpenDesk, key: str, kind: str
) -> None:
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        first = app.screen._question.ref  # type: ignore[attr-defined]
        await pilot.press("ctrl+n", "space", "F")
        assert "Flagged." in shown(app)
        await pilot.press("F")
        assert "Flagged." not in shown(app)
        await pilot.press("F", key)
        assert isinstance(app.screen, QuestionScreen)
    assert [event["card"] for event in events(desk, kind)] == [first]
    assert desk.store.marks()[first].flag == 1
    assert not events(desk, "review")
    desk.store.close()


async def test_both_answers_stand_side_by_side_where_there_is_room(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(100, 30)) as pilot:
        await answer(app, pilot, "in an index")
        yours, models = app.screen.query("#answers > Static").results(Static)
        assert (yours.region.y, yours.region.right) == (models.region.y, models.region.x)
        await pilot.resize_terminal(99, 30)
        await pilot.pause()
        assert (yours.region.x, yours.region.bottom) == (models.region.x, models.region.y - 1)
        await pilot.resize_terminal(20, 5)
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert "1 Again" in shown(app)
        assert "10 min" in shown(app)
    desk.store.close()


async def test_what_is_not_counted_says_so(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/facts", counts=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+n", "1")
        assert isinstance(app.screen, SummaryScreen)
        assert "Practice, not counted" in shown(app)
    desk.store.close()


async def test_an_edited_card_grades_the_answer_anew(
    open_desk: OpenDesk, editor: Callable[[str, str], None]
) -> None:
    desk = open_desk()
    app = app_for(desk, "small/facts")
    editor("[kept fresh]", "[green bananas]")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await answer(app, pilot, "in an index, green bananas")
        assert "1 of 2 points" in shown(app)
        await pilot.press("e")
        await pilot.pause()
        assert "2 of 2 points" in shown(app)
        editor("deck: small", "dekc: small")
        await pilot.press("e")
        await pilot.pause()
        assert "2 errors: the deck stays as it was." in " ".join(shown(app).split())
        assert "2 of 2 points" in shown(app)
        await pilot.press("3")
    assert events(desk, "review")[0]["points"] == {"index": 1.0, "fresh": 1.0}
    desk.store.close()


async def test_a_bundled_deck_is_copied_before_it_is_edited(
    open_desk: OpenDesk, editor: Callable[[str, str], None], tmp_path: Path
) -> None:
    desk = open_desk("bundled")
    app = app_for(desk, "small/facts")
    copy = tmp_path / "decks" / "deck.yaml"
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await answer(app, pilot, "in an index")
        editor("x" * 9, "")
        await pilot.press("e")
        await pilot.pause()
        assert "Nothing was changed." in shown(app)
        assert not copy.exists()
        editor("It is fresh.", "It is new.")
        await pilot.press("e")
        await pilot.pause()
        assert "It is new." in shown(app)
        assert "You edited a copy" in shown(app)
    assert "It is new" in copy.read_text()
    assert (tmp_path / "bundled" / "deck.yaml").read_text() == DECK
    desk.store.close()


async def test_without_an_editor_the_file_and_line_are_named(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    desk = open_desk()
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("ctrl+n", "e")
        await pilot.pause()
        assert "deck.yaml:5:" in "".join(shown(app).split())
        assert "$EDITOR" in shown(app)
        monkeypatch.setenv("EDITOR", os.path.join("no", "such"))
        await pilot.press("e")
        await pilot.pause()
        assert "terminal" in shown(app), "the tests have none to give to an editor"
    desk.store.close()
