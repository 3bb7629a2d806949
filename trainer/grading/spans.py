"""From words found to spans of the answer as received."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.grading.match import Hit
from trainer.grading.model import How, Span
from trainer.grading.tokens import STOP, Words


def spans_of(read: Words, hits: Sequence[Hit]) -> list[tuple[Span, How]]:
    """Return the hits' spans in the answer; those with only grammar between become one."""
    result: list[tuple[Span, How]] = []
    last = -2
    for hit in sorted(hits) if len(hits) > 1 else hits:
        span = (read.starts[hit.at], read.ends[hit.at + hit.length - 1])
        if result and result[-1][1] == hit.how and _is_bridge(read, last, hit.at):
            (begin, end), _ = result[-1]
            result[-1] = ((begin, max(end, span[1])), hit.how)
        else:
            result.append((span, hit.how))
        last = max(last, hit.at + hit.length - 1)
    return result


def _is_bridge(read: Words, last: int, first: int) -> bool:
    return (
        first - last <= 3
        and all(
            read.flags[i] & STOP and read.clauses[i] == read.clauses[first]
            for i in range(last + 1, first)
        )
        and (last < 0 or read.clauses[last] == read.clauses[first])
    )


def merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
