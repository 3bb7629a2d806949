"""Decks and histories of any size, from a seed: the same cards on every machine and at every size.

The cards are of all kinds, as long as those people write, and their words are drawn by rank as
words of a language are: few often, most rarely. What they say has no sense.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import msgspec

from trainer.progress.events import Review, review_event
from trainer.progress.replay import rebuild
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, MINUTE, Moment, day_iso, iso, parse_iso

CARDS_A_DECK = 500
TOPICS = 5
REVIEWS = 10  # of each card
NOW = Moment(parse_iso("2026-05-11T09:00:00Z"), 0)
TODAY = NOW.day(4)

_WORDS = """
index model latency cost answer query document cache token batch vector memory training error
request user deploy recall precision prompt ranking retrieval update monitor budget throughput
review drift label sample feature shard replica queue timeout retry storage schema policy source
citation context window embedding chunk filter pipeline rollout baseline threshold metric signal
traffic backup quota gateway session template judge rubric dataset split gradient adapter tuning
distillation quantisation hallucination grounding guardrail escalation incident alert dashboard
trace log experiment variant control cohort confidence interval variance bias fairness privacy
consent retention encryption audit licence vendor contract support ticket handover knowledge graph
entity relation summary translation extraction classification routing fallback orchestration agent
tool planner sandbox permission injection moderation redaction throttling autoscaling accelerator
bandwidth kernel scheduler checkpoint snapshot migration partition compaction tombstone quorum
consensus leader follower heartbeat failover hedging backpressure idempotence deduplication
normalisation stemming tokenizer vocabulary perplexity entropy likelihood posterior regression
boosting ensemble calibration clustering reranker hybrid lexical semantic sparse dense quantile
histogram percentile headroom saturation utilisation contention eviction prefetch warm cold
""".split()  # noqa: SIM905
_SMALL = """
the a of and to in is that for it as with on each when because so but from by one which while
""".split()  # noqa: SIM905
_VERBS = """
keeps lowers raises needs moves hides reads writes limits doubles checks follows replaces drops
measures protects serves repeats carries misses
""".split()  # noqa: SIM905
# Each word as often as by its rank it is met.
_MET = [word for rank, word in enumerate(_WORDS, 5) for _ in range(1 + 500 // rank)]
# Of twenty cards: how many are of each kind.
_KINDS = (
    ["scenario"] * 8 + ["question"] * 6 + ["flashcard"] * 3 + ["choice"] * 2 + ["cloze"]
)  # fmt: skip


class Placed(NamedTuple):
    """A card's place in the synthetic library."""

    ref: str
    deck: str
    topic: str


# Decks


def placed(cards: int, cards_a_deck: int = CARDS_A_DECK) -> list[Placed]:
    """Return where the cards are, in deck order."""
    return [
        Placed(f"{deck}/card-{number}", deck, f"topic-{number % TOPICS}")
        for number in range(cards)
        for deck in (f"deck-{number // cards_a_deck}",)
    ]


def write_decks(folder: str, cards: int, cards_a_deck: int = CARDS_A_DECK) -> int:
    """Write decks of so many cards as YAML files, and return the bytes written."""
    os.makedirs(folder)
    written = 0
    for number, first in enumerate(range(0, cards, cards_a_deck)):
        text = deck_text(number, range(first, min(cards, first + cards_a_deck)))
        with open(os.path.join(folder, f"{number:05}.yaml"), "w", encoding="utf-8") as file:
            written += file.write(text)
    return written


def deck_text(deck: int, numbers: range) -> str:
    """Return the deck file that holds the cards of these numbers."""
    topics = "".join(f"  topic-{n}: {_WORDS[n].title()}\n" for n in range(TOPICS))
    head = f"schema: 1\ndeck: deck-{deck}\ntitle: Deck {deck}\ntopics:\n{topics}cards:\n"
    return head + "".join(map(card_text, numbers))


def note(number: int) -> tuple[str, str]:
    """Return a card's two sides, where it has no more than those."""
    draw = random.Random(f"note {number}")
    return _sentences(draw, 1, 3), _sentences(draw, 2, 6)


def card_text(number: int) -> str:
    """Return the lines of one card."""
    draw = random.Random(f"card {number}")
    kind = draw.choice(_KINDS)
    tags = ", ".join(_words(draw, 2))
    body = {
        "scenario": _scenario,
        "question": _question,
        "flashcard": _flashcard,
        "choice": _choice,
        "cloze": _cloze,
    }[kind](draw)
    return (
        f"\n  - id: card-{number}\n    kind: {kind}\n    topic: topic-{number % TOPICS}\n"
        f"    tags: [{tags}]\n    difficulty: {draw.randint(1, 3)}\n{body}"
    )


def _scenario(draw: random.Random) -> str:
    right, wrong = draw.sample(("RAG", "fine-tuning", "a cache", "a rule"), 2)
    return (
        f'    prompt: "{_sentences(draw, 1, 3)} What do you build?"\n'
        f"    verdict: {{accept: [{right}], reject: [{wrong}]}}\n"
        f"{_points(draw, 2)}{_answer(draw, 3)}"
    )


def _question(draw: random.Random) -> str:
    prompt = f"Why does {draw.choice(_WORDS)} matter? {_sentences(draw, 1, 1)}"
    return f'    prompt: "{prompt}"\n{_points(draw, 3)}{_answer(draw, 3)}'


def _flashcard(draw: random.Random) -> str:
    return f'    prompt: "{" ".join(_words(draw, 2))}?"\n{_answer(draw, 1)}'


def _choice(draw: random.Random) -> str:
    right, *others = _words(draw, 4)
    wrong = "".join(
        f'      - {{text: "{other} {_phrase(draw)}", why: "{_sentences(draw, 1, 1)}"}}\n'
        for other in others
    )
    return (
        f'    prompt: "{_sentences(draw, 1, 1)} Which fits?"\n    choices:\n'
        f'      - {{text: "{right} {_phrase(draw)}", right: true}}\n{wrong}'
    )


def _cloze(draw: random.Random) -> str:
    one, other, last = _words(draw, 3)
    return f'    text: "The {{{{{one}|{other}}}}} {draw.choice(_VERBS)} the {{{{{last}}}}}."\n'


def _points(draw: random.Random, number: int) -> str:
    points = "".join(
        f"      - id: point-{each}\n        say: {_sentences(draw, 1, 1)}\n"
        f"        accept: [{', '.join(_phrase(draw) for _ in range(draw.randint(3, 6)))}]\n"
        for each in range(number)
    )
    return f"    points:\n{points}"


def _answer(draw: random.Random, sentences: int) -> str:
    return f"    answer: >\n      {_sentences(draw, 1, sentences)}\n"


def _sentences(draw: random.Random, least: int, most: int) -> str:
    return " ".join(_sentence(draw) for _ in range(draw.randint(least, most)))


def _sentence(draw: random.Random) -> str:
    clauses = " ".join(
        f"{small} {noun} {draw.choice(_VERBS)} {draw.choice(_SMALL)} {object_}"
        for small in draw.choices(_SMALL, k=draw.randint(1, 3))
        for noun, object_ in (_words(draw, 2),)
    )
    return f"{clauses.capitalize()}."


def _phrase(draw: random.Random) -> str:
    return " ".join(_words(draw, draw.randint(1, 3)))


def _words(draw: random.Random, number: int) -> list[str]:
    """Return different words."""
    found: dict[str, None] = {}
    while len(found) < number:
        found[_MET[int(draw.random() * len(_MET))]] = None
    return [*found]


# Histories


def write_history(path: str, cards: int, reviews: int = REVIEWS) -> float:
    """Make a progress file with so many reviews of each card.

    Returns the milliseconds of the last step: working all state out from the log.
    """
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        # Nobody's answers: no journal while they are written.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -262144")
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "INSERT INTO log (id, at, type, card, body, crc) VALUES (?, ?, 'review', ?, ?, ?)",
            _history(cards, reviews),
        )
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        taken = rebuilt(db)
    with Store.open(path) as store:
        store.use_cards(f"{cards} cards", placed(cards))
    return taken


def rebuilt(db: sqlite3.Connection) -> float:
    """Work out all state from the log; return the milliseconds that takes, the commit included."""
    started = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    rebuild(db)
    db.execute("COMMIT")
    return (time.perf_counter() - started) * 1000


def _history(cards: int, reviews: int) -> Iterator[tuple[str, int, str, str, int]]:
    """Yield the log's rows, in the order of time: each card at growing intervals until today."""
    draw = random.Random(f"history of {cards}")
    happened: list[tuple[int, int, int, int]] = []  # day, minute after nine, card, rating
    for card in range(cards):
        day, gap = TODAY - draw.randint(200, 900), 1.0
        for number in range(reviews):
            # The last review is none that leaves a step to wait for.
            drawn = draw.random() if number < reviews - 1 else 1 - draw.random() / 2
            rating = 1 if drawn < 0.12 else 2 if drawn < 0.25 else 3 if drawn < 0.9 else 4
            happened.append((day, int(draw.random() * 600), card, rating))
            gap = 1.0 if rating == 1 else gap * draw.uniform(1.3, 2.6)
            day = min(TODAY - 1, day + round(gap))
    happened.sort()
    cards_placed = placed(cards)
    event = review_event(review(cards_placed[0].ref, 3, draw), NOW, TODAY, "benchmark")
    encode = msgspec.json.Encoder(order="sorted").encode
    times = [iso(NOW.instant + minute * MINUTE)[10:] for minute in range(600)]
    for day, minute, card, rating in happened:
        instant = NOW.instant - (TODAY - day) * DAY + minute * MINUTE
        date = day_iso(day)
        body = encode(
            event
            | {
                "id": (name := _id(instant, draw)),
                "at": date + times[minute],
                "card": cards_placed[card].ref,
                "day": date,
                "rating": rating,
                "elapsed_ms": 5_000 + int(draw.random() * 85_000),
                "points": _credits(draw),
                "confidence": int(draw.random() * 5) or None,
            }
        )
        yield name, instant, cards_placed[card].ref, body.decode(), zlib.crc32(body)


def review(card: str, rating: int, draw: random.Random) -> Review:
    """Return an answer to a card, of the usual length."""
    return Review(
        card=card,
        rating=rating,
        suggested=3,
        score=0.75,
        kind="question",
        mode="daily",
        elapsed_ms=draw.randint(5_000, 90_000),
        variant=0,
        prompt="Why does an index speed up reading and slow down writing?",
        answer="Because a lookup walks a tree instead of every row, and each write updates it. "
        * 2,
        points=_credits(draw),
        hint=False,
        confidence=draw.choice((None, 1, 2, 3, 4)),
    )


def _credits(draw: random.Random) -> dict[str, float]:
    """Return what the points of a review earned."""
    writes, space = (0.1, 1.0)[draw.random() < 0.5], (0.0, 0.8)[draw.random() < 0.5]
    return {"tree": 1.0, "writes": writes, "space": space}


def _id(instant: int, draw: random.Random) -> str:
    """Return an id as the log's are (a UUID of version 7), but from the seed."""
    text = f"{instant:012x}7{draw.getrandbits(76):019x}"
    return "-".join((text[:8], text[8:12], text[12:16], f"8{text[17:20]}", text[20:]))
