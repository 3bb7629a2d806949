"""Free-text answers with authored points."""

import pytest
from grading_cards import BOTH, FORMULARY, PICK, TONE, question

from trainer.decks.model import Card, Mistake, Point
from trainer.grading import Grade, Thresholds, grade, grade_points, grade_text

STRONG = "RAG, because the formulary changes every month and every answer has to cite its source"


def hits(made: Grade) -> set[str]:
    return {point.id for point in made.points if point.hit}


def said(made: Grade, answer: str, point: str) -> list[str]:
    [found] = [p for p in made.points if p.id == point]
    return [answer[begin:end] for begin, end in found.evidence]


def test_a_strong_answer_in_other_words_gets_both_points() -> None:
    made = grade(FORMULARY, STRONG, ref="rag/formulary")
    assert made.card == "rag/formulary"
    assert made.verdict is True
    assert hits(made) == {"updates", "citations"}
    assert made.rating == "good"


@pytest.mark.parametrize(
    "answer",
    [
        "RAG: it changes often, so re-index it, and you can show citations.",
        "Use RAG. New data every month means no retraining, and it cites its sources.",
        "RAG since fine-tuning would need retraining every month and can't cite the source",
        "I'd go for RAG; monthly updates just mean reindexing, plus citations for each answer",
        "RAG, because of the monthly updates and citations",
    ],
)
def test_good_answers(answer: str) -> None:
    made = grade(FORMULARY, answer)
    assert hits(made) == {"updates", "citations"}
    assert made.rating == "good"


def test_the_bare_right_decision_is_not_enough() -> None:
    made = grade(FORMULARY, "RAG")
    assert made.verdict is True
    assert hits(made) == set()
    assert made.rating == "again"


def test_wrong_decision_with_denied_reasons() -> None:
    made = grade(
        FORMULARY, "Not RAG, fine-tuning, since citations and monthly updates don't matter"
    )
    assert made.verdict is False
    assert hits(made) == set()
    assert made.rating == "again"
    assert all(point.evidence == () for point in made.points)
    assert any(match.negated for point in made.points for match in point.matches)


def test_fine_tune_it_is_again() -> None:
    made = grade(FORMULARY, "Fine-tune it")
    assert (made.verdict, made.rating, made.score) == (False, "again", 0.0)


def test_prompt_words_without_the_decision_say_nothing() -> None:
    made = grade(FORMULARY, "monthly updates, needs citations")
    assert made.verdict is None
    assert all(point.credit <= 0.1 for point in made.points)
    assert made.rating == "again"


def test_echoing_the_prompt_of_a_question_says_nothing() -> None:
    card = question(
        Point(id="a", say="An index makes lookups fast.", accept=("index lookups",)),
        prompt="Why are index lookups fast?",
    )
    assert grade(card, "index lookups are fast").score <= 0.1


def test_a_required_point_missed_is_again() -> None:
    made = grade(FORMULARY, "RAG, it can cite the source", thresholds=Thresholds(0.1, 0.2))
    assert hits(made) == {"citations"}
    assert made.rating == "again"


def test_a_missed_point_adds_a_quarter_at_most_and_shows_its_place() -> None:
    made = grade(FORMULARY, "RAG: the list changes often, so re-index it")
    [missed] = [point for point in made.points if not point.hit]
    assert missed.id == "citations"
    assert missed.credit <= 0.25
    [(begin, end)] = missed.missed
    assert "citations" in FORMULARY.answer[begin:end]


def test_a_hint_holds_the_rating_at_hard() -> None:
    assert grade(FORMULARY, STRONG, hint_used=True).rating == "hard"


def test_thresholds_decide_the_rating() -> None:
    card = question(
        Point(id="a", say="It is cheap.", accept=("low cost",)),
        Point(id="b", say="It is quick.", accept=("low latency",)),
    )
    answer = "It has a low cost."
    assert grade(card, answer, thresholds=Thresholds(0.3, 0.4)).rating == "good"
    assert grade(card, answer, thresholds=Thresholds(0.3, 0.9)).rating == "hard"
    assert grade(card, answer, thresholds=Thresholds(0.9, 0.95)).rating == "again"


@pytest.mark.parametrize(
    ("answer", "made"),
    [
        ("A fine-tuned model can cite the formulary, so fine-tune", True),
        ("RAG. But fine-tuning can cite as well.", True),
        ("RAG, because fine-tuning cannot cite its source and the list changes often", False),
        ("RAG can cite the source, fine-tuning needs training", False),
        (STRONG, False),
    ],
)
def test_mistakes(answer: str, made: bool) -> None:
    found = grade(FORMULARY, answer)
    assert bool(found.mistakes) is made
    if made:
        assert found.rating == "again"
        assert found.mistakes[0].why == "Knowledge in weights has no source to point at."
        assert found.mistakes[0].evidence


def test_a_mistake_cannot_be_made_good_and_is_not_supposed() -> None:
    answer = STRONG + ". But fine-tuning can cite as well."
    assert grade(FORMULARY, answer).score < 0.5
    answer = STRONG + ". If fine-tuning can cite, so much the better."
    assert not grade(FORMULARY, answer).mistakes


def test_a_clause_that_denies_a_part_does_not_say_the_rest() -> None:
    card = question(Point(id="p", say="-", accept=("trained model is outdated",)))
    assert hits(grade(card, "a trained model is outdated soon")) == {"p"}
    assert hits(grade(card, "a trained model would never be outdated")) == set()


@pytest.mark.parametrize("answer", ["the schema is stable", "the schema never changes"])
def test_a_synonym_for_a_denial_is_read_with_it(answer: str) -> None:
    card = question(Point(id="p", say="-", accept=("schema never changes",)))
    assert hits(grade(card, answer)) == {"p"}
    assert hits(grade(card, "the schema is not stable")) == set()


def test_a_synonym_may_begin_with_the_word_itself_or_be_parted() -> None:
    card = question(Point(id="p", say="-", accept=("GPU hours",)))
    made = grade(card, "we pay for GPU time", synonyms=[("GPU hours", "GPU time")])
    assert hits(made) == {"p"}
    card = question(Point(id="p", say="-", accept=("invents a source",)))
    assert hits(grade(card, "it will make a source up")) == {"p"}


def test_a_model_answer_made_of_the_question_asks_for_less() -> None:
    model = "The index holds the documents and the embeddings"
    answer = "embeddings and documents"
    bare = grade_text("Why?", model, answer)
    assert grade_text("What does the index hold besides metadata?", model, answer) > bare


def test_a_mistake_keeps_its_direction() -> None:
    card = Card(
        id="slow",
        prompt="Compare them.",
        points=(Point(id="a", say="Scans read all rows.", accept=("scan reads every row",)),),
        mistakes=(Mistake(say="…", match=("scan is faster than index",), why="No."),),
    )
    assert grade(card, "a scan is faster than an index").mistakes
    assert not grade(card, "an index is faster than a scan").mistakes
    assert not grade(card, "a scan is not faster than an index").mistakes


def test_need_asks_for_several_phrases() -> None:
    card = question(
        Point(
            id="acid",
            say="Name two ACID properties.",
            accept=("atomicity", "consistency", "isolation", "durability"),
            need=2,
        )
    )
    assert hits(grade(card, "atomicity and durability")) == {"acid"}
    assert hits(grade(card, "atomicity")) == set()
    assert hits(grade(card, "atomicity, atomicity, atomicity")) == set()


@pytest.mark.parametrize(
    ("answer", "hit"),
    [
        ("Fine-tune for the layout, RAG for the guidelines", True),
        ("RAG brings the guidelines; fine-tuning fixes the layout", True),
        ("Fine-tune for the guidelines, RAG for the layout", False),
        ("Fine-tune and RAG. There is a layout. There are guidelines.", False),
    ],
)
def test_terms_that_stand_together(answer: str, hit: bool) -> None:
    assert hits(grade(BOTH, answer)) == ({"split"} if hit else set())


def test_weights_weigh() -> None:
    made = grade(FORMULARY, "RAG: the list changes often, so re-index it")
    other = grade(FORMULARY, "RAG: you can cite the source of each answer")
    assert made.score > other.score


def test_a_taught_phrase_counts_for_its_point_only() -> None:
    answer = "RAG: swap the pages in the binder each month"
    assert "citations" not in hits(grade(FORMULARY, answer))
    made = grade(FORMULARY, answer, taught=[("citations", "pages in the binder")])
    assert "citations" in hits(made)
    [point] = [p for p in made.points if p.id == "citations"]
    assert {match.how for match in point.matches} == {"taught"}
    assert said(made, answer, "citations") == ["pages in the binder"]


def test_spans_are_exact() -> None:
    answer = "RAG.  It changes OFTEN — and each reply must cite a source!"
    made = grade(FORMULARY, answer)
    assert said(made, answer, "updates") == ["changes OFTEN"]
    assert said(made, answer, "citations") == ["cite a source"]


def test_spans_count_the_answer_as_received() -> None:
    composed = "Café: RAG, it changes often. Déjà vu; cite the source"
    decomposed = "Cafe\u0301: RAG, it changes often. De\u0301ja\u0300 vu; cite the source"
    one, other = grade(FORMULARY, composed), grade(FORMULARY, decomposed)
    assert one.score == other.score
    assert said(one, composed, "updates") == said(other, decomposed, "updates")
    assert said(one, composed, "citations") == said(other, decomposed, "citations")


def test_a_bare_keyword_list_is_graded_and_warned_about() -> None:
    made = grade(FORMULARY, "RAG, monthly updates, citations, re-index, source traceability")
    assert hits(made) == {"updates", "citations"}
    assert any("keywords" in warning for warning in made.warnings)
    assert not any("keywords" in warning for warning in grade(FORMULARY, STRONG).warnings)
    assert not any("keywords" in warning for warning in grade(FORMULARY, "RAG").warnings)


def test_near_the_threshold_is_unsure() -> None:
    card = question(
        Point(id="a", say="-", accept=("alpha beta gamma",)),
    )
    [half] = grade(card, "we have alpha and beta here").points
    [full] = grade(card, "we have alpha and beta and gamma here").points
    [none] = grade(card, "we have something else here").points
    assert half.unsure
    assert not full.unsure
    assert not none.unsure


def test_an_endless_answer_is_capped_and_said() -> None:
    made = grade(FORMULARY, STRONG + " and so on" * 4000)
    assert hits(made) == {"updates", "citations"}
    assert any("words were graded" in warning for warning in made.warnings)


def test_a_variant_decides_which_words_were_given() -> None:
    card = question(
        Point(id="a", say="An index.", accept=("sorted index",)),
        prompt="What does a sorted index buy?",
    )
    assert hits(grade(card, "a sorted index")) == set()
    assert hits(grade(card, "a sorted index", prompt="How is it made quick?")) == {"a"}


def test_without_points_the_model_answer_is_cut_into_clauses() -> None:
    card = Card(
        id="hnsw",
        prompt="How does HNSW find neighbours?",
        answer=(
            "It walks a layered proximity graph greedily. Upper layers are sparse and take long "
            "hops; the bottom layer holds every vector."
        ),
    )
    strong = grade(
        card,
        "It greedily walks a layered graph of close vectors: long hops on the sparse upper layers, "
        "and every vector is in the bottom one.",
    )
    partial = grade(card, "There is a layered proximity graph that it walks greedily")
    weak = grade(card, "It hashes the query and looks into the bucket")
    assert [point.id for point in strong.points] == ["1", "2", "3"]
    assert strong.rating == "good"
    assert hits(partial) == {"1"}
    assert strong.score > partial.score > weak.score
    assert weak.rating == "again"
    [first, *_] = weak.points
    assert [card.answer[b:e] for b, e in first.missed] == [
        "It walks a layered proximity graph greedily"
    ]


def test_a_scenario_without_points_still_asks_for_the_decision() -> None:
    bare = Card(
        id="bare",
        kind="scenario",
        prompt=TONE.prompt,
        verdict=TONE.verdict,
        answer=TONE.answer,
    )
    assert grade(bare, "Fine-tune: tone is behaviour, which training changes").rating == "good"
    assert grade(bare, "RAG: tone is behaviour, which training changes").rating == "again"


def test_a_flashcard_is_rated_by_the_person() -> None:
    card = Card(id="f", kind="flashcard", prompt="HNSW?", answer="A layered proximity graph.")
    made = grade(card, "a layered proximity graph")
    assert (made.score, made.rating, made.points) == (0.0, None, ())


CACHE = Card(
    id="cache",
    prompt="Why does a cache make reads faster?",
    answer="It keeps hot items in memory, so most requests skip the slow disk.",
)


def test_an_answer_about_something_else_is_again() -> None:
    made = grade(CACHE, "Bananas are yellow and grow in bunches on tall tropical plants")
    assert made.score < 0.4
    assert made.rating == "again"


def test_synonyms_and_typos_count_against_a_model_answer() -> None:
    plain = grade(CACHE, "hot items are kept in memory, so requests skip the slow disk").score
    other = grade(
        CACHE, "popular entries are held in RAM, so queries skip the slow hard drive"
    ).score
    slips = grade(CACHE, "hot items are kept in memmory, so requets skip the slow disk").score
    none = grade(CACHE, "popular things are somewhere close by, so nothing is slow").score
    assert plain > slips > other > none


def test_handing_the_prompt_back_earns_nothing_without_points_either() -> None:
    made = grade(CACHE, "a cache makes reads faster")
    assert made.score <= 0.1
    assert made.rating == "again"


def test_a_synonym_that_the_prompt_gave_is_hardly_counted() -> None:
    card = Card(id="a", prompt="Why is a cache fast?", answer="Its lookups are quick.")
    repeated = grade(card, "It keeps popular items in fast memory.").score
    found = grade(card, "It keeps popular items in rapid memory.").score
    assert found > repeated + 0.15


def test_either_of_two_alternatives_in_a_model_answer_will_do() -> None:
    either = Card(id="a", prompt="Which unit?", answer="Report it in metres or feet.")
    both = Card(id="a", prompt="Which unit?", answer="Report it in metres and feet.")
    one = "I'd report it in feet"
    assert grade(either, one).score > grade(both, one).score
    assert grade(either, one).score == pytest.approx(
        grade(either, "I'd report it in metres").score, abs=0.1
    )


def test_a_right_answer_may_be_made_of_the_prompts_words() -> None:
    card = Card(
        id="order",
        prompt="Rank disk, memory and network by speed and say which is fast.",
        answer="Memory is faster than disk, and disk is faster than network.",
    )
    assert grade(card, "memory is faster than disk and disk is faster than network").score > 0.7
    assert grade(card, "disk, memory and network by speed").score <= 0.1


def test_a_denied_statement_earns_less_than_its_opposite() -> None:
    said = grade(CACHE, "hot items stay in memory and requests skip the disk").score
    denied = grade(CACHE, "hot items don't stay in memory and requests never skip the disk").score
    assert said > denied


def test_the_grade_measured_is_the_grade_given() -> None:
    answer = "hot items stay in memory"
    assert grade_text(CACHE.prompt, CACHE.answer, answer) == grade(CACHE, answer).score
    points = [{"id": "m", "text": "Hot items stay in memory."}, {"id": "d", "text": "No disk."}]
    kept, skipped = grade_points(CACHE.prompt, points, answer)
    assert kept > 0.9
    assert skipped <= 0.25


def test_grading_leaves_the_package_as_it_was() -> None:
    import trainer.grading

    grade(FORMULARY, STRONG)
    grade(PICK, "1")
    assert trainer.grading.grade is grade


NOTES = Card(
    id="notes",
    kind="scenario",
    prompt="Research notes in a fixed layout with today's figures → ?",
    verdict=BOTH.verdict,
    points=(
        Point(id="layout", say="Fine-tuning holds the layout.", accept=("the layout",)),
        Point(id="figures", say="RAG fetches the figures.", accept=("the figures",)),
    ),
    answer="Both: fine-tuning for the layout, RAG for the figures.",
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Both: fine-tuning for the layout, RAG for the figures", {"layout", "figures"}),
        ("Both: RAG for the figures and fine-tuning for the layout", {"layout", "figures"}),
        ("Both. The layout is learned by fine-tuning; figures come by RAG", {"layout", "figures"}),
        ("Both, since there is a layout and there are figures", {"layout", "figures"}),
        ("Both: RAG for the layout and fine-tuning for the figures", set()),
        ("Both: fine-tuning for the figures, RAG for the layout", set()),
    ],
)
def test_a_reason_given_for_the_other_decision_does_not_count(
    answer: str, expected: set[str]
) -> None:
    made = grade(NOTES, answer)
    assert made.verdict is True
    assert hits(made) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "RAG, changes often, re-index, citations, source",
        "RAG changes often re-index citations source traceability formulary monthly",
        "RAG; no retraining; citations; re-index",
    ],
)
def test_keywords_score_no_more_than_sentences(answer: str) -> None:
    listed, said = grade(FORMULARY, answer), grade(FORMULARY, STRONG)
    assert hits(listed) == {"updates", "citations"}
    assert listed.score < said.score
    assert any("keywords" in warning for warning in listed.warnings)
