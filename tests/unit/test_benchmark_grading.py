"""The statistics of benchmarks/grading.py, on cases worked out by hand."""

import importlib.util
import math
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[2] / "benchmarks" / "agreement.py"
_spec = importlib.util.spec_from_file_location("agreement", _PATH)
assert _spec is not None
assert _spec.loader is not None
statistics = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(statistics)


def test_pearson() -> None:
    assert statistics.pearson([0, 0.5, 1], [0.2, 0.3, 0.4]) == pytest.approx(1)
    assert statistics.pearson([0, 1, 0, 1], [0, 0, 1, 1]) == pytest.approx(0)
    # covariance 1, variances 2 and 8/3 - the sums over three answers, by hand
    assert statistics.pearson([0, 1, 2], [0, 2, 1]) == pytest.approx(0.5)


def test_pearson_of_scores_that_never_vary_is_unknown() -> None:
    assert statistics.pearson([0.5, 0.5], [0, 1]) is None


def test_rmse() -> None:
    assert statistics.rmse([0, 1], [0, 0]) == pytest.approx(math.sqrt(0.5))


def test_macro_f1() -> None:
    # passing: 1 right, 1 wrongly passed, 0 missed; failing: 2 right, 0 wrongly failed, 1 missed
    called, passed = [True, True, False, False], [True, False, False, False]
    assert statistics.macro_f1(called, passed) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_macro_f1_where_no_answer_is_called_right() -> None:
    assert statistics.macro_f1([False, False], [True, False]) == pytest.approx((0 + 2 / 3) / 2)


def test_threshold_stands_midway_between_fails_and_passes() -> None:
    assert statistics.fit_threshold([(0.1, 0), (0.4, 0.5), (0.6, 0.7), (0.9, 1)]) == 0.5


def test_threshold_of_all_passes_is_the_lowest_score() -> None:
    assert statistics.fit_threshold([(0.3, 1), (0.6, 1)]) == 0.3


def test_threshold_never_divides_equal_scores() -> None:
    assert statistics.fit_threshold([(0.2, 0), (0.5, 0), (0.5, 1), (0.5, 1)]) == 0.35


def test_isotonic_pools_neighbours_that_fall() -> None:
    value = statistics.fit_isotonic([(0.0, 0.0), (0.2, 0.6), (0.4, 0.4), (1.0, 1.0)])
    assert value(0.0) == 0
    assert value(0.2) == pytest.approx(0.5)
    assert value(0.4) == pytest.approx(0.5)
    assert value(0.7) == pytest.approx(0.75)  # half way to the next pool
    assert value(1.0) == 1


def test_isotonic_pools_back_as_far_as_it_must() -> None:
    value = statistics.fit_isotonic([(0.1, 0.5), (0.2, 0.6), (0.3, 0.1)])
    assert value(0.1) == value(0.3) == pytest.approx(0.4)


def test_isotonic_takes_equal_scores_as_one_whatever_their_order() -> None:
    for tied in ([(0.5, 0.0), (0.5, 1.0)], [(0.5, 1.0), (0.5, 0.0)]):
        value = statistics.fit_isotonic([(0.0, 0.2), *tied])
        assert value(0.0) == pytest.approx(0.2)
        assert value(0.5) == pytest.approx(0.5)


def test_isotonic_is_flat_beyond_what_it_saw() -> None:
    value = statistics.fit_isotonic([(0.4, 0.3), (0.6, 0.8)])
    assert (value(0.0), value(1.0)) == (0.3, 0.8)


def test_a_question_is_mapped_by_the_others() -> None:
    scores, marks, questions = [0.1, 0.9, 0.5], [0.0, 0.4, 1.0], ["a", "a", "b"]
    mapped = statistics.leaving_question_out(statistics.fit_isotonic, scores, marks, questions)
    # a's answers know only b's mark; b's is half way between a's
    assert mapped == pytest.approx([1.0, 1.0, 0.2])


def test_agreement_with_one_question_only_leaves_out_what_needs_others() -> None:
    found = statistics.agreement([0.2, 0.8], [0.0, 1.0], ["a", "a"])
    assert found.n == 2
    assert found.questions == 1
    assert found.r == pytest.approx(1)
    assert found.rmse == pytest.approx(0.2)
    assert found.rmse_isotonic is None
    assert found.macro_f1 is None


def test_agreement_at_a_given_threshold() -> None:
    found = statistics.agreement([0.2, 0.8], [0.0, 1.0], ["a", "b"], threshold=0.5)
    assert found.macro_f1 == 1
    assert found.threshold == 0.5
