"""Cards with exact answers: picks of a choice, gaps of a cloze."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trainer.decks.model import Card, gaps
from trainer.grading import constants
from trainer.grading.dontknow import says_nothing
from trainer.grading.match import typos
from trainer.grading.model import Grade, How, Match, MistakeMade, PointGrade, Span, Thresholds
from trainer.grading.score import suggest
from trainer.grading.tokens import EXACT, Words, analyse
from trainer.grading.words import ARTICLES
from trainer.text import count

_PIECE = re.compile(r"[^,;\n]+")
_PICKS = re.compile(r"[\s,;.&+/()]*(?:(?:and|option|options|answer|answers)[\s,;.&+/()]+)*")
_PICK = re.compile(r"(?:\d{1,3}|[a-zA-Z])(?![^\W_])")
_GAP_PIECE = re.compile(r"[^;\n]*")


def grade_choice(
    card: Card,
    ref: str,
    answer: str,
    order: Sequence[int] | None,
    thresholds: Thresholds,
    hint_used: bool,
) -> Grade:
    """Return the grade of picks such as `1,3`: numbers and letters as displayed, or the texts."""
    shown = list(order) if order is not None else list(range(len(card.choices)))
    picks, unread = _read_picks(card, answer, shown)
    right = [at for at, choice in enumerate(card.choices) if choice.right]
    good = sum(at in picks for at in right)
    wrong = [at for at in sorted(picks) if at not in right]
    score = max(0, good - len(wrong)) / len(right) if right else float(not picks)
    points = tuple(
        PointGrade(
            id=str(at + 1),
            say=card.choices[at].text,
            credit=float(at in picks),
            hit=at in picks,
            evidence=(picks[at],) if at in picks else (),
            matches=(Match(picks[at], card.choices[at].text, "exact"),) if at in picks else (),
        )
        for at in right
    )
    mistakes = tuple(
        MistakeMade(card.choices[at].text, card.choices[at].why, (picks[at],)) for at in wrong
    )
    exact = good == len(right) and not wrong
    return Grade(
        card=ref,
        score=score,
        rating=suggest(score, thresholds, failed=False, held=hint_used or not exact),
        points=points,
        mistakes=mistakes,
        warnings=(_not_understood(unread, len(shown)),) if unread else (),
    )


def _not_understood(unread: Sequence[str], options: int) -> str:
    named = ", ".join(f"“{piece}”" for piece in unread)
    return f"Not understood: {named}. Pick from the {count(options, 'option')} by number."


def _read_picks(
    card: Card, answer: str, shown: Sequence[int]
) -> tuple[dict[int, Span], tuple[str, ...]]:
    """Return the picked choices (by written index) with their spans, and what wasn't understood."""
    texts = {_normal(analyse(card.choices[at].text)): at for at in shown}
    read = analyse(answer)
    if says_nothing(read, frozenset(texts)):
        return {}, ()
    whole = texts.get(_normal(read))
    if whole is not None:
        return {whole: (read.starts[0], read.ends[-1])}, ()
    picks: dict[int, Span] = {}
    unread: list[str] = []
    for piece in _PIECE.finditer(answer):
        words = analyse(piece.group())
        if not words.texts:
            continue
        begin = piece.start()
        named = texts.get(_normal(words))
        if named is not None:
            picks.setdefault(named, (begin + words.starts[0], begin + words.ends[-1]))
            continue
        for span, at in _numbers(answer, begin, piece.end(), shown, unread):
            picks.setdefault(at, span)
    return picks, tuple(dict.fromkeys(unread))


def _numbers(
    answer: str, begin: int, end: int, shown: Sequence[int], unread: list[str]
) -> list[tuple[Span, int]]:
    """Read a piece as numbers or letters; a piece with anything else in it is unread whole."""
    found: list[tuple[Span, int]] = []
    odd: list[str] = []
    at = begin
    while True:
        filler = _PICKS.match(answer, at, end)
        at = filler.end() if filler else at
        if at >= end:
            break
        pick = _PICK.match(answer, at, end)
        if pick is None:
            unread.append(_clip(answer[begin:end]))
            return []
        sign = pick.group().lower()
        number = int(sign) if sign.isdecimal() else ord(sign) - ord("a") + 1
        if 1 <= number <= len(shown):
            found.append(((pick.start(), pick.end()), shown[number - 1]))
        else:
            odd.append(pick.group())
        at = pick.end()
    unread.extend(odd)
    return found


def grade_cloze(
    card: Card, ref: str, answer: str, thresholds: Thresholds, hint_used: bool
) -> Grade:
    """Return the grade of gaps filled as `a; b`, in order; one gap takes the whole answer."""
    wanted = gaps(card.text)
    pieces, warning = _read_gaps(answer, len(wanted))
    points = tuple(
        _gap(str(number), alternatives, pieces[number - 1] if number <= len(pieces) else None)
        for number, alternatives in enumerate(wanted, start=1)
    )
    score = sum(point.hit for point in points) / len(points) if points else 0.0
    return Grade(
        card=ref,
        score=score,
        rating=suggest(score, thresholds, failed=False, held=hint_used or score < 1.0),
        points=points,
        warnings=(warning,) if warning else (),
    )


def _read_gaps(answer: str, wanted: int) -> tuple[list[tuple[int, str]], str]:
    """Return the parts with where they start, and what is to be said of their number."""
    if wanted == 1 or says_nothing(analyse(answer), frozenset()):
        return [(0, answer)], ""
    parts = [(match.start(), match.group()) for match in _split(answer)]
    while len(parts) > wanted and not parts[-1][1].strip():
        parts.pop()
    if len(parts) == wanted:
        return parts, ""
    given, gap = count(len(parts), "part"), count(wanted, "gap")
    return parts[:wanted], f"{given} given for {gap}: separate them with “;”, in order."


def _split(answer: str) -> list[re.Match[str]]:
    matches = list(_GAP_PIECE.finditer(answer))
    # After each part the empty match at its separator follows: keep those that begin a part.
    return [m for m in matches if m.start() == 0 or answer[m.start() - 1] in ";\n"]


def _gap(number: str, alternatives: Sequence[str], part: tuple[int, str] | None) -> PointGrade:
    say = alternatives[0]
    if part is not None:
        begin, text = part
        read = analyse(text)
        for alternative in alternatives:
            how = _fills(read, alternative, text)
            if how is not None:
                first, last = (read.starts[0], read.ends[-1]) if read.texts else _ink(text)
                span = (begin + first, begin + last)
                return PointGrade(
                    id=number,
                    say=say,
                    credit=1.0,
                    hit=True,
                    evidence=(span,),
                    matches=(Match(span, alternative, how),),
                )
    return PointGrade(id=number, say=say, credit=0.0, hit=False)


def _fills(read: Words, alternative: str, text: str) -> How | None:
    """Say how the words fill a gap: exactly but for case, articles and hyphens, or by typo."""
    expected = analyse(alternative)
    if not expected.texts:
        return "exact" if text.strip() == alternative.strip() and text.strip() else None
    if not read.texts or len(read.texts) > len(expected.texts) + constants.CLOZE_EXTRA_WORDS:
        return None
    given_text, expected_text = _normal(read), _normal(expected)
    if given_text == expected_text or given_text.replace(" ", "") == expected_text.replace(" ", ""):
        return "exact"
    given, wanted = _plain(read), _plain(expected)
    if len(given) != len(wanted):
        return None
    how: How = "exact"
    for (word, stem, _), (want, want_stem, flags) in zip(given, wanted, strict=True):
        if word == want or (stem == want_stem and not flags & EXACT):
            continue
        if flags & EXACT or not _is_typo(word, want):
            return None
        how = "typo"
    return how


def _is_typo(word: str, want: str) -> bool:
    return word[0] == want[0] and typos(word, want) <= 2


def _plain(read: Words) -> list[tuple[str, str, int]]:
    return [
        entry
        for entry in zip(read.texts, read.stems, read.flags, strict=True)
        if entry[0] not in ARTICLES
    ]


def _normal(read: Words) -> str:
    words = [text for text in read.texts if text not in ARTICLES]
    return " ".join(words or read.texts)


def _ink(text: str) -> Span:
    begin = len(text) - len(text.lstrip())
    return begin, begin + len(text.strip())


def _clip(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:39] + "…"
