"""The app, driven by keys as a person would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.widgets import Input, TextArea

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.errors import ProgressError
from trainer.progress.store import Store
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.question import QuestionScreen
from trainer.tui.screens.summary import SummaryScreen
from trainer.tui.widgets.answer import MAX_CHARACTERS
from trainer.tui.widgets.choices import Choices

DECK = """
schema: 1
deck: small
title: Small deck
topics: {one: Topic one, two: Topic two}
cards:
  - id: verdict
    kind: scenario
    topic: one
    prompt: "Facts change daily, sources wanted → ?"
    hint: Where do facts live?
    verdict: {accept: [RAG], reject: [fine-tuning]}
    points:
      - {id: daily, say: "Facts change daily, so re-index.", accept: [change daily, re-index]}
      - {id: sources, say: Passages can be cited., accept: [cite the source, citations]}
    answer: RAG. Facts change daily, so re-index. Passages can be cited.
    follow_ups: ["And if style mattered too?"]
  - {id: flip, kind: flashcard, topic: two, prompt: "HNSW?", answer: A layered graph.}
  - id: pick
    kind: choice
    topic: one
    prompt: Which needs no training?
    choices: [{text: RAG, right: true}, {text: Fine-tuning, why: It is training.}]
  - {id: gap, kind: cloze, topic: two, text: "Facts live in {{an index}}, style in {{weights}}."}
"""
GOOD = "RAG, the facts change daily and it can cite the source"

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over one deck's text, each time on the same progress file."""

    def open_it(deck: str = DECK) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        (decks / "deck.yaml").write_text(deck, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        return Desk(library, Store.open(str(tmp_path / "progress.db")), Config())

    return open_it


def app_for(desk: Desk, card: str = "") -> TrainerApp:
    return TrainerApp(desk, desk.sitting("drill", Selection(card=card)) if card else None)


def shown(app: TrainerApp) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def reviews(desk: Desk) -> list[dict[str, object]]:
    return [event for line in desk.store.lines() if (event := json.loads(line))["type"] == "review"]


async def test_a_sitting_from_home_to_summary(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert "Today: 4 new" in shown(app)
        await pilot.press("enter")
        assert "Facts change daily, sources wanted → ?" in shown(app)
        assert "1 of 4" in shown(app)
        await pilot.press(*"RAG")
        app.screen.query_one(TextArea).insert(GOOD[3:])
        await pilot.press("ctrl+j")
        assert "right verdict" in shown(app)
        assert "2 of 2 points" in shown(app)
        await pilot.press("enter")
        assert reviews(desk)[0]["card"] == "small/verdict"
        assert reviews(desk)[0]["rating"] == 3
        assert reviews(desk)[0]["answer"] == GOOD

        assert "HNSW?" in shown(app)
        await pilot.press("space")
        assert "A layered graph." in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, FeedbackScreen), "a flashcard has no rating to accept"
        await pilot.press("4")

        assert "Which needs no training?" in shown(app)
        order = app.screen._question.options  # type: ignore[attr-defined]
        await pilot.press(str(order.index("RAG") + 1), "enter")
        assert "100 %" in shown(app)
        await pilot.press("enter")

        assert "Facts live in ______________, style in ______________." in shown(app)
        await pilot.press(*"index; wieghts")
        await pilot.press("enter")
        assert "2 of 2 points" in shown(app)
        await pilot.press("enter")

        assert isinstance(app.screen, SummaryScreen)
        assert "4 answers" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, HomeScreen)
        assert "Nothing is left for today." in shown(app)
    assert [review["rating"] for review in reviews(desk)] == [3, 4, 3, 3]
    desk.store.close()


async def test_the_hint_shows_and_costs_a_good(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Where do facts live?" not in shown(app)
        await pilot.press("ctrl+t")
        assert "Where do facts live?" in shown(app)
        app.screen.query_one(TextArea).insert(GOOD)
        await pilot.press("ctrl+j", "enter")
    assert reviews(desk)[0]["rating"] == 2
    assert reviews(desk)[0]["hint"] is True
    desk.store.close()


async def test_dont_know_is_again_and_a_digit_overrides(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+n")
        assert "0 %" in shown(app)
        await pilot.press("2")
    assert reviews(desk)[0]["suggested"] == 1
    assert reviews(desk)[0]["rating"] == 2
    desk.store.close()


async def test_an_empty_answer_is_not_submitted(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "ctrl+j")
        assert isinstance(app.screen, QuestionScreen)
    desk.store.close()


async def test_undo_asks_the_card_again_then_the_one_it_interrupted(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "ctrl+n", "enter")
        assert "HNSW?" in shown(app)
        await pilot.press("space", "u")
        assert "sources wanted" in shown(app)
        assert desk.store.memory("small/verdict") is None
        await pilot.press("ctrl+n", "3")
        assert "HNSW?" in shown(app)
    desk.store.close()


async def test_quick_keys_do_what_the_first_of_them_says(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.grading.constants.UNSURE_BAND", 1.0)  # all points close calls
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        app.screen.query_one(TextArea).insert("RAG")
        await pilot.press("ctrl+j")
        for quick in (["y", "n"], ["3", "y", "4"]):
            for key in quick:
                app.post_message(Key(key, key))
            await pilot.pause()
            await pilot.pause()
        assert [review["rating"] for review in reviews(desk)] == [3]
        assert reviews(desk)[0]["points"]["daily"] == 1.0  # type: ignore[index]
        assert "HNSW?" in shown(app)
        await pilot.press("space")
        for key in ("u", "u"):
            app.post_message(Key(key, key))
        await pilot.pause()
        await pilot.pause()
        assert "sources wanted" in shown(app)
        await pilot.press("ctrl+j", "1")
        assert "HNSW?" in shown(app)
    desk.store.close()


async def test_what_is_typed_right_behind_a_rating_begins_the_next_answer(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk()
    app = TrainerApp(desk, desk.sitting("drill", Selection(topic="two")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert isinstance(app.screen, FeedbackScreen)
        for key in ("4", "enter", "a", "x"):
            app.post_message(Key(key, "\r" if key == "enter" else key))
        app.post_message(Paste("e handle"))
        await pilot.pause()
        await pilot.pause()
        assert [gap.value for gap in app.screen.query(Input)] == ["axe handle", ""]
    desk.store.close()


async def test_dont_know_asks_before_it_gives_up_what_was_written(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.screen.query_one(TextArea).insert("a long thought")
        await pilot.press("ctrl+n")
        assert isinstance(app.screen, QuestionScreen)
        assert "what you wrote" in shown(app)
        await pilot.press("ctrl+n")
        assert isinstance(app.screen, FeedbackScreen)
    desk.store.close()


async def test_a_click_picks_the_option_it_is_on(open_desk: OpenDesk) -> None:
    long = "word " * 40
    choices = f"[{{text: {long}, right: true}}, {{text: {long} x}}]"
    card = f"{{id: p, kind: choice, prompt: Which?, choices: {choices}}}"
    desk = open_desk(f"schema: 1\ndeck: wide\ncards: [{card}]\n")
    app = app_for(desk, "wide/p")
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.click("#answer", offset=(12, 3))
        assert app.screen.query_one(Choices).text == "1"
    desk.store.close()


async def test_a_choice_fits_a_small_terminal(open_desk: OpenDesk) -> None:
    texts = [f"Option {letter}, which takes two lines here" for letter in "abcdef"]
    choices = ", ".join(f'{{text: "{text}", right: true}}' for text in texts)
    card = f"{{id: p, kind: choice, prompt: Which are right?, choices: [{choices}]}}"
    desk = open_desk(f"schema: 1\ndeck: wide\ncards: [{card}]\n")
    app = app_for(desk, "wide/p")
    async with app.run_test(size=(40, 12)) as pilot:
        for _ in texts:
            assert "Which are right?" in shown(app)
            assert "›" in shown(app)
            await pilot.press("down")
    desk.store.close()


async def test_what_was_typed_is_back_after_leaving(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(TextArea).insert("half a thought")
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.query_one(TextArea).text == "half a thought"
    desk.store.close()


async def test_an_answer_left_unrated_comes_back_to_be_rated(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(TextArea).insert(GOOD)
        await pilot.press("ctrl+t", "ctrl+j", "escape")
        assert isinstance(app.screen, HomeScreen)
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, FeedbackScreen)
        assert "with a hint" in shown(app)
        await pilot.press("enter")
    assert [(review["answer"], review["rating"]) for review in reviews(desk)] == [(GOOD, 2)]
    desk.store.close()


async def test_undo_while_typing_keeps_each_answer_with_its_card(open_desk: OpenDesk) -> None:
    desk = open_desk(
        "schema: 1\ndeck: two\ncards:\n"
        "  - {id: a, prompt: First?, answer: one}\n  - {id: b, prompt: Second?, answer: two}\n"
    )
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        app.screen.query_one(TextArea).insert("the first answer")
        await pilot.press("ctrl+j", "3")
        app.screen.query_one(TextArea).insert("the second")
        await pilot.press("ctrl+b")
        assert "First?" in shown(app)
    assert desk.store.draft("two/a").answer == "the first answer"
    assert desk.store.draft("two/b").answer == "the second"
    desk.store.close()


async def test_a_long_paste_is_cut_and_said(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        area = app.screen.query_one(TextArea)
        area.post_message(Paste("word " * MAX_CHARACTERS))
        await pilot.pause()
        assert len(area.text) == MAX_CHARACTERS
        assert "the rest was cut" in shown(app)
    desk.store.close()


async def test_a_failed_save_is_said_and_can_be_tried_again(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("ctrl+n")
        with monkeypatch.context() as patch:

            def full(*_: object) -> str:
                raise ProgressError("the disk is full", place="progress.db", mend="free some space")

            patch.setattr(desk.store, "add_review", full)
            await pilot.press("enter")
            assert isinstance(app.screen, FeedbackScreen)
            assert "the disk is full" in shown(app)
        await pilot.press("enter")
    assert len(reviews(desk)) == 1
    desk.store.close()


async def test_words_of_the_answer_are_taught_for_a_missed_point(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.screen.query_one(TextArea).insert("RAG, new stuff each morning")
        await pilot.press("ctrl+j")
        assert "0 of 2 points" in shown(app)
        await pilot.press("t", "enter", "end", *["shift+left"] * len("w stuff each morning"))
        await pilot.press("enter")
        assert "1 of 2 points" in shown(app)
        await pilot.pause()
        assert "Learnt." in shown(app)
        await pilot.press("3")
    taught = desk.store.taught("small/verdict")
    assert [(each.point, each.phrase) for each in taught] == [("daily", "new stuff each morning")]
    assert desk.store.forget(taught[0].id, desk.clock()) == taught[0]
    assert desk.store.taught() == []
    desk.store.close()


async def test_drill_asks_one_topic_only(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d", "down", "down", "enter")
        assert "Topic two" in shown(app)
        assert "1 of 2" in shown(app)
    desk.store.close()


async def test_weak_without_failures_says_so(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w")
        assert "No point was missed" in shown(app)
    desk.store.close()


async def test_a_broken_deck_is_named_on_home(open_desk: OpenDesk) -> None:
    desk = open_desk("schema: 1\ndeck: small\ncards: [{id: x}]\n")
    app = app_for(desk)
    async with app.run_test(size=(80, 24)):
        assert "errors; see `trainer check`" in " ".join(shown(app).split())
    desk.store.close()


async def test_a_small_terminal_gets_a_notice_and_keeps_what_is_typed(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/verdict")
    async with app.run_test(size=(8, 4)) as pilot:
        assert "too" in shown(app)
        await pilot.press(*"RAG", "ctrl+j")  # what can't be seen isn't done
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.pause()
        assert "sources wanted" in shown(app)
        assert "^j Submit" in shown(app)
        assert app.screen.query_one(TextArea).text == "RAG"
    desk.store.close()


HOSTILE = "[@click=app.quit]x[/] a[/]b List[int] \\e[31m \\e]0;pwned\\a \\u202egnp.exe [[ $x"


async def test_hostile_text_is_shown_as_it_is_and_obeyed_nowhere(open_desk: OpenDesk) -> None:
    deck = f"""
schema: 1
deck: hostile
title: "{HOSTILE}"
topics: {{t: "{HOSTILE}"}}
cards:
  - id: a
    topic: t
    prompt: "{HOSTILE}"
    hint: "{HOSTILE}"
    points: [{{id: p, say: "{HOSTILE}", accept: [layered graph]}}]
    mistakes: [{{say: "{HOSTILE}", match: [flat list], why: "{HOSTILE}"}}]
    answer: "{HOSTILE}"
    follow_ups: ["{HOSTILE}"]
    source: "{HOSTILE}"
  - {{id: b, topic: t, kind: choice, prompt: x,
     choices: [{{text: "{HOSTILE}", right: true}}, {{text: y, why: "{HOSTILE}"}}]}}
  - {{id: c, topic: t, kind: cloze, prompt: "{HOSTILE}", text: "{{{{gap}}}} {HOSTILE}"}}
  - {{id: d, topic: t, kind: flashcard, prompt: "{HOSTILE}", answer: "{HOSTILE}"}}
"""
    desk = open_desk(deck)
    assert not desk.notices
    screens = []
    app = app_for(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screens.append(shown(app))
        await pilot.press("d")
        screens.append(shown(app))
        await pilot.press("enter", "ctrl+t")
        typed = "a flat list [/] [@click=app.quit]y[/] \x1b[31m \x9b2J \u202e"
        app.screen.query_one(TextArea).post_message(Paste(typed))
        await pilot.pause()
        screens.append(shown(app))
        await pilot.press("ctrl+j")
        screens.append(shown(app))
        await pilot.press("1")
        for keys in (["1", "enter"], [*"gap", "enter"], ["space"]):
            screens.append(shown(app))
            await pilot.press(*keys)
            screens.append(shown(app))
            await pilot.press("3")
        screens.append(shown(app))
    assert all(char not in text for text in screens for char in "\x1b\x07\x9b\u202e")
    for text in screens[1:4]:
        assert "[@click=app.quit]x[/] a[/]b List[int]" in text
    desk.store.close()
