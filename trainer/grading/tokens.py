"""Text into words with stems and positions: the only reader of raw text in grading.

Words carry spans in the text as received, so a decomposed (NFD) answer and its composed twin
give the same words and each its own spans.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

from trainer.grading import constants, words

# What a word is: grammar; a negation; to be matched exactly or not at all; of little weight; an
# acronym, of which only the plural is the same word; the beginning of a clause.
STOP, NEG, EXACT, LIGHT, ACRONYM, CONJUNCTION = 1, 2, 4, 8, 16, 32

# A word is the first group; the second is punctuation that ends a clause. Accents that don't fuse
# with their letter stay in its word. Underscores are gone by then. Nearly all words are plain: so
# a space is taken along, and whatever else is tried first fails at its first letter or hyphen.
_UNIT = "|".join(sorted({*words.SCALES, *words.UNITS}, key=len, reverse=True))
_LETTERS = r"\w[\w\u0300-\u036f]*"
_TOKEN = re.compile(
    r" ?(?:([cC]\+\+|[cCfF]#|\.(?i:net)(?!\w)"
    rf"|\d+(?:[.,]\d+)+(?i:{_UNIT})?(?!\w)"
    r"|(?:(?=\w{2,5}-)(?i:re|pre|non|un|de|co|sub|anti|multi|inter|intra)-)?"
    rf"{_LETTERS}(?:['’ʼ`´]{_LETTERS})*)"
    r"|([.!?;:\n,()\[\]{}—–•●→⇒|]|-(?=\s)))"
)
_MEASURE = re.compile(rf"(\d+(?:[.,]\d+)*)({_UNIT})", re.IGNORECASE)
_SENTENCE_END = frozenset(".!?;\n•●")
_ASCII_CHUNK = re.compile(r"[\x00-\x7f][^\x00-\x7f]*|[^\x00-\x7f]+")
_APOSTROPHE = re.compile("['’ʼ`´]")
_STEMMER = Stemmer.Stemmer("english")
_BRITISH = re.compile("([a-z]{3,})is(e|ed|es|er|ers|ing|ation|ations|able)")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_VOWEL = re.compile("[aeiouy]")
_MAX_WORD = 64


class Words:
    """A text's words, in parallel lists: normal form, stem, span, clause, sentence, flags.

    `questions` are the sentences that end in a question mark.
    """

    __slots__ = (
        "clauses",
        "ends",
        "flags",
        "questions",
        "sentences",
        "starts",
        "stems",
        "texts",
        "total",
    )

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.stems: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.clauses: list[int] = []
        self.sentences: list[int] = []
        self.flags: list[int] = []
        self.questions: set[int] = set()
        self.total = 0

    def __len__(self) -> int:
        return len(self.stems)


def compose(text: str) -> tuple[str, list[int] | None, list[int] | None]:
    """Return `text` in NFC, and for each of its characters where it starts and ends in `text`.

    The lists are None where nothing changed.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, None, None
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def emit(begin: int, end: int) -> None:
        source = text[begin:end]
        composed = unicodedata.normalize("NFC", source)
        out.append(composed)
        if composed == source:
            starts.extend(range(begin, end))
            ends.extend(range(begin + 1, end + 1))
        else:
            starts.extend([begin] * len(composed))
            ends.extend([end] * len(composed))

    for chunk in _ASCII_CHUNK.finditer(text):
        begin = chunk.start()
        # A new piece starts at a base character that does not fuse with the piece before it.
        for at in range(begin + 1, chunk.end()):
            char = text[at]
            if unicodedata.combining(char) == 0:
                before = text[begin:at]
                joined = unicodedata.normalize("NFC", before + char)
                if joined == unicodedata.normalize("NFC", before) + char:
                    emit(begin, at)
                    begin = at
        emit(begin, chunk.end())
    return "".join(out), starts, ends


def analyse(text: str, limit: int = constants.MAX_WORDS) -> Words:
    """Return the first `limit` words of `text`; `total` counts them all (up to the limit + 1)."""
    composed, starts, ends = compose(text)
    result = Words()
    texts, stems, flags = result.texts, result.stems, result.flags
    clause = sentence = count = 0
    add_text, add_stem, add_flag = texts.append, stems.append, flags.append
    add_begin, add_end = result.starts.append, result.ends.append
    add_clause, add_sentence = result.clauses.append, result.sentences.append
    fresh = True
    for match in _TOKEN.finditer(composed.replace("_", " ")):
        raw, mark = match.groups()
        if mark:
            if mark == "?":
                result.questions.add(sentence)
            clause += 1
            sentence += mark in _SENTENCE_END
            fresh = True
            continue
        count += 1
        if count > limit:
            break
        begin, end = match.span(1)
        if starts is not None and ends is not None:
            begin, end = starts[begin], ends[end - 1]
        for word, stem, flag in read_word(raw):
            if flag & CONJUNCTION and not fresh:
                clause += 1
            fresh = False
            add_text(word)
            add_stem(stem)
            add_flag(flag)
            add_begin(begin)
            add_end(end)
            add_clause(clause)
            add_sentence(sentence)
    result.total = count
    return result


@lru_cache(maxsize=16384)
def read_word(raw: str) -> tuple[tuple[str, str, int], ...]:
    """Return the words in one written word ("doesn't" is two) as (normal form, stem, flags)."""
    word = raw[:_MAX_WORD]
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
        word = word.replace("’", "'")
    word = _APOSTROPHE.sub("'", word).replace("-", "")
    measure = _MEASURE.fullmatch(word) if word[:1].isdigit() else None
    if measure:
        return _measured(measure.group(1), measure.group(2).casefold())
    acronym = word[1:] != word[1:].lower() and (len(word) <= 6 or word.isupper())
    word = word.casefold()
    if word in words.BARE_CONTRACTIONS:
        return tuple(_entry(part) for part in words.BARE_CONTRACTIONS[word])
    if "'" in word:
        head, _, tail = word.rpartition("'")
        head = head.replace("'", "")
        if tail == "t" and head.endswith("n"):
            base = {"won": "will", "can": "can", "shan": "shall"}.get(head, head[:-1])
            return (_entry(base), _entry("not"))
        word = head if tail in {"s", "ll", "re", "ve", "d", "m"} else head + tail
    if word[:1].isdigit():
        word = _plain_number(word)
    normal, stem, flags = _entry(word)
    if acronym:
        flags |= EXACT | ACRONYM
        # "LLMs" is "LLM", "HTTPS" is not "HTTP", and "RAGs" must not be bent further.
        stem = normal[:-1] if raw[-1] == "s" else stem
    return ((normal, stem, flags),)


def _measured(number: str, unit: str) -> tuple[tuple[str, str, int], ...]:
    """Return the words of a number with a suffix: "6k" is 6000, "40M" 40 million, "80ms" 80 ms."""
    number = _plain_number(number)
    if unit == "k":
        whole, _, part = number.partition(".")
        if len(part) <= 3 and part.isdigit() | (not part) and whole.isdigit():
            return (_entry((whole + part.ljust(3, "0")).lstrip("0") or "0"),)
    return (_entry(number), _entry(words.SCALES.get(unit, unit)))


def _plain_number(word: str) -> str:
    """Return a number without the commas that part its thousands."""
    return word.replace(",", "") if "," in word and _THOUSANDS.fullmatch(word) else word


def _entry(word: str) -> tuple[str, str, int]:
    if word in words.NEGATORS:
        return (word, _stem(word), NEG)
    if word in words.STOP:
        return (word, word, STOP | (CONJUNCTION if word in words.CLAUSE_WORDS else 0))
    number = words.NUMBERS.get(word)
    if number is not None:
        return (number, number, EXACT)
    stem = _stem(word)
    light = LIGHT if stem in LIGHT_STEMS else 0
    if len(word) < constants.MIN_LONG_WORD or not word.isalpha():
        return (word, stem, EXACT | light)
    return (word, stem, light)


def _stem(word: str) -> str:
    base = words.IRREGULAR.get(word)
    if base is None:
        british = _BRITISH.fullmatch(word)
        if british and british.group(1) + "ise" not in words.TRUE_ISE:
            word = f"{british.group(1)}iz{british.group(2)}"
    if len(word) > 3 and word.endswith("s") and not _VOWEL.search(word):
        # The stemmer leaves "llms"; "https" and "dbms" are no plurals.
        return word if word in words.CONSONANT_NAMES else word[:-1]
    return str(_STEMMER.stemWord(base or word))


LIGHT_STEMS = frozenset(_stem(word) for word in words.LIGHT)
LIGHT_VERB_STEMS = frozenset(_stem(word) for word in words.LIGHT_VERBS)
