"""Every number the grader decides by, with its reason."""

from __future__ import annotations

# Words of an answer that are read. An interview answer spoken for five minutes is 700 words.
MAX_WORDS = 1500

# Shorter words, numbers and acronyms match exactly or not at all: p95 is not p99, RAG not "rug".
MIN_LONG_WORD = 5
# Typos are forgiven from six letters on: "stale" is not "stable", nor "trace" "track".
MIN_TYPO_LENGTH = 6

# A deck's phrase or synonym longer than this is a paragraph, not a phrase.
MAX_PHRASE_WORDS = 200

# Typo tolerance by edit distance of the stems; two slips only in words this long.
TWO_TYPOS_LENGTH = 8
TYPO_STRENGTH = (1.0, 0.9, 0.85)

# "generat" and "generator" share a root. Short heads ("in", "sto") and long tails do not count.
MIN_ROOT_LENGTH = 4
MAX_ROOT_TAIL = 4
ROOT_STRENGTH = 0.8

# "use", "thing", "make": less than half a content word.
LIGHT_WEIGHT = 0.4
# Such a word stands for a content word ("get" for "retrieve") only just.
LIGHT_SYNONYM_FACTOR = 0.6

# Content words after "not" that it denies, at most: "not" at a long clause's head fades.
NEGATION_REACH = 6

# Words after an "and" and its article within which a new statement's verb stands.
SUBJECT_REACH = 5

# A word of the prompt repeated in the answer says little of what is known.
PROMPT_WEIGHT = 0.15

# Share of a point's words that a clause of the model answer must hold to be shown as its place.
PLACE_THRESHOLD = 0.25

# Content words a clause of a model answer needs to stand as a point of its own.
MIN_CLAUSE_WORDS = 3

# Words back to the verb of a particle that stands behind its object.
PARTICLE_REACH = 3

# Term hits looked at from one window's start: more is repetition.
MAX_WINDOW_HITS = 64

# A verdict's name has to stand together, with one word between at most, and be certain: typos and
# roots count, of the synonyms only other names for the same thing.
VERDICT_SLACK = 1
VERDICT_FLOOR = 0.8
VERDICT_SYNONYM_FLOOR = 1.0

# Credit for the share of a model answer's words that an answer holds: half its words is most of
# the idea, and the last words are wording.
MODEL_CURVE = ((0.2, 0.5), (0.5, 0.9), (0.8, 1.0), (1.0, 1.0))
# A synonym found against a whole model answer counts less: among so many words one is found soon.
MODEL_SYNONYM_FACTOR = 0.5
# What makes the score: words found, likeness of all words, likeness of the words not in the prompt.
MODEL_SHARES = (0.55, 0.35, 0.1)
# Where the model answer repeats the question, an answer has less to add: up to this much is given
# on top of what it earned, by the share of the model answer's words that the question holds.
REPEATED_BONUS = 0.3
# Teachers mark more kindly than words are shared; the exponent, about .75, brings about .6, from
# where answers turn out right rather than wrong, to .7. A short model answer is one idea, which a
# right answer may put in other words; a long one asks for several: the exponent grows by its words.
LENIENCE = 0.66
STRICTNESS_PER_WORD = 0.0125
STRICTEST_LENGTH = 16

# Credit for the share found of the sentence that says an authored point; a hit at nearly half.
SAY_CURVE = ((0.2, 0.3), (0.45, 0.7), (0.7, 0.9), (1.0, 1.0))

# An accepted phrase is short and chosen: one of its two words is not it, two of three are.
PHRASE_CURVE = ((0.5, 0.5), (0.62, 0.7), (0.8, 0.9), (1.0, 1.0))

# Words of an answer within which an accepted phrase must stand: room for a verb and articles.
WINDOW_BASE = 4
WINDOW_PER_TERM = 3
# The words of a point's own sentence may be spread over two sentences of the answer.
SAY_REACH = 40
# Over so many words a synonym is found soon; in a short phrase it counts as it is.
SAY_SYNONYM_FACTOR = 0.7

# Below the hit threshold a point adds at most this, so that two near misses are not a hit.
MISS_CREDIT = 0.25
# Echoing the prompt shows nothing.
PROMPT_ONLY_CREDIT = 0.1
# A denied word of the model answer counts less in the whole-answer score: scopes are guessed.
DENIED_FACTOR = 0.7
# A model answer with fewer new words than this is made of the prompt's: so may a right answer be.
NEW_WORDS_SHARE = 0.25
# Denied evidence of an authored point: shown, all but not counted.
DENIED_CREDIT = 0.2
# Near the threshold a person decides better.
UNSURE_BAND = 0.08
# Weaker evidence than this is coincidence and is not shown.
SHOWN_CREDIT = 0.3
# "Name two of these" is not met by words from the sentence that introduces them.
SAY_WITH_NEED_CAP = 0.6

# With the wrong decision the reasons cannot carry the answer to a pass.
WRONG_VERDICT_CAP = 0.45

# Nor can right points beside a mistake.
MISTAKE_CAP = 0.45

# Terms that must stand together are short and certain; synonyms from strength .75.
TOGETHER_SLACK = 2
TOGETHER_FLOOR = 0.75
# A mistake is held against a person: its words in order, close together, and certain.
MISTAKE_SLACK = 4
MISTAKE_FLOOR = 0.8

# A keyword list: this many content words, hardly any grammar, in pieces of a few words or in one
# long unbroken row.
KEYWORD_LIST_WORDS = 4
KEYWORD_GRAMMAR_SHARE = 0.16
KEYWORD_PIECE_WORDS = 3
KEYWORD_ROW_WORDS = 8
# It names ideas and doesn't say how they hang together: with authored points never above what was
# said in sentences. (A model answer may itself be a list.)
KEYWORD_FACTOR = 0.75

# Words a gap may hold beyond the expected ones (an article, "an"): more is another answer.
CLOZE_EXTRA_WORDS = 3
