"""Closed lists of English words: what carries no meaning here, what negates, what bends oddly."""

from __future__ import annotations

import re


def listed(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


ARTICLES = frozenset({"a", "an", "the"})

# Words that carry grammar, not content. Negations and quantities (more, less, all, only, same)
# are left out on purpose: dropping them turns a statement into its opposite.
STOP = ARTICLES | listed(
    """
    i me my mine myself we us our ours ourselves you your yours yourself he him his she her hers
    it its itself they them their theirs themselves this that these those there here
    am is are was were be been being do does did done doing have has had having
    will would shall should can could may might must ought
    and or but if because as until while of at by for with about against between into through
    during to from in on off over under again then once so than too very just
    also such what which who whom whose when where why how both each few other some any
    s t d ll m re ve o y
    since therefore thus hence though although however whereas yet unless
    within onto upon toward towards via per etc eg ie e.g i.e
    let lets please well really quite rather actually basically simply
    up down out otherwise
    """
)

# What may stand behind a verb's object: "look it up", "make a reference up".
PARTICLES = listed("up down out off away back apart aside")

# Words that say little by themselves: they help a match along but cannot carry it.
LIGHT_VERBS = listed(
    """
    use get make go take give put keep need want mean know think say tell see look become happen
    come call help allow
    """
)
LIGHT = LIGHT_VERBS | listed(
    """
    thing way lot kind sort type case part able like much many one something anything everything
    someone every only even still now possible certain task job approach
    good main general various different example instance particular new work
    """
)

# Each of these makes the words after it, within its clause, be denied.
NEGATORS = listed(
    """
    not no never without neither nor none nothing cannot hardly barely instead rather unlike
    avoid avoids avoiding avoided skip skipping lack lacks lacking
    """
)

# Contractions as people type them without the apostrophe.
BARE_CONTRACTIONS = {
    "dont": ("do", "not"),
    "doesnt": ("do", "not"),
    "didnt": ("do", "not"),
    "isnt": ("is", "not"),
    "arent": ("is", "not"),
    "wasnt": ("is", "not"),
    "werent": ("is", "not"),
    "cant": ("can", "not"),
    "cannot": ("can", "not"),
    "wont": ("will", "not"),
    "wouldnt": ("would", "not"),
    "shouldnt": ("should", "not"),
    "couldnt": ("could", "not"),
    "hasnt": ("has", "not"),
    "havent": ("has", "not"),
    "neednt": ("need", "not"),
}

NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty""".split()  # noqa: SIM905
    )
    # "one" is a pronoun more often than a number
    if word != "one"
} | {"thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "thousand": "1000"}

# What may be written onto a number: "6k", "40M", "80ms".
SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"}
UNITS = listed("ms ns us kb mb gb tb kg km cm mm hz khz mhz ghz")

# Adjectives with -er and -est, which the stemmer leaves as they are.
GRADED = listed(
    """
    big bright broad bumpy busy calm cheap clean clear close cloudy cold cool costly damp dark
    dense dim dirty dry dull dusty early easy faint fair fast fat few fine firm flat fresh full
    great happy hard harsh healthy heavy hot large late light loose loud low mild muddy narrow
    near neat new nice noisy old pale plain poor pure quick quiet rainy rare rich ripe risky
    rough round rusty safe shallow sharp shiny short simple skinny slim slow small smart smooth
    soft steep sticky stiff strange sunny sweet tall thick thin tidy tight tiny tough tricky
    warm weak wet wild windy young
    """
)


def compared(adjective: str) -> tuple[str, str]:
    """Return the comparative and the superlative of an adjective that forms them by rule."""
    stem = adjective.removesuffix("e")
    if adjective[-1] == "y":
        stem = adjective[:-1] + "i"
    elif re.search("[^aeiou][aeiou][^aeiouwxy]$", adjective):
        stem = adjective + adjective[-1]
    return stem + "er", stem + "est"


# Forms that the stemmer leaves apart from their base form.
IRREGULAR = {form: base for base in GRADED for form in compared(base)} | {
    form: base
    for base, forms in {
        "be": "is are was were been am",
        "do": "does did done",
        "have": "has had",
        "go": "goes went gone",
        "beat": "beaten",
        "become": "became",
        "begin": "began begun",
        "bend": "bent",
        "bite": "bitten",
        "blow": "blew blown",
        "break": "broke broken",
        "breed": "bred",
        "bring": "brought",
        "build": "built",
        "burn": "burnt",
        "buy": "bought",
        "catch": "caught",
        "choose": "chose chosen choice",
        "cite": "citation citations",
        "cling": "clung",
        "come": "came",
        "deal": "dealt",
        "dig": "dug",
        "draw": "drew drawn",
        "drink": "drank drunk",
        "drive": "drove driven",
        "eat": "ate eaten",
        "fall": "fell fallen",
        "feed": "fed",
        "feel": "felt",
        "fight": "fought",
        "find": "found",
        "fly": "flew flown",
        "forget": "forgot forgotten",
        "freeze": "froze frozen",
        "get": "got gotten",
        "give": "gave given",
        "grow": "grew grown growth",
        "hang": "hung",
        "hear": "heard",
        "hide": "hid hidden",
        "hold": "held",
        "keep": "kept",
        "know": "knew known knowledge",
        "lay": "laid",
        "lead": "led",
        "learn": "learnt",
        "leave": "left leaves",
        "lend": "lent",
        "light": "lit",
        "lose": "lost loss losses",
        "make": "made",
        "mean": "meant",
        "meet": "met",
        "melt": "molten",
        "overrun": "overran",
        "overwrite": "overwrote overwritten",
        "pay": "paid",
        "prove": "proven proof",
        "rebuild": "rebuilt",
        "rewrite": "rewrote rewritten",
        "ride": "rode ridden",
        "ring": "rang rung",
        "rise": "rose risen",
        "run": "ran",
        "say": "said",
        "see": "saw seen",
        "seek": "sought",
        "sell": "sold",
        "send": "sent",
        "shake": "shook shaken",
        "shine": "shone",
        "shoot": "shot",
        "show": "shown",
        "shrink": "shrank shrunk",
        "sing": "sang sung",
        "sink": "sank sunk",
        "sleep": "slept",
        "slide": "slid",
        "speak": "spoke spoken",
        "spend": "spent",
        "spill": "spilt",
        "spin": "spun",
        "spring": "sprang sprung",
        "stand": "stood",
        "steal": "stole stolen",
        "stick": "stuck",
        "strike": "struck",
        "sweep": "swept",
        "swell": "swollen",
        "swim": "swam swum",
        "swing": "swung",
        "take": "took taken",
        "teach": "taught",
        "tear": "tore torn",
        "tell": "told",
        "think": "thought",
        "throw": "threw thrown",
        "understand": "understood",
        "wear": "wore worn",
        "weigh": "weight",
        "win": "won",
        "write": "wrote written",
        "good": "better best",
        "bad": "worse worst",
        "far": "further farther furthest farthest",
        "child": "children",
        "person": "people",
        "man": "men",
        "foot": "feet",
        "tooth": "teeth",
        "mouse": "mice",
        "knife": "knives",
        "shelf": "shelves",
        "index": "indices indexes",
        "vertex": "vertices",
        "matrix": "matrices",
        "axis": "axes",
        "datum": "data",
        "medium": "media",
        "bacterium": "bacteria",
        "nucleus": "nuclei",
        "phenomenon": "phenomena",
        "criterion": "criteria",
        "analyse": "analyze analyzes analysis analyses analyzed analyzing",
        "hypothesis": "hypotheses",
        "schema": "schemata",
        "life": "lives",
        "half": "halves halve halved",
        "leaf": "leafs",
        "length": "long longer longest lengthen",
        "height": "high higher highest",
        "width": "wide wider widest",
        "depth": "deep deeper deepest",
        "strength": "strong stronger strongest strengthen",
        "slow": "slowly",
        "simple": "simply",
        "safe": "safety",
        "new": "newly",
        "occur": "occurrence occurrences",
        "rag": "rags",
        "centre": "center centers centered centres centred",
        "neighbour": "neighbor neighbors neighboring",
        "behaviour": "behavior behaviors behavioral",
        "colour": "color colors colored coloring",
        "favour": "favor favors favored favorite",
        "vapour": "vapor vapors",
        "similar": "similarity similarities similarly",
        "catalogue": "catalog",
        "program": "programme programmes",
        "licence": "license",
        "simultaneous": "simultaneously",
    }.items()
    for form in forms.split()
}

# Words in -ise that are not spelled -ize across the Atlantic.
TRUE_ISE = listed(
    """
    precise concise promise advise supervise unsupervise revise devise exercise compromise otherwise
    likewise expertise enterprise surprise comprise franchise merchandise improvise televise
    paradise disguise appraise cruise bruise praise raise arise chastise
    """
)

# Names without a vowel whose s is no plural.
CONSONANT_NAMES = frozenset({"https", "dbms", "rdbms", "mdns"})

# Conjunctions that begin a new clause even without a comma.
CLAUSE_WORDS = listed(
    """
    but because since so while whereas though although however therefore hence thus yet unless
    if when otherwise
    """
)
