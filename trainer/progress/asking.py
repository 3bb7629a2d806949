"""What there is to ask, looked up in the progress file."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.progress.database import explained
from trainer.progress.log import present_name
from trainer.progress.opened import Opened
from trainer.progress.records import DayCounts, Mark, TopicCounts
from trainer.scheduling.schedule import Memory

_MEMORY = ", ".join(f"memory.{field}" for field in Memory._fields)
# Cards that aren't asked on a study day; takes the day.
_HIDDEN = "SELECT card FROM mark WHERE suspended OR buried_day >= ?"


class Asking(Opened):
    """What is known of cards, and which are to be asked."""

    def memory(self, card: str) -> Memory | None:
        """Return what is known of the card, None where it was never reviewed."""
        with explained(self.path):
            row = self._db.execute(
                f"SELECT {_MEMORY} FROM memory WHERE card = ?", (present_name(self._db, card),)
            ).fetchone()
        return Memory(*row) if row else None

    def memories(self) -> dict[str, Memory]:
        """Return what is known of every card that was ever reviewed, by card."""
        return self._memories("true")

    def due_memories(self, day: int) -> dict[str, Memory]:
        """Return the cards of the library that are due for review on the study day."""
        return self._memories(
            f"ask_at IS NULL AND topic IS NOT NULL AND ask_day <= ? AND card NOT IN ({_HIDDEN})",
            day,
            day,
        )

    def _memories(self, condition: str, *values: int) -> dict[str, Memory]:
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                f"SELECT card, {_MEMORY} FROM memory WHERE {condition}", values
            ).fetchall()
        return {card: Memory(*fields) for card, *fields in rows}

    def steps(self, until: int) -> list[str]:
        """Return the cards whose learning step ends by the instant `until`, the earliest first."""
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                "SELECT card FROM memory WHERE ask_at <= ? AND topic IS NOT NULL "
                "ORDER BY ask_at, card",
                (until,),
            ).fetchall()
        return [card for (card,) in rows]

    def waiting(self) -> dict[str, tuple[int, int | None]]:
        """Return when each card of the library that was reviewed is to be asked again.

        From which study day on or, where its step's end is waited for, at which instant.
        """
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                "SELECT card, ask_day, ask_at FROM memory WHERE topic IS NOT NULL"
            )
            return {card: (day, instant) for card, day, instant in rows}

    def shown(self, since: int) -> set[str]:
        """Return the cards with an unrated answer whose model answer was shown since an instant."""
        with explained(self.path):
            rows = self._db.execute("SELECT card FROM draft WHERE submitted AND at >= ?", (since,))
            return {present_name(self._db, card) for (card,) in rows.fetchall()}

    def new_cards(self, day: int) -> Iterator[str]:
        """Yield the cards of the library that were never reviewed, in the order of the decks."""
        with explained(self.path):
            self._keep_step()
            for (card,) in self._db.execute(
                "SELECT card FROM card WHERE card NOT IN (SELECT card FROM memory) "
                f"AND card NOT IN ({_HIDDEN}) ORDER BY place",
                (day,),
            ):
                yield card

    def is_askable(self, card: str, day: int, instant: int, *, early: bool = False) -> bool:
        """Whether the card is neither hidden on the study day nor, unless `early`, yet to wait."""
        with explained(self.path):
            card = present_name(self._db, card)
            if self._db.execute(f"SELECT ? IN ({_HIDDEN})", (card, day)).fetchone()[0]:
                return False
            row = self._db.execute(
                "SELECT ask_day, ask_at FROM memory WHERE card = ?", (card,)
            ).fetchone()
        if early or row is None:
            return True
        ask_day, ask_at = row
        return bool(ask_day <= day if ask_at is None else ask_at <= instant)

    def topic_counts(self, day: int, instant: int) -> list[TopicCounts]:
        """Return what there is to ask at the instant, on the study day, topic by topic."""
        with explained(self.path):
            self._keep_step()
            query = self._db.execute
            topics = query(
                "SELECT id, deck, topic, cards, "
                "(SELECT count(*) FROM memory WHERE memory.topic = id AND ask_at IS NULL), "
                "(SELECT count(*) FROM memory "
                "WHERE memory.topic = id AND ask_at IS NULL AND ask_day <= ?), "
                "(SELECT min(ask_day) FROM memory WHERE memory.topic = id AND ask_at IS NULL) "
                "FROM topic ORDER BY id",
                (day,),
            ).fetchall()
            steps = {
                topic: row
                for topic, *row in query(
                    "SELECT topic, count(*), sum(ask_at <= ?), min(ask_at) FROM memory "
                    "WHERE ask_at IS NOT NULL AND topic IS NOT NULL GROUP BY topic",
                    (instant,),
                )
            }
            # Suspended cards are in no topic's memories; new ones that are buried in no count.
            hidden = {
                topic: row
                for topic, *row in query(
                    "SELECT card.topic, sum(suspended), sum(NOT suspended) "
                    "FROM mark JOIN card USING (card) LEFT JOIN memory USING (card) "
                    "WHERE suspended OR (buried_day >= ? AND memory.card IS NULL) "
                    "GROUP BY card.topic",
                    (day,),
                )
            }
        counts = []
        for number, deck, name, cards, met, due, next_day in topics:
            learning, over, next_at = steps.get(number, (0, 0, None))
            suspended, buried = hidden.get(number, (0, 0))
            new = cards - met - learning - suspended - buried
            waiting = learning, over, due, next_day, next_at
            counts.append(TopicCounts(deck, name, number, cards, suspended, new, *waiting))
        return counts

    def marks(self) -> dict[str, Mark]:
        """Return the cards that are suspended, were buried, or are flagged."""
        with explained(self.path):
            rows = self._db.execute("SELECT card, suspended, buried_day, flag FROM mark")
            return {card: Mark(bool(off), until, flag) for card, off, until, flag in rows}

    def hidden(self, day: int) -> set[str]:
        """Return the cards that are suspended, or buried on the study day."""
        with explained(self.path):
            return {card for (card,) in self._db.execute(_HIDDEN, (day,))}

    def day_counts(self, day: int) -> DayCounts:
        """Return what counts towards the limits of the study day."""
        with explained(self.path):
            (new,) = self._db.execute(
                "SELECT count(*) FROM memory WHERE first_day = ?", (day,)
            ).fetchone()
            reviews, milliseconds = self._db.execute(
                "SELECT coalesce(sum(reviews) FILTER (WHERE phase IN ('young', 'mature')), 0), "
                "coalesce(sum(elapsed_ms), 0) FROM day WHERE day = ?",
                (day,),
            ).fetchone()
        return DayCounts(new, reviews, milliseconds)
