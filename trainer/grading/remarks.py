"""What a person should know of how their answer was graded, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.grading import constants
from trainer.grading.tokens import LIGHT_VERB_STEMS, STOP, Words
from trainer.grading.verdict import Decision

CAPPED = f"Only the first {constants.MAX_WORDS:,} words were graded."
KEYWORDS = "This reads as a list of keywords: say how they hang together, as you would aloud."
NO_VERDICT = "No decision was found in this answer: say which you choose."
UNSURE_VERDICT = "Unsure which you decided for: say it in one plain sentence, or decide yourself."


def for_free_text(read: Words, decision: Decision | None, keywords: bool) -> Iterator[str]:
    """Yield the warnings for a free-text answer."""
    if read.total > constants.MAX_WORDS:
        yield CAPPED
    if decision is not None and decision.right is None:
        yield UNSURE_VERDICT if decision.found else NO_VERDICT
    if keywords:
        yield KEYWORDS


def is_keyword_list(read: Words) -> bool:
    """Say whether an answer is bare keywords: hardly a grammar word, and no sentence."""
    size = len(read)
    grammar = sum(
        bool(flag & STOP) or stem in LIGHT_VERB_STEMS
        for flag, stem in zip(read.flags, read.stems, strict=True)
    )
    if size - grammar < constants.KEYWORD_LIST_WORDS:
        return False
    pieces = len(set(read.clauses))
    return grammar <= constants.KEYWORD_GRAMMAR_SHARE * size and (
        size <= constants.KEYWORD_PIECE_WORDS * pieces or size >= constants.KEYWORD_ROW_WORDS
    )
