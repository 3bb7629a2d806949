"""Reading frameworks: what is wrong in them, where, and how to mend it."""

from __future__ import annotations

import pytest
from deck_texts import only, places, read
from framework_texts import TEXT

from trainer.decks.reader import Reading


def changed(old: str, new: str) -> Reading:
    assert TEXT.count(old) == 1, TEXT.count(old)
    return read(TEXT.replace(old, new))


def test_a_sound_framework() -> None:
    reading = read(TEXT)
    assert reading.problems == ()
    assert reading.deck is not None
    (made,) = reading.deck.frameworks
    assert [signal.id for signal in made.signals] == ["monthly", "cited", "style", "tone"]
    assert reading.lines == {"monthly": 16, "cited": 17, "style": 18, "tone": 19}


def test_what_looks_like_markup_stays_text_and_escapes_do_not() -> None:
    deck = read(TEXT).deck
    assert deck is not None
    assert deck.frameworks[0].signals[3].cues == ("[b]formal[/b] tone\ufffd",)


RULE = "      - {when: {facts: rag}, verdict: rag}\n"
TUNE = "      - {when: {behaviour: tune}, verdict: tune}\n"
BOTH = "      - {when: {facts: rag, behaviour: tune}, verdict: both}\n"


@pytest.mark.parametrize(
    ("old", "new", "place", "said", "mend"),
    [
        ("favours: tune, axis: behaviour, cues: [one", "favours: tun, axis: behaviour, cues: [one",
         (18, "tun,"), "no verdict `tun`", "did you mean `tune`?"),
        ("axis: facts, cues: [needs", "axis: fact, cues: [needs",
         (17, "fact,"), "no axis `fact`", "did you mean `facts`?"),
        ("only_with: [facts]", "only_with: [fact]",
         (16, "fact]"), "no tag of a subject `fact`", "did you mean `facts`?"),
        ("never_with: [style]", "never_with: [styl]",
         (17, "styl]"), "no signal or tag `styl`", "did you mean `style`?"),
        ("never_with: [style]", "never_with: [cited]",
         (17, "cited]"), "the signal `cited` excludes itself", "remove"),
        ("only_with: [facts]", "only_with: [facts], never_with: [facts]",
         (16, "[facts], point"), "`monthly` excludes itself: it shuns every tag", "take a tag out"),
        ("cues: [monthly updates]", "cues: []",
         (16, "[], only"), "`monthly` has no cue", "add `cues:`"),
        ("cues: [monthly updates]", "cues: [Needs  citations]",
         (17, "needs"), "“needs citations” is already there, in line 16", "reword"),
        ("tags: [facts, prose]", "tags: []", (14, "[]}"), "`notes` has no tags", "add `tags:`"),
        ("id: notes", "id: formulary",
         (14, "formulary"), "`formulary` is already there, in line 13", "own"),
        (RULE, RULE + RULE.replace("verdict: rag", "verdict: tune"),
         (23, "{when"), "contradicts the one in line 22", "keep one"),
        (RULE, RULE + RULE, (23, "{when"), "is already there, in line 22", "remove one"),
        (TUNE, TUNE.replace("verdict: tune", "verdict: rag"),
         (23, "tune}"), "`tune` on the axis `behaviour` is no reason for the verdict `rag`",
         "write `behaviour: rag`"),
        (BOTH + RULE + TUNE, TUNE + BOTH + RULE,
         (22, "{when"), "never reached: the one in line 21 fits wherever it does", "before"),
        ("verdict: both}", "verdict: bth}",
         (21, "bth"), "no verdict `bth`", "did you mean `both`?"),
        ("behaviour: tune}, verdict: both", "behavior: tune}, verdict: both",
         (21, "behavior:"), "no axis of a signal `behavior`", "did you mean `behaviour`?"),
        ("behaviour: tune}, verdict: both", "behaviour: tun}, verdict: both",
         (21, "tun}"), "no verdict `tun`", "did you mean `tune`?"),
        ("behaviour: tune}, verdict: both", "behaviour: rag}, verdict: both",
         (21, "rag}"), "no signal favours `rag` on the axis `behaviour`", "add such a signal"),
        ("    topic: t\n", "    topic: tt\n", (6, "tt"), "`tt` isn't among", "did you mean `t`?"),
        ("rag: {accept: [RAG], reject", "rag: {accept: [RAG, fine-tuning], reject",
         (8, "fine-tuning]}"), "both accepted and rejected", "keep it"),
        ("accept: [re-index]", "accept: [re-index], need: 3",
         (16, "3}"), "`need` asks for 3 phrases", "lower `need`"),
        ("id: tone", "id: style",
         (19, "style,"), "id `style` is already used, in line 18", "signal"),
        ("id: tone", "id: tone, formerly: [d/cited]",
         (19, "d/cited"), "`cited` is a card of this deck", "remove"),
        ("id: tone", "id: tone, favors: x",
         (19, "favors"), "no key `favors`", "did you mean `favours`?"),
        ("id: f\n", "id: f\n    subject: x\n",
         (6, "subject:"), "no key `subject`", "did you mean `subj"),
        ("favours: tune, axis: behaviour, cues: [\"", "axis: behaviour, cues: [\"",
         (19, "{id"), "no `favours`", "one of the framework's verdicts"),
    ],
)  # fmt: skip
def test_what_is_wrong(old: str, new: str, place: tuple[int, str], said: str, mend: str) -> None:
    line, column, message, mended = only(changed(old, new))
    assert said in message
    assert mend in mended
    assert line == place[0]
    assert TEXT.replace(old, new).splitlines()[line - 1][column - 1 :].startswith(place[1])


def test_a_signal_that_can_never_be_asked() -> None:
    # Beside `cited`, which shuns it, there is no other that a rule has an eye for.
    reading = changed("      - {when: {behaviour: tune}, verdict: tune}\n", "")
    assert reading.problems == ()
    reading = changed("only_with: [facts]", "only_with: [prose], never_with: [facts]")
    line, column, message, mend = only(reading)
    assert (line, column) == (16, 9)
    assert "`monthly` can never be asked" in message
    assert "`only_with`" in mend


@pytest.mark.parametrize("part", ["verdicts", "subjects", "signals", "rules"])
def test_what_a_framework_needs(part: str) -> None:
    begin = TEXT.index(f"    {part}:")
    rest = TEXT[begin + 5 :]
    keys = [rest.index(key) for key in ("    subjects:", "    axes:", "    signals:", "    rules:")
            if key in rest]  # fmt: skip
    cut, after = TEXT[:begin], rest[min(keys) :] if keys else ""
    reading = read(cut + after)
    assert reading.deck is None
    assert any(f"this framework has no `{part}`" in each.message for each in reading.problems)
    # What follows from its being gone is not told as well.
    assert len(reading.problems) == 1
    empty = read(cut + f"    {part}: {'{}' if part == 'verdicts' else '[]'}\n" + after)
    assert any("a framework needs" in each.message for each in empty.problems)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = TEXT.replace("verdict: both}", "verdict: bth}").replace("[facts, prose]", "[]")
    assert [line for line, _ in places(read(text))] == [14, 21]


def test_a_broken_line_of_a_framework_is_told_where_it_is() -> None:
    line, _, _, _ = only(changed("verdict: both}", "verdict: both"))
    assert line in (21, 22)


def test_ids_are_shared_with_the_cards() -> None:
    card = "cards: [{id: style, kind: flashcard, prompt: p, answer: a}]\n"
    line, _, message, _ = only(read(TEXT + card))
    assert line == 18
    assert "`style` is already used, in line 24" in message


def test_a_deck_of_frameworks_needs_no_cards() -> None:
    assert read(TEXT).problems == ()


def test_hundreds_of_signals_are_read_and_thousands_refused() -> None:
    def more(number: int) -> str:
        return "".join(
            f"      - {{id: s{n}, favours: tune, axis: behaviour, cues: [cue {n}], "
            f"point: {{say: It is {n}.}}}}\n"
            for n in range(number)
        )

    reading = changed("    rules:\n", more(496) + "    rules:\n")
    assert reading.problems == ()
    assert len(reading.lines) == 500
    line, _, message, mend = only(changed("    rules:\n", more(3000) + "    rules:\n"))
    assert line == 16
    assert "at most 500 signals, and this one has 3,004" in message
    assert "divide" in mend
