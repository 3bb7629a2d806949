"""Cards that the grading tests share."""

from trainer.decks.model import Card, Choice, Mistake, Point, Verdict

FORMULARY = Card(
    id="formulary",
    kind="scenario",
    prompt="Drug formulary, monthly updates, needs citations → ?",
    verdict=Verdict(accept=("RAG",), reject=("fine-tuning",)),
    points=(
        Point(
            id="updates",
            say="The list changes monthly, so re-index documents instead of retraining.",
            accept=("updates monthly", "changes often", "re-index", "no retraining"),
            weight=2,
            required=True,
        ),
        Point(
            id="citations",
            say="Retrieved passages can be cited; weights can't.",
            accept=("cite the source", "source traceability", "citations"),
        ),
    ),
    mistakes=(
        Mistake(
            say="Fine-tuning would let the model cite the formulary.",
            match=("fine-tuning can cite", "fine-tuned model cites"),
            why="Knowledge in weights has no source to point at.",
        ),
    ),
    answer=(
        "RAG. The formulary changes monthly, so you re-index documents instead of retraining the "
        "model. Retrieved passages can be shown as citations; weights have no source."
    ),
)

TONE = Card(
    id="tone",
    kind="scenario",
    prompt="A support bot must always answer in the house voice. Facts rarely change. → ?",
    verdict=Verdict(accept=("fine-tuning",), reject=("RAG",)),
    points=(
        Point(
            id="style",
            say="Tone is behaviour, and behaviour is what training changes.",
            accept=("style is behaviour", "learns the tone", "consistent style"),
        ),
    ),
    answer="Fine-tune. Tone is behaviour, and behaviour is what training changes.",
)

BOTH = Card(
    id="both",
    kind="scenario",
    prompt="Clinical notes in a fixed layout, with guidelines that change weekly → ?",
    verdict=Verdict(all=(("RAG",), ("fine-tuning",))),
    points=(
        Point(
            id="split",
            say="Fine-tune for the layout, retrieve the guidelines.",
            together=(("fine-tuning", "layout"), ("RAG", "guidelines")),
        ),
    ),
    answer="Both: fine-tune for the layout and use RAG for the guidelines.",
)

PICK = Card(
    id="pick",
    kind="choice",
    prompt="Which are updated without training?",
    choices=(
        Choice(text="RAG", right=True),
        Choice(text="Fine-tuning", why="Its knowledge is in the weights."),
        Choice(text="A prompt template", right=True),
        Choice(text="Pre-training", why="It is training."),
    ),
)

GAPS = Card(
    id="gaps",
    kind="cloze",
    text="RAG keeps facts in {{an index|a knowledge base}}, fine-tuning in {{the weights}}.",
)


def question(*points: Point, prompt: str = "How would you design it?", answer: str = "") -> Card:
    """Return a question card with these points."""
    return Card(id="question", prompt=prompt, points=points, answer=answer)
