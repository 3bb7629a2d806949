"""All of one card: what it asks, what is wanted, how it stands, what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer.progress.records import Past
from trainer.standing import told
from trainer.text import clip
from trainer.wording import model_answer

if TYPE_CHECKING:
    from trainer.decks.model import Card

# So many of the last answers are shown.
_LAST = 8


class Preview(VerticalScroll, can_focus=True):
    """Shows one card, and nothing before it was given one."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(Static(Content(""), id="card"), id=id)

    def show(
        self,
        place: str,
        prompt: str,
        card: Card,
        facts: Sequence[tuple[str, str]],
        history: Sequence[Past],
    ) -> None:
        """Show a card, from its beginning on; `place` says where it belongs."""
        parts = [
            Content.styled(prompt, "bold"),
            Content.styled(place, "dim"),
            Content(""),
            *(Content.assemble((f"{name:<12}", "dim"), said) for name, said in facts),
            *_sections(card),
        ]
        if history:
            parts += [Content(""), Content.styled("Last answers", "bold $text-accent")]
        for past in history[:_LAST]:
            parts.append(Content(told(past)))
            if past.answer.strip():
                parts.append(Content.styled(f"  {clip(past.answer, 200)}", "dim"))
        self.query_one(Static).update(Content("\n").join(parts))
        self.scroll_home(animate=False)

    def clear(self) -> None:
        """Show no card."""
        self.query_one(Static).update(Content(""))


def _sections(card: Card) -> Iterator[Content]:
    texts = [("For instance", card.prompt)] if card.noted else []
    texts.append(("Model answer", model_answer(card)))
    points = [point for point in card.points if point.id not in card.noted]
    texts.append(("Points", "\n".join(f"• {point.say}" for point in points)))
    choices = [f"{'✓' if choice.right else '✗'} {choice.text}" for choice in card.choices]
    texts.append(("Options", "\n".join(choices)))
    for title, text in texts:
        if text:
            yield Content("")
            yield Content.styled(title, "bold $text-accent")
            yield Content(text)
