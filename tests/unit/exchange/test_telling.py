"""What came of an import, in words."""

from __future__ import annotations

from trainer.exchange.importing import Arrival, Counts
from trainer.exchange.telling import Told, text
from trainer.exchange.update import Conflict


def test_a_conflict_shows_where_its_sides_differ() -> None:
    points = [{"id": f"p{number}", "say": f"Point {number} of the card."} for number in range(9)]
    edited = [*points[:-1], {"id": "p8", "say": "Mine."}]
    conflict = Conflict("c", "points", edited, points, "words.csv:2")
    arrival = Arrival("d", "d.yaml", Counts(0, 0, 0, 0, 0), [conflict], [], [], None, None, {})
    lines = text([Told("words.csv", "csv", [arrival], [], [], 0)], False).splitlines()
    assert lines[-2].endswith("{id: p8, say: Mine.}]")
    assert lines[-1].endswith("{id: p8, say: Point 8 of the card.}]")
    assert all("  …" in line or ": …" in line for line in lines[-2:])
