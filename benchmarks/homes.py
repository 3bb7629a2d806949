"""Homes of people whose library has so many synthetic cards, each in a folder of its own.

One home is one library: a program that opened another library before would have to take it in
again, and that would be measured.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from synthetic import write_decks, write_history
from terminal import TRAINER, environment, whole

_PATIENCE = 300  # seconds that the first reading of the largest library may take


class Home(NamedTuple):
    """A person's home: how many synthetic cards (0: the bundled decks alone), what to add to a
    command for them, and its environment."""

    cards: int
    decks: list[str]
    env: dict[str, str]


def home(folder: str, cards: int, reviews: int = 0) -> Home:
    """Make a home below a folder, with so many reviews of each synthetic card.

    Its decks were read once, so that what is cached is.
    """
    path = os.path.join(folder, f"home-of-{cards}")
    os.makedirs(path)
    env = environment(path) | {"TRAINER_HOME": os.path.join(path, "trainer")}
    if reviews:
        write_history(os.path.join(env["TRAINER_HOME"], "progress.db"), cards, reviews)
    decks: list[str] = []
    if cards:
        decks = ["--decks", os.path.join(path, "decks")]
        write_decks(decks[1], cards)
    whole([*TRAINER, "due", *decks], env, _PATIENCE)
    return Home(cards, decks, env)
