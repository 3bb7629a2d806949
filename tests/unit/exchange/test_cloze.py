"""Gaps in Anki, and gaps here."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from trainer.decks.model import Card, Deck
from trainer.decks.rules import check_card
from trainer.exchange.cloze import from_anki, from_ours, to_anki
from trainer.text import clean

PIECES = [
    "{{a}}", "{{a|b c}}", "{{std::vector}}", "{{c1::x}}", "{", "}", "::", "|", " ", "\n", "<b>",
    "&", "{{ a }}", "x", "{{:a:}}", "{{{a}}", "{{f(){\n}\n}}", "[sound:a]", "\xa0",
]  # fmt: skip
ours = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map(
    lambda pieces: clean("".join(pieces)).strip()
)


def holds(text: str) -> bool:
    """Return whether this is the text of a cloze card."""
    card = Card(id="a", kind="cloze", text=text)
    return not [*check_card(card, Deck(schema=1, deck="d"), False)]


@given(ours)
@example("RAG keeps facts in {{an index|a knowledge base}}, tuning in {{the weights}}.")
def test_a_text_of_ours_comes_back(text: str) -> None:
    assume(holds(text))
    assert from_ours(to_anki(text)) == text


foreign = st.lists(
    st.sampled_from(["{{c1::", "{{c2::", "{{c1,3::", "}}", "::", "{", "}", "|", "a", " ", "<b>"])
).map("".join)


@given(foreign)
@example("{{{c1::{a}}}} }}")
def test_whatever_a_field_says_its_cards_are_sound(html: str) -> None:
    for _, text, _ in from_anki(html):
        assert holds(text), text


@pytest.mark.parametrize(
    ("html", "cards"),
    [
        ("no gap", []),
        ("{{c1::<b>RAG</b>}} is fresh", [(1, "{{RAG}} is fresh", "")]),
        (
            "{{c1::RAG::which?}} or {{c2::tuning}}, {{c1::both::how?}}",
            [
                (1, "{{RAG}} or tuning, {{both}}", "which? / how?"),
                (2, "RAG or {{tuning}}, both", ""),
            ],
        ),
        (
            "{{c1::one {{c2::two}} three}}",
            [(1, "{{one two three}}", ""), (2, "one {{two}} three", "")],
        ),
        ("{{c1,2::a}} {{c2::b}}", [(1, "{{a}} b", ""), (2, "{{a}} {{b}}", "")]),
        ("{{c1::a|b}} {{x}} }}", [(1, "{{a¦b}} { {x} } } }", "")]),
        ("{{c3::a::b::c}}", [(3, "{{a}}", "b::c")]),
        ("{{c1::open {{c2::shut}}", [(2, "open {{shut}}", "")]),
        ("{{c1::<img src=x>}} {{c2::y}}", [(2, "{{y}}", "")]),
        ("{{c0::a}} {{c1::f(){ }}}", [(1, "a {{f(){}}}", "")]),
        ("a::b {{c1::c&#58;:d}}", [(1, "a::b {{c::d}}", "")]),
    ],
)
def test_anki_s_gaps(html: str, cards: list[tuple[int, str, str]]) -> None:
    assert from_anki(html) == cards


def test_a_field_of_too_many_cards_is_refused() -> None:
    with pytest.raises(ValueError, match="too many cards"):
        from_anki("".join(f"{{{{c{number}::a}}}}" for number in range(1, 600)))


def test_gaps_in_gaps_without_end_are_no_trouble() -> None:
    assert from_anki("{{c1::" * 20_000 + "a" + "}}" * 20_000) == [(1, "{{a}}", "")]
