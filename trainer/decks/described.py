"""What each key of a deck file is for, as an editor shows it beside the key."""

from __future__ import annotations

from typing import Final

import msgspec

from trainer.decks.model import (
    Card,
    Choice,
    Deck,
    Example,
    Framework,
    Mistake,
    Point,
    Reason,
    Rule,
    Signal,
    Subject,
    Verdict,
)

# What cards and signals have in common, and points and reasons.
_SCHEDULED: Final = {
    "id": "The name progress hangs on: it stays when the text is edited.",
    "tags": "Words to filter by, such as in `trainer quiz --tag`.",
    "difficulty": "1: everybody in the field should know it. 2 (the default is 1): takes "
    "experience. 3: tells a strong candidate from a good one.",
    "hint": "A nudge that gives nothing away. With it, Hard is suggested at best.",
    "follow_ups": "What an interviewer would ask next; shown with the model answer.",
    "source": "Where a reader can check it: a paper, documentation, a book.",
    "formerly": "Ids it had before, `old-id` or `other-deck/old-id`: its history is kept.",
}
_SAID: Final = {
    "say": "The one thing to be said, in a sentence of the model answer's kind.",
    "accept": "Phrases that make it, two to four words each. Without any, `say` is compared.",
    "need": "How many of the `accept` phrases are wanted, 1 by default.",
    "together": "Lists of terms; the terms of one list have to stand in one clause.",
}

DESCRIBED: Final[dict[type[msgspec.Struct], dict[str, str]]] = {
    Deck: {
        "schema": "The version of the format, 1.",
        "deck": "The deck's id, for ever: progress hangs on it. The file's name doesn't matter.",
        "title": "The title as it is shown.",
        "topics": "The topics of the cards: a short name for each, and how it is shown.",
        "synonyms": "Groups of phrases that mean the same in answers to this deck.",
        "cards": "What is asked. An id, a prompt and an answer make a card.",
        "frameworks": "Subjects, signals and rules from which scenarios are composed afresh.",
    },
    Card: {
        **_SCHEDULED,
        "kind": "question (the default): free text, graded by points. scenario: a verdict and "
        "reasons. flashcard: look and rate yourself. choice: pick. cloze: fill the gaps.",
        "topic": "One of the deck's `topics`.",
        "prompt": "What is asked, as an interviewer would ask it.",
        "text": "Of a cloze: the text, with its gaps as `{{answer|another answer}}`.",
        "variants": "Other ways to put the prompt; they are asked in turn.",
        "verdict": "Of a scenario: the decision that is right.",
        "points": "The rubric: two to four things that the answer should say.",
        "mistakes": "Statements that are wrong here. Making one caps the rating at Again.",
        "choices": "Of a choice: the options, shuffled each time. Several may be right.",
        "answer": "The model answer, as a strong candidate says it in under a minute.",
        "examples": "Answers with the grade you expect; `trainer check` holds the card to them.",
    },
    Verdict: {
        "accept": "Phrases for the right decision: any of them will do.",
        "reject": "Phrases for the wrong decisions: asserting one fails the answer.",
        "all": "Where several decisions are wanted together: a list of phrases for each.",
    },
    Point: {
        **_SAID,
        "id": "The point's name within the card; progress remembers what was missed by it.",
        "weight": "Its share of the score, 1 by default.",
        "required": "Without a required point, the answer is rated Again.",
    },
    Mistake: {
        "say": "The wrong statement, in a sentence.",
        "match": "Phrases that give it away.",
        "why": "Why it is wrong; shown where it was made.",
    },
    Choice: {
        "text": "The option.",
        "right": "Whether picking it is right.",
        "why": "Why it is right or wrong; shown where it was picked wrongly.",
    },
    Example: {
        "answer": "What a candidate might type, in a hurry.",
        "rating": "The rating that the grader should suggest.",
        "hits": "Ids of the points that it makes.",
        "misses": "Ids of the points that it leaves out.",
    },
    Framework: {
        "id": "The framework's name within the deck.",
        "topic": "One of the deck's `topics`.",
        "verdicts": "The decisions: a short name for each, and the phrases that assert it.",
        "axes": "What each axis is called in a sentence, as in “RAG for the facts”.",
        "subjects": "What a scenario can be about.",
        "signals": "The ideas: each is a card, asked in another scenario each time.",
        "rules": "Which signals make which verdict. The first rule that fits decides; what none "
        "decides is never composed.",
    },
    Subject: {
        "id": "The subject's name within the framework.",
        "text": "How a prompt begins, such as “Drug formulary”.",
        "domain": "Its field, such as clinical. It counts as one of the tags.",
        "tags": "What signals may go by in `only_with` and `never_with`.",
    },
    Signal: {
        **_SCHEDULED,
        "favours": "The verdict that it speaks for.",
        "axis": "What it bears on. Rules name axes.",
        "cues": "Ways to put it in a prompt.",
        "point": "What an answer should say because of it.",
        "only_with": "Tags of which the subject has one.",
        "never_with": "Signals it never stands beside, and tags that its subject hasn't.",
    },
    Reason: {
        **_SAID,
        "say": "The reason, in a sentence that names no verdict and reads well in any order.",
    },
    Rule: {
        "when": "What the signals favour, axis by axis: `{facts: rag}`.",
        "verdict": "The verdict then.",
    },
}  # fmt: skip
