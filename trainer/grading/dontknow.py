"""Answers that say nothing: empty, or one of the ways to say "I don't know"."""

from __future__ import annotations

import re

from trainer.grading.tokens import Words

_LEAD = (
    r"(?:(?:um+|uh+|erm?|hmm*|well|sorry|honestly|frankly|ok|okay|oh|no|to be honest|tbh"
    r"|i am afraid|i afraid|i think|i guess|really|actually|sadly|unfortunately|my bad"
    r"|apologies) )*"
)
_TAIL = (
    r"(?: (?:sorry|yet|at all|about (?:this|that|it)|here|really|to be honest|tbh|honestly"
    r"|right now|any ?more|off the top of my head|on this|on this one|what this is|what it is"
    r"|what that is|how|why|which|anything))*"
)
_OBJECT = r"(?: (?:this|that|it|this one|that one|the answer|the answer to this|anything|much))?"
_CORE = (
    r"(?:i )?(?:really |honestly |just |still |would |do |can )*not (?:really |actually |even )?"
    rf"(?:know|remember|recall|sure|certain){_OBJECT}"
    r"|(?:i )?(?:am |is )?(?:not|un) ?(?:sure|certain)|unsure"
    r"|(?:i )?(?:have )?(?:absolutely |really )?(?:no|not a|not have a|not have an|do not have a"
    r"|do not have an|do not have any) (?:idea|clue|answer)|not have a clue"
    r"|(?:i )?(?:have )?(?:completely )?(?:forget|forgot|forgotten)(?: (?:it|this|that))?"
    r"|idk|dk|dunno|i dunno|no comment|pass|skip|n a|na"
    r"|(?:i )?(?:would )?(?:have|need) to (?:look|check) (?:this|that|it)(?: up)?"
    r"|(?:i )?give up|beats me|search me|nothing comes to mind|i draw a blank|blank|not known"
)
_NOTHING = re.compile(rf"{_LEAD}(?:{_CORE}){_TAIL}(?: (?:{_CORE}){_TAIL})*")


def says_nothing(read: Words, accepted: frozenset[str]) -> bool:
    """Say whether an answer says nothing; never so if the card accepts just these words."""
    if not read.texts:
        return True
    if len(read.texts) > 24:
        return False
    said = " ".join(read.texts)
    return said not in accepted and _NOTHING.fullmatch(said) is not None
