"""How it is going, looked up in the progress file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from trainer.progress.database import explained
from trainer.progress.log import UNDONE, names_of, present_name
from trainer.progress.opened import Opened
from trainer.progress.records import Miss, Past, PointSum, SureAndWrong
from trainer.scheduling.days import parse_day


class Sums(Opened):
    """Sums of what was answered, and what stands out."""

    def run(self, day: int) -> tuple[int, int] | None:
        """Return the first and the last of the study days in a row with a review, up to `day` or
        the one before it; None where neither has one."""
        first = last = 0
        with explained(self.path):
            for (reviewed,) in self._db.execute(
                "SELECT DISTINCT day FROM day WHERE day <= ? ORDER BY day DESC", (day,)
            ):
                if not last and reviewed >= day - 1:
                    first = last = reviewed
                elif last and reviewed == first - 1:
                    first = reviewed
                else:
                    break
        return (first, last) if last else None

    def spent(self, since: int) -> tuple[int, int]:
        """Return how many reviews there were since a study day, and their milliseconds."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT coalesce(sum(reviews), 0), coalesce(sum(elapsed_ms), 0) FROM day "
                "WHERE day >= ?",
                (since,),
            ).fetchone()
        return row[0], row[1]

    def misses(self, since: int) -> list[Miss]:
        """Return every point missed since the study day `since`, oldest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT card, point, day FROM miss WHERE day >= ? ORDER BY day, seq, point",
                (since,),
            )
            return [Miss(*row) for row in rows]

    def review_days(self, since: int = 0) -> list[tuple[int, str, int, int, int]]:
        """Return (study day, phase, rating, reviews, milliseconds) rows since a study day.

        `phase` is what the review was of: a `new` card, one in `learning` or `relearning`, one due
        for review (`young`, or `mature` from an interval of three weeks on), or one asked `early`.
        """
        with explained(self.path):
            return self._db.execute(
                "SELECT * FROM day WHERE day >= ? ORDER BY day, phase, rating", (since,)
            ).fetchall()

    def totals(self) -> tuple[int, int]:
        """Return how many reviews there were, and on how many study days."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT coalesce(sum(reviews), 0), count(DISTINCT day) FROM day"
            ).fetchone()
        return row[0], row[1]

    def falling_due(self, until: int) -> list[tuple[int, int]]:
        """Return (study day, cards) of what falls due by a study day, as it stands."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT ask_day, count(*) FROM memory WHERE topic IS NOT NULL AND ask_at IS NULL "
                "AND ask_day <= ? GROUP BY ask_day",
                (until,),
            ).fetchall()

    def expected(
        self, day: int, topics: Collection[int], curve: tuple[float, float]
    ) -> dict[int, tuple[int, float]]:
        """Return (cards met, how many of them will be recalled on the study day) by topic number.

        Of the cards that aren't suspended; `curve` is the memory model's (F, exponent).
        """
        factor, exponent = curve
        numbers = ", ".join(map(str, topics))
        with explained(self.path):
            self._keep_step()
            try:
                self._db.execute("SELECT pow(1, 1)")
            except sqlite3.OperationalError:  # this SQLite was built without mathematics
                self._db.create_function("pow", 2, pow, deterministic=True)
            rows = self._db.execute(
                "SELECT topic, count(*), "
                "sum(pow(1.0 + ? * max(0, ? - last_day) / stability, ?)) "
                f"FROM memory WHERE topic IN ({numbers}) GROUP BY +topic",
                (factor, day, exponent),
            )
            return {topic: (met, recalled) for topic, met, recalled in rows}

    def weakest_points(self, most: int) -> list[PointSum]:
        """Return the points made least often, of the cards of the library."""
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                "SELECT point.card, point, asked, made FROM point JOIN card USING (card) "
                "WHERE made < asked ORDER BY made * 1.0 / asked, asked DESC, card, point LIMIT ?",
                (most,),
            )
            return [PointSum(*row) for row in rows]

    def hardest(self, most: int) -> list[tuple[str, int, float]]:
        """Return (card, lapses, difficulty 1..10) of the cards forgotten most often."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT card, lapses, difficulty FROM memory WHERE lapses > 0 "
                "AND EXISTS (SELECT 1 FROM card WHERE card.card = memory.card) "
                "ORDER BY lapses DESC, difficulty DESC, card LIMIT ?",
                (most,),
            ).fetchall()

    def calibration(self) -> list[tuple[int, int, int]]:
        """Return (confidence, rating, reviews) of the reviews before which one was given."""
        with explained(self.path):
            return self._db.execute("SELECT * FROM calibration").fetchall()

    def sure_and_wrong(self, most: int) -> list[SureAndWrong]:
        """Return the reviews answered confidently and rated Again, the surest and latest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT review.card, confidence, day, coalesce(json_extract(body, '$.answer'), '') "
                "FROM review JOIN log USING (seq) WHERE confidence >= 3 AND rating = 1 "
                "ORDER BY confidence DESC, review.at DESC LIMIT ?",
                (most,),
            )
            return [SureAndWrong(*row) for row in rows]

    def orphans(self) -> list[tuple[str, int]]:
        """Return (card, reviews) of every card with a history that isn't in the library."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT card, reps FROM memory WHERE card NOT IN (SELECT card FROM card) "
                "ORDER BY card"
            ).fetchall()

    def history(self, card: str) -> list[Past]:
        """Return the answers once given to a card, under any of its names, the latest first."""
        with explained(self.path):
            names = names_of(self._db, present_name(self._db, card))
            marks = ", ".join("?" * len(names))
            rows = self._db.execute(
                f"SELECT id, at, body, id IN ({UNDONE}) FROM log WHERE card IN ({marks}) "
                "AND type IN ('review', 'retry') ORDER BY at DESC, id DESC",
                names,
            ).fetchall()
        return [_past(names[0], *row) for row in rows]

    def answers_that_missed(self, card: str, point: str, most: int) -> list[Past]:
        """Return the last answers in which a point of a card was missed, the latest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT log.id, at, body, 0 FROM miss JOIN log USING (seq) "
                "WHERE miss.card = ? AND point = ? ORDER BY at DESC, log.id DESC LIMIT ?",
                (card, point, most),
            ).fetchall()
        return [_past(card, *row) for row in rows]


def _past(card: str, event: str, at: int, body: str, undone: int) -> Past:
    told = json.loads(body)
    return Past(
        id=event,
        kind=told["type"],
        card=card,
        at=at,
        day=parse_day(told["day"]) if told.get("day") else None,
        rating=told.get("rating", 0),
        score=told.get("score"),
        elapsed_ms=told.get("elapsed_ms", 0),
        prompt=told.get("prompt", ""),
        answer=told.get("answer", ""),
        points=told.get("points") or {},
        counts=told["type"] == "review" and told.get("counts", True),
        undone=bool(undone),
        verdict=told.get("verdict"),
    )
