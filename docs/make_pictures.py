"""Make the pictures of the README: the app itself, drawn to SVG at 80 × 24.

python docs/make_pictures.py [FOLDER] [COLUMNS ROWS]
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import TextArea

from trainer.desk import Desk
from trainer.paths import locate
from trainer.selection import Selection
from trainer.tui.app import TrainerApp

CARD = "rag-vs-fine-tuning/formulary-monthly-citations"
ANSWER = "RAG: the list changes every month, so a tuned model would be stale within weeks."


async def draw(folder: Path, size: tuple[int, int]) -> None:
    """Go once through the app and save a picture of each screen."""
    with tempfile.TemporaryDirectory() as home:
        desk = Desk.open(locate(home), [], for_reading=False)
        app = TrainerApp(desk)

        async def save(pilot: Pilot[None], name: str) -> None:
            await pilot.pause()
            # Without the web fonts, so that the picture asks nobody for anything.
            svg = re.sub(r"@font-face \{.*?\}", "", app.export_screenshot(), flags=re.DOTALL)
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")

        async with app.run_test(size=size) as pilot:
            await save(pilot, "home")
            await pilot.press("d")
            await save(pilot, "drill")
        sitting = desk.sitting("drill", Selection(card=CARD))
        app = TrainerApp(desk, sitting)
        async with app.run_test(size=size) as pilot:
            area = app.screen.query_one(TextArea)
            area.cursor_blink = False
            area.text = ANSWER
            await pilot.press("ctrl+t")
            await save(pilot, "question")
            await pilot.press("ctrl+j")
            await app.workers.wait_for_complete()
            await save(pilot, "feedback")
            await pilot.press("3")
            await save(pilot, "summary")
        desk.store.close()


def main() -> None:
    """Read the arguments and draw."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    columns, rows = map(int, sys.argv[2:4]) if len(sys.argv) > 3 else (80, 24)
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw(folder, (columns, rows)))


if __name__ == "__main__":
    main()
