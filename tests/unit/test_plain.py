"""The plain dialogue, to the letter."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import (
    CHOICE,
    CLOZE,
    FLASHCARD,
    FRAMEWORK,
    QUESTION,
    SCENARIO,
    Clock,
    deck,
    desk,
    events,
    flashcards,
)

from trainer.config import Config
from trainer.desk import Desk
from trainer.plain import Dialogue
from trainer.progress.records import Draft
from trainer.progress.store import Store
from trainer.scheduling.settings import Settings
from trainer.text import clean

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Out(io.StringIO):
    """Output that knows what of it was flushed, and looks into the log as it is written."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.waiting = ""

    def write(self, text: str) -> int:
        self.waiting += text
        if saved := re.search(f"saved ({ID})", text):
            with Store.open_for_reading(self.path) as other:
                assert saved[1] in {event["id"] for event in events(other)}
        return super().write(text)

    def flush(self) -> None:
        self.waiting = ""


class In(io.StringIO):
    """Input that is read only when all that was said before has been flushed."""

    def __init__(self, text: str, out: Out) -> None:
        super().__init__(text)
        self.out = out

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        assert self.out.waiting == ""
        return super().readline(-1 if size is None else size)


class Talk:
    """Dialogues on one progress file; `store` is what came of them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.desks: list[Desk] = []

    def __call__(
        self, said: str, *cards: dict[str, Any], mode: Any = "daily", limit: int | None = None,
        config: Config | None = None, code: int = 0, full: bool = False, ask: tuple[str, ...] = (),
        counts: bool = True, **fields: Any,
    ) -> str:  # fmt: skip
        """Say the lines to a sitting on a deck of the cards and return all it said."""
        at = desk(self.folder, self.clock, deck(*cards, **fields), config=config)
        self.desks.append(at)
        out = Out(at.store.path)
        if full:
            (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
            at.store._db.execute(f"PRAGMA max_page_count = {pages}")
        sitting = at.sitting(mode, limit=limit, counts=counts)
        dialogue = Dialogue(sitting, In(said, out), out, ask=ask, clock=self.clock)
        assert dialogue.run() == code
        assert out.waiting == ""
        return re.sub(ID, "ID", out.getvalue())

    @property
    def store(self) -> Store:
        return self.desks[-1].store

    @property
    def ratings(self) -> list[tuple[str, int]]:
        reviews = events(self.store, "review")
        return [(event["card"], event["rating"]) for event in reviews]


@pytest.fixture
def talk(tmp_path: Path, clock: Clock) -> Iterator[Talk]:
    made = Talk(tmp_path, clock)
    yield made
    for each in made.desks:
        each.store.close()


# To the letter


def test_a_signal(talk: Talk) -> None:
    framework = {**FRAMEWORK, "rules": FRAMEWORK["rules"][1:], "signals": FRAMEWORK["signals"][:2]}
    said = talk("RAG, so we can re-index\n\n\nq\n", title="Deck", frameworks=[framework])
    prompt = events(talk.store, "review")[0]["prompt"]
    assert prompt.startswith(("Drug formulary, ", "Price list, ", "Discharge notes, "))
    assert said.startswith(
        "Question 1 · Deck · t · scenario\n"
        "\n"
        f"{prompt}\n"
        "Decide, and give a reason for each cue.\n"
        "\n"
        "Your answer (an empty line ends it):\n"
        "\n"
        "Score 100 %, right verdict.\n"
        '- made: Facts change, so re-index documents. ("re-index")\n'
        "- also to say: Retrieved passages can be cited.\n"
        "Model answer: RAG. Facts change, so re-index documents. "
        "Retrieved passages can be cited.\n"
        "Follow-up: And daily?\n"
        "Next time: 1 Again 10 min, 2 Hard 15 min, 3 Good 2 d, 4 Easy 10 d\n"
        "Rating [Good]: saved ID\n"
    )
    assert talk.ratings == [("d/monthly", 3)]


def test_a_flashcard(talk: Talk) -> None:
    assert talk("\n4\n", FLASHCARD, title="Deck") == (
        "Question 1 · Deck · flashcard\n"
        "\n"
        "HNSW?\n"
        "\n"
        "Press Enter to see the answer:\n"
        "\n"
        "Model answer: A layered graph.\n"
        "Next time: 1 Again 10 min, 2 Hard 15 min, 3 Good 2 d, 4 Easy 8 d\n"
        "Rating: saved ID\n"
        "\n"
        "1 answer saved in 0 s: 1 Easy.\n"
        "Next due on 19 May.\n"
    )
    assert talk.ratings == [("d/flip", 4)]


def test_a_question(talk: Talk) -> None:
    said = talk("Lookups become fast.\nRows come sorted.\n\n\n", QUESTION, topics={"t": "Indexes"})
    assert said.startswith(
        "Question 1 · d · Indexes · question\n"
        "\n"
        "Why keep an index?\n"
        "\n"
        "Your answer (an empty line ends it):\n"
        "\n"
        "Score 100 %.\n"
        "- made: Lookups become fast."
    )
    assert said.endswith(
        "Model answer: Lookups become fast, and rows come sorted.\n"
        "Follow-up: What does it cost?\n"
        "Next time: 1 Again 10 min, 2 Hard 15 min, 3 Good 2 d, 4 Easy 8 d\n"
        "Rating [Good]: saved ID\n"
        "\n"
        "1 answer saved in 0 s: 1 Good.\n"
        "Next due on Wednesday.\n"
    )
    assert events(talk.store, "review")[0]["answer"] == "Lookups become fast.\nRows come sorted."


def test_a_scenario(talk: Talk) -> None:
    said = talk("RAG, since it updates monthly.\n\n\n", SCENARIO)
    assert re.search(r"^Score 100 %, right verdict\.$", said, re.M)
    assert "Rating [Good]: saved ID\n" in said
    said = talk("Fine-tuning, no RAG.\n\n\n", {**SCENARIO, "id": "other"})
    assert re.search(r"^Score \d+ %, wrong verdict\.$", said, re.M)
    assert "Rating [Again]: saved ID\n" in said


def test_a_choice(talk: Talk) -> None:
    said = talk("apple, pear\n\n", CHOICE)
    assert re.search(
        r"Which is a fruit\?\n1\. \w+\n2\. \w+\n3\. \w+\n\n"
        r"Your pick, such as 2 or 1,3:\n\nScore 100 %",
        said,
    )
    assert "Rating [Good]: saved ID\n" in said


def test_a_choice_by_number(talk: Talk) -> None:
    at = desk(talk.folder, talk.clock, deck(CHOICE))
    shown = at.sitting("drill").next()
    assert shown is not None
    at.store.close()
    right = ",".join(str(n) for n, text in enumerate(shown.options, 1) if text != "Brick")
    assert "Rating [Good]: saved ID\n" in talk(f"{right}\n\n", CHOICE)


def test_a_wrong_choice_is_explained(talk: Talk) -> None:
    said = talk("brick\n\n1\n", CHOICE, limit=1)
    assert "- mistake: Brick. It is baked clay." in said
    assert "Rating [Again]: saved ID\n" in said


def test_a_cloze(talk: Talk) -> None:
    said = talk("a knowledge base; the weights\n\n", CLOZE)
    assert (
        "RAG keeps facts in ____ (1), tuning in ____ (2).\n"
        "\n"
        "What goes in the gap (several: a; b):\n"
        "\n"
        "Score 100 %.\n"
    ) in said
    assert "Model answer: RAG keeps facts in an index, tuning in the weights.\n" in said
    assert "Rating [Good]: saved ID\n" in said


def test_nothing_to_ask(talk: Talk) -> None:
    assert talk("", *flashcards("a"), config=Config(new=0)) == "Nothing to ask now.\n"


# Answers


def test_an_empty_first_line_is_dont_know(talk: Talk) -> None:
    said = talk("\n\n", QUESTION, limit=1)
    assert "Score 0 %." in said
    assert "Rating [Again]: saved ID\n" in said
    assert events(talk.store, "review")[0]["answer"] == ""


def test_the_end_of_input_before_an_answer_ends_quietly(talk: Talk) -> None:
    said = talk("", QUESTION)
    assert said.endswith("Your answer (an empty line ends it):\n")
    assert talk.ratings == []


def test_the_end_of_input_within_an_answer_keeps_it_as_a_draft(talk: Talk) -> None:
    said = talk("Half a thou", QUESTION)
    assert said.endswith("Rating [Again]: \nNot saved: d/why was not rated.\n")
    assert talk.ratings == []
    again = talk("", QUESTION)
    assert "(Answered before and not rated: Half a thou)\n" in again


def test_windows_line_ends(talk: Talk) -> None:
    talk("speed\r\norder\r\n\r\n3\r\n", QUESTION)
    assert events(talk.store, "review")[0]["answer"] == "speed\norder"


# Ratings


@pytest.mark.parametrize(
    ("said", "rating"),
    [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("again", 1), ("HARD", 2), (" good ", 3), ("Easy", 4)],
)
def test_numbers_and_names(talk: Talk, said: str, rating: int) -> None:
    talk(f"\n{said}\n", FLASHCARD, limit=1)
    assert talk.ratings == [("d/flip", rating)]


def test_empty_asks_again_where_nothing_is_suggested(talk: Talk) -> None:
    said = talk("\n\n\n3\n", FLASHCARD)
    assert "Rating: Rating: Rating: saved ID\n" in said


def test_what_is_no_rating_is_asked_again(talk: Talk) -> None:
    said = talk("\n5\nfine\n3\n", FLASHCARD)
    hint = "Type 1 to 4, again, hard, good or easy; u to undo; q to end.\n"
    assert f"Rating: {hint}Rating: {hint}Rating: saved ID\n" in said
    assert talk.ratings == [("d/flip", 3)]


def test_q_ends_and_saves_nothing(talk: Talk) -> None:
    said = talk("\nq\n\n4\n", *flashcards(*"ab"))
    assert said.endswith("Rating: Not saved: d/a was not rated.\n")
    assert talk.ratings == []


def test_q_after_an_answer_says_what_was_saved(talk: Talk) -> None:
    said = talk("\n4\n\nQ\n", *flashcards(*"ab"))
    assert said.endswith(
        "Rating: Not saved: d/b was not rated.\n1 answer saved in 0 s: 1 Easy.\nNext due on "
        + said.rpartition("on ")[2]
    )
    assert talk.ratings == [("d/a", 4)]


def test_the_end_of_input_at_a_rating_saves_nothing(talk: Talk) -> None:
    said = talk("\n", FLASHCARD)
    assert said.endswith("Rating: \nNot saved: d/flip was not rated.\n")
    assert talk.ratings == []


# Undo


def test_undo_asks_that_card_again(talk: Talk) -> None:
    said = talk("\n1\n\nu\n\n4\n\n3\n", *flashcards(*"ab"))
    headings = re.findall(r"Question (\d) .*\n\n(.)\?", said)
    assert headings == [("1", "a"), ("2", "b"), ("1", "a"), ("2", "b")]
    assert re.findall(r"(?:un)?(?:saved|done) ID", said) == [
        "saved ID", "undone ID", "saved ID", "saved ID",
    ]  # fmt: skip
    assert "Rating: undone ID\n\nQuestion 1" in said
    assert said.count("2 answers saved") == 1
    (undo,) = events(talk.store, "undo")
    assert undo["target"] == events(talk.store, "review")[0]["id"]
    memory = talk.store.memory("d/a")
    assert memory is not None
    assert (memory.reps, memory.phase) == (1, "review")


def test_undo_with_nothing_to_undo(talk: Talk) -> None:
    said = talk("\nu\n3\n", FLASHCARD)
    assert "Rating: Nothing to undo.\nRating: saved ID\n" in said


def test_undo_reaches_the_last_sitting(talk: Talk) -> None:
    talk("\n4\n", *flashcards(*"ab"), limit=1)
    said = talk("\nu\n\n3\n\n4\n", *flashcards(*"ab"))
    assert [*re.findall(r"\n\n(.)\?\n", said)] == ["b", "a", "b"]
    assert talk.ratings == [("d/a", 4), ("d/a", 3), ("d/b", 4)]


def test_what_was_typed_before_an_undo_is_kept(talk: Talk) -> None:
    other = {**QUESTION, "id": "z", "prompt": "And then?"}
    said = talk("speed, order\n\n4\nabout tables\n\nu\nspeed\n\n\n", QUESTION, other)
    assert "And then?\n\n(Answered before and not rated: about tables)\n" in said


# Which and how many


def test_the_limit_counts_questions(talk: Talk) -> None:
    said = talk("\n4\n" * 5, *flashcards(*"abcde"), limit=2)
    assert said.count("saved ID") == 2
    assert "2 answers saved" in said


def test_only_steps_left_are_asked_ahead(talk: Talk) -> None:
    said = talk("\n1\n\n3\n", FLASHCARD)
    assert said.count("HNSW?") == 2
    assert talk.ratings == [("d/flip", 1), ("d/flip", 3)]


def test_a_longer_step_ends_it_and_says_when(talk: Talk) -> None:
    config = Config(settings=Settings(learning_steps=(25.0,)))
    said = talk("\n1\n\n3\n", FLASHCARD, config=config)
    assert said.endswith("1 answer saved in 0 s: 1 Again.\nNext due in 25 minutes.\n")


def test_confidence_is_asked_only_when_wanted(talk: Talk) -> None:
    said = talk("\n9\n2\n4\n", FLASHCARD, ask=("confidence",))
    assert said.count("How sure are you, 1 (a guess) to 4 (certain)? ") == 2
    assert events(talk.store, "review")[0]["confidence"] == 2
    talk("\n\n4\n", {**FLASHCARD, "id": "other"}, ask=("confidence",))
    assert events(talk.store, "review")[1]["confidence"] is None


def test_close_calls_are_asked_only_when_wanted(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.grading.constants.UNSURE_BAND", 1.0)  # all of them
    said = talk("it is quick\n\ny\nn\n\n", QUESTION, ask=("unsure",), topics={"t": "T"})
    assert "Did you say this? Lookups become fast. [y/n] " in said
    assert "Did you say this? Rows come sorted. [y/n] " in said
    assert events(talk.store, "review")[0]["points"] == {"speed": 1.0, "order": 0.0}
    said = talk("it is quick\n\n\n", {**QUESTION, "id": "other"}, topics={"t": "T"})
    assert "Did you say this?" not in said


# Trouble


def test_a_full_disk_is_told_and_the_exit_code_says_so(talk: Talk) -> None:
    said = talk("x" * 9000 + "\n3\n", FLASHCARD, full=True, code=1)
    path = str(talk.folder / "progress.db")
    assert f"Rating: Not saved: {path}: the disk is full; free some space and try again\n" in said
    assert said.endswith("Rating: \nNot saved: d/flip was not rated.\n")
    assert "saved ID" not in said
    assert talk.ratings == []


def test_a_rating_that_failed_can_be_given_again(talk: Talk, clock: Clock) -> None:
    at = desk(talk.folder, clock, deck(FLASHCARD))
    talk.desks.append(at)
    (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
    at.store._db.execute(f"PRAGMA max_page_count = {pages}")

    class MakesRoom(In):
        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            if "Not saved" in self.out.getvalue():
                at.store._db.execute("PRAGMA max_page_count = 100000")
            return super().readline(size)

    out = Out(at.store.path)
    typed = MakesRoom("x" * 9000 + "\n3\n3\n", out)
    assert Dialogue(at.sitting(), typed, out, clock=clock).run() == 0
    assert out.getvalue().count("Not saved") == 1
    assert talk.ratings == [("d/flip", 3)]


HOSTILE = "\x1b]0;x\x07 \u202eevil\u2066 \x9b31m \x85 [red]b[/red]"


def test_hostile_text_never_reaches_the_output(talk: Talk) -> None:
    cards = [
        {**QUESTION, "id": "a", "prompt": HOSTILE, "answer": HOSTILE,
         "follow_ups": [HOSTILE], "points": [{"id": "p", "say": HOSTILE, "accept": ["speed"]}]},
        {**CHOICE, "choices": [{"text": f"{HOSTILE} {n}", "right": n == 1, "why": HOSTILE}
                               for n in (1, 2)]},
        {**CLOZE, "text": f"{HOSTILE} {{{{x{HOSTILE}}}}}"},
        {**FLASHCARD, "answer": HOSTILE},
    ]  # fmt: skip
    lines = [f"speed {HOSTILE}\n\n", f"2 {HOSTILE}\n", f"{HOSTILE}\n", f"{HOSTILE}\n"]
    said = talk(
        "".join(f"{line}{HOSTILE}\n4\n" for line in lines),
        *[{**card, "topic": "bad"} for card in cards],
        title=f"T{HOSTILE}",
        topics={"bad": f"U{HOSTILE}"},
    )
    assert said.count("saved ID") == 4
    assert said.count("evil") > 10
    assert clean(said) == said
    assert not {"\x1b", "\x07", "\x85", "\x9b", "\u202e", "\u2066"} & set(said)
    # Markup is only text here.
    assert "[red]b[/red]" in said


def test_a_hostile_draft(talk: Talk) -> None:
    talk(f"{HOSTILE}", QUESTION)
    said = talk("", QUESTION)
    assert "Answered before and not rated" in said
    assert not {"\x1b", "\u202e", "\x9b"} & set(said)


# A mock interview

POINT = {"id": "p", "say": "An index is fast.", "accept": ["fast index", "fast"]}
ASKED: list[dict[str, Any]] = [
    {"id": name, "prompt": f"{name}?", "answer": "An index is fast.", "points": [POINT]}
    for name in "ab"
]


def test_a_mock_interview(talk: Talk) -> None:
    said = talk("It is fast.\n\nNo idea.\n\n\n\n", *ASKED, mode="mock")
    first, second = re.findall(r"Question \d · d · question\n\n(.)\?", said)
    assert {first, second} == {*"ab"}
    # How long each rating waits is told elsewhere.
    assert re.sub("Next time: .*", "Next time", said) == (
        "Question 1 · d · question\n"
        "\n"
        f"{first}?\n"
        "\n"
        "Your answer (an empty line ends it):\n"
        "saved ID\n"
        "\n"
        "Question 2 · d · question\n"
        "\n"
        f"{second}?\n"
        "\n"
        "Your answer (an empty line ends it):\n"
        "saved ID\n"
        "\n"
        f"Debrief 1 · {first}?\n"
        "\n"
        "You said: It is fast.\n"
        "\n"
        "Score 100 %.\n"
        '- made: An index is fast. ("fast")\n'
        "Model answer: An index is fast.\n"
        "Next time\n"
        "Rating [Good]: \n"
        f"Debrief 2 · {second}?\n"
        "\n"
        "You said: No idea.\n"
        "\n"
        "Score 0 %.\n"
        "- missed: An index is fast.\n"
        "Model answer: An index is fast.\n"
        "Next time\n"
        "Rating [Again]: \n"
        "2 answers saved in 0 s: 1 Again, 1 Good.\n"
        "Next due in 10 minutes.\n"
    )
    assert talk.ratings == [(f"d/{first}", 3), (f"d/{second}", 1)]
    assert events(talk.store, "undo") == []


def test_nothing_is_shown_before_the_debrief(talk: Talk) -> None:
    said = talk("No idea.\n\nNo idea.\n\n\n\n", *ASKED, mode="mock")
    before, _, after = said.partition("Debrief 1")
    assert "Score" not in before
    assert "Model answer" not in before
    assert "missed" not in before
    assert after.count("Score") == 2


def test_a_rating_changed_in_the_debrief(talk: Talk) -> None:
    said = talk("fast\n\nNo idea.\n\n5\nu\nhard\n\n", *ASKED, mode="mock")
    hint = "Type 1 to 4, again, hard, good or easy; q to end.\n"
    assert f"Rating [Good]: {hint}Rating [Good]: {hint}Rating [Good]: undone ID\nsaved ID\n" in said
    assert "2 answers saved in 0 s: 1 Again, 1 Hard." in said
    log = events(talk.store)
    assert sorted(event["type"] for event in log) == ["review", "review", "review", "undo"]
    (undo,) = events(talk.store, "undo")
    assert undo["target"] == log[0]["id"]
    assert [rating for _, rating in talk.ratings] == [3, 1, 2]
    assert sum(memory.reps for memory in talk.store.memories().values()) == 2


def test_the_rating_given_again_in_the_debrief_changes_nothing(talk: Talk) -> None:
    talk("fast\n\nNo idea.\n\n3\nagain\n", *ASKED, mode="mock")
    assert [event["type"] for event in events(talk.store)] == ["review", "review"]


@pytest.mark.parametrize("rest", ["q\n", "", "2\nq\n", "2\n"])
def test_the_end_of_the_debrief_leaves_all_saved(talk: Talk, rest: str) -> None:
    said = talk("fast\n\nNo idea.\n\n" + rest, *ASKED, mode="mock")
    assert "2 answers saved" in said
    assert "Not saved" not in said
    assert len(talk.store.memories()) == 2
    assert len(events(talk.store, "undo")) == rest.count("2")


def test_the_end_of_input_in_the_debrief_ends_its_line(talk: Talk) -> None:
    said = talk("fast\n\nNo idea.\n\n", *ASKED, mode="mock")
    # As it does at a rating elsewhere.
    assert "Rating [Good]: \n2 answers saved" in said


def test_the_end_of_input_in_a_mock_leaves_what_was_answered(talk: Talk) -> None:
    said = talk("fast\n\n", *ASKED, mode="mock")
    assert said.count("saved ID") == 1
    assert "1 answer saved" in said
    assert len(talk.store.memories()) == 1


def test_a_mock_that_cannot_be_saved_ends_and_says_so(talk: Talk) -> None:
    said = talk("fast " * 4_000 + "\n\nx\n\n", *ASKED, mode="mock", full=True, code=1)
    assert "Not saved: " in said
    assert "the disk is full" in said
    assert "saved ID" not in said


def test_confidence_in_a_mock(talk: Talk) -> None:
    talk("fast\n\n4\nNo idea.\n\n\n\n\n", *ASKED, mode="mock", ask=("confidence",))
    assert [event["confidence"] for event in events(talk.store, "review")] == [4, None]


def test_what_was_typed_before_is_shown_in_a_mock(talk: Talk) -> None:
    talk("", *ASKED)
    at = talk.desks[-1]
    for name in "ab":
        sitting = at.sitting("drill")
        question = sitting.next()
        while question is not None and question.ref != f"d/{name}":
            sitting.submit("x")
            question = sitting.next()
        assert question is not None
        sitting.keep_draft(question, "half a thought")
    said = talk("", *ASKED, mode="mock")
    assert "(Kept from last time, not rated: half a thought)" in said


# Weak points


def test_weak_cards_come_with_the_reason(talk: Talk) -> None:
    talk("No idea.\n\n\n" * 2 + "fast\n\n\n" * 2, *ASKED)
    said = talk("fast\n\n\n" * 2, *ASKED, mode="weak")
    assert said.startswith(
        "Question 1 · d · question\nYou missed “An index is fast.” lately.\n\na?\n"
    )
    assert said.count("lately.") == 2
    said = talk("No idea.\n\n\nq\n", *ASKED, mode="drill", limit=1)
    assert "lately" not in said


def test_a_card_of_a_weak_topic_comes_with_the_reason(talk: Talk) -> None:
    cards = [{**card, "topic": "t"} for card in ASKED]
    for _ in range(3):
        talk("No idea.\n\n\n", cards[0], mode="drill", limit=1, topics={"t": "T"})
    said = talk("fast\n\n\n" * 2, *cards, mode="weak", topics={"t": "T"})
    assert "\nYou missed “An index is fast.” 3 times lately.\n\na?\n" in said
    assert "\nYou missed 3 points of its topic on other cards lately.\n\nb?\n" in said


def test_a_whole_answer_that_was_missed_is_said(talk: Talk) -> None:
    talk("\n1\n\n3\n", FLASHCARD)
    assert "\nYou missed the answer lately.\n" in talk("\n3\n", FLASHCARD, mode="weak")


# Practice


def test_after_the_model_answer_was_shown_it_is_practice_only(talk: Talk) -> None:
    talk("No idea.\n\nq\n", ASKED[0])
    said = talk("It is fast.\n\n\n", ASKED[0], limit=1)
    assert said.startswith(
        "Question 1 · d · question\n"
        "\n"
        "a?\n"
        "\n"
        "(Answered before and not rated: No idea.)\n"
        "(You saw the model answer, so what you answer now is practice only.)\n"
        "Your answer (an empty line ends it):\n"
        "\n"
        "The retry: score 100 %. It is logged and not counted.\n"
        "\n"
        "Score 0 %.\n"
    )
    assert "Rating [Again]: saved ID\n" in said
    assert talk.ratings == [("d/a", 1)]
    (retry,) = events(talk.store, "retry")
    assert (retry["answer"], retry["counts"], retry["rating"]) == ("It is fast.", False, 3)
    assert events(talk.store, "review")[0]["answer"] == "No idea."
    assert talk.store.draft("d/a").answer == ""


def test_an_empty_line_rates_what_was_answered_before(talk: Talk) -> None:
    talk("It is fast.\n\nq\n", ASKED[0])
    said = talk("\n\n", ASKED[0], limit=1)
    assert "The retry" not in said
    assert "Rating [Good]: saved ID\n" in said
    assert events(talk.store, "retry") == []
    assert events(talk.store, "review")[0]["answer"] == "It is fast."


def test_the_next_day_what_was_seen_is_forgotten(talk: Talk, clock: Clock) -> None:
    talk("No idea.\n\nq\n", ASKED[0])
    clock.pass_(days=1)
    said = talk("It is fast.\n\n\n", ASKED[0], limit=1)
    assert "(Kept from last time, not rated: No idea.)" in said
    assert talk.ratings == [("d/a", 3)]
    assert events(talk.store, "retry") == []


def test_a_mock_trains_on_nothing_that_was_answered_after_the_model_answer(talk: Talk) -> None:
    talk("No idea.\n\nq\n", ASKED[0])
    talk("It is fast.\n\n\n", ASKED[0], mode="mock")
    trained = [event["answer"] for event in events(talk.store, "review") if event["counts"]]
    assert "It is fast." not in trained


class Interrupted(In):
    """Input in which the person presses Ctrl-C once the lines are over."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


def interrupted(talk: Talk, typed: str, *cards: dict[str, Any], mode: Any = "daily") -> str:
    at = desk(talk.folder, talk.clock, deck(*cards))
    talk.desks.append(at)
    out = Out(at.store.path)
    with pytest.raises(KeyboardInterrupt):
        Dialogue(at.sitting(mode), Interrupted(typed, out), out, clock=talk.clock).run()
    return re.sub(ID, "ID", out.getvalue())


def test_an_interruption_while_answering_keeps_what_was_typed(talk: Talk) -> None:
    interrupted(talk, "Half a\nthought\n", ASKED[0])
    assert talk.store.draft("d/a") == Draft("Half a\nthought", False, False)


def test_an_interruption_while_practising_keeps_the_answer_to_be_rated(talk: Talk) -> None:
    talk("No idea.\n\nq\n", ASKED[0])
    interrupted(talk, "It is fast, as I read\n", ASKED[0])
    # The model answer was seen: what is typed since is no answer to be trained on.
    assert talk.store.draft("d/a") == Draft("No idea.", True, False)


def test_an_interruption_in_the_debrief_leaves_all_saved(talk: Talk) -> None:
    interrupted(talk, "fast\n\nNo idea.\n\n2\n", *ASKED, mode="mock")
    assert sum(memory.reps for memory in talk.store.memories().values()) == 2
    assert len(events(talk.store, "undo")) == 1


# What doesn't count


def test_a_sitting_that_does_not_count(talk: Talk) -> None:
    said = talk("No idea.\n\n\n" + "fast\n\n\n", *ASKED, counts=False)
    assert said.count("saved ID") == 2
    # There is no next time that depends on the rating.
    assert "Next time" not in said
    assert "Next due" not in said
    assert talk.store.memories() == {}
    assert [event["counts"] for event in events(talk.store, "review")] == [False, False]
