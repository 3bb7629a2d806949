"""What broke the YAML, in plain words: where, and the likely mend.

libyaml says what it expected next; a person wants to know what to change. Each explanation looks
at the parser's words, its marks, and the line as it is written.
"""

from __future__ import annotations

import re
from typing import Any, Final

from yaml import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from trainer.decks.nodes import Failure, Fault
from trainer.text import clean, clip

QUOTE: Final = "put the text in quotes"

# A line's indentation with its dashes, an optional key, and the value. In braces or brackets
# the last piece that starts before the fault is what counts.
_LINE = re.compile(r"\s*(?:-\s+)*(?:[\"']?[\w-]+[\"']?:(?:\s+|$))?")
_LONE_KEY = re.compile(r"\s*(?:-\s+)*[\w-]+\s*$")

_ESCAPES = {
    "found unknown escape character": "unknown",
    "did not find expected hexdecimal number": "number",
    "found invalid Unicode character escape code": "character",
}


def explain(failure: Failure, text: str, first_line: int = 1) -> Fault:
    """Return what is wrong in `text`, which starts at `first_line` of the file."""
    case = _Case(failure, text)
    message, mend, line, column = case.explain()
    # The end of the text may count as the start of a line that isn't there.
    return Fault(min(line, len(case.lines) - 1) + first_line, column + 1, message, mend)


class _Case:
    """One failure with the text around it; lines and columns are 0-based here."""

    def __init__(self, failure: Failure, text: str) -> None:
        error: Any = failure.error
        self.last: Any = failure.last
        self.problem: str = getattr(error, "problem", None) or ""
        self.context: str = getattr(error, "context", None) or ""
        mark = getattr(error, "problem_mark", None)
        opened = getattr(error, "context_mark", None)
        self.line: int = mark.line if mark else 0
        self.column: int = mark.column if mark else 0
        self.opened = (opened.line, opened.column) if opened else (self.line, self.column)
        self.lines = re.split(r"\r\n|\r|\n", text)

    def explain(self) -> tuple[str, str, int, int]:
        """Return the message, the mend, and the place."""
        problem, context, here = self.problem, self.context, (self.line, self.column)
        if problem == "mapping values are not allowed in this context":
            return self._stray_colon()
        if problem == "found character that cannot start any token":
            return self._bad_start()
        if "tab character" in problem or "tab character" in context:
            return self._tab()
        if problem in ("found unexpected end of stream", "found unexpected document indicator"):
            return ("the quote opened here is never closed", "close it", *self.opened)
        if problem in _ESCAPES:
            return self._escape()
        if problem == "could not find expected ':'":
            line, column = self.opened
            if re.match(r"[\w-]+:\S", self._text_of(line)[column:]):
                return self._tight_colon(line)
            return (
                f"`{self._shown(*self.opened)}` is neither a key nor part of the text above it",
                "indent it to continue that text, or write it as `key: value`",
                *self.opened,
            )
        if "block scalar" in context:
            return (
                "a text marked with > or | starts on the next line",
                f"move it there, or {QUOTE} if it starts with this mark",
                *self.opened,
            )
        if problem.startswith("block sequence entries"):
            return (
                "a list can't start on the line of its key",
                f"write each item on a line of its own, or {QUOTE} if it starts with a dash",
                *here,
            )
        if problem.startswith("mapping keys"):
            return ("a text can't start with a question mark and a space", QUOTE, *here)
        if any(word in context for word in ("anchor", "alias", "tag", "a node")):
            return self._starts_with_mark(*self.opened)
        if "directive" in context or "directive" in problem:
            return self._starts_with_mark(*self.opened)
        if problem == "did not find expected <document start>":
            return (
                "this line stands further left than the first one",
                "start all the deck's keys in the first column",
                *here,
            )
        if problem == "did not find expected node content":
            if type(self.last) in (SequenceStartEvent, MappingStartEvent):
                mark = self.last.start_mark
                if not self._text_of(self.line)[self.column :].strip():
                    self.opened = (mark.line, mark.column)
                    return self._unclosed_bracket()
            return self._starts_with_mark(*here)
        return self._unexpected()

    def _stray_colon(self) -> tuple[str, str, int, int]:
        line = self._text_of(self.line)
        if _LONE_KEY.match(line[: self.column]):
            key = line[: self.column].strip().lstrip("- ")
            start = self.column - len(line[: self.column].lstrip(" -"))
            above = self._text_of(self.line - 1).strip() if self.line else ""
            if self.line and re.match(r"(?:-\s+)*[\w-]+:\S", above):
                return self._tight_colon(self.line - 1)
            if self.line and above and not re.match(r"(?:-\s+)*[\w-]+:", above):
                return (
                    f"the line above `{clip(clean(key), 40)}:` is not a key and its value",
                    "write it as `key: value`, or indent it to continue the text before it",
                    self.line - 1,
                    len(self._text_of(self.line - 1)) - len(self._text_of(self.line - 1).lstrip()),
                )
            return (
                f"the key `{clip(clean(key), 40)}` is indented further than the keys before it",
                "start it in the same column as they do",
                self.line,
                start,
            )
        return (
            "a colon followed by a space breaks an unquoted text",
            QUOTE,
            self.line,
            self.column,
        )

    def _tight_colon(self, line: int) -> tuple[str, str, int, int]:
        column = self._text_of(line).index(":")
        return ("a key's colon needs a space after it", "put a space there", line, column)

    def _bad_start(self) -> tuple[str, str, int, int]:
        if self._text_of(self.line)[self.column : self.column + 1] == "\t":
            return self._tab()
        return self._starts_with_mark(self.line, self.column)

    def _tab(self) -> tuple[str, str, int, int]:
        return ("a tab is used to indent", "use spaces", self.line, self.column)

    def _escape(self) -> tuple[str, str, int, int]:
        line, column = self.line, self.column
        if _ESCAPES[self.problem] != "unknown":
            column = max(0, self._text_of(line).rfind("\\", 0, column))
        return (
            f"`{self._shown(line, column, 2)}` isn't an escape that double quotes know",
            r"write the backslash twice (\\), or use single quotes",
            line,
            column,
        )

    def _unexpected(self) -> tuple[str, str, int, int]:
        """Something stands where a key, an item or a closing bracket should."""
        last: Any = self.last
        kind = type(last)
        quoted = kind is ScalarEvent and last.style in ('"', "'")
        if quoted and last.end_mark.line == self.line and self._only_space_since(last):
            if last.start_mark.line != self.line:
                return (
                    "the quote opened here isn't closed before the next one",
                    "close it at the end of its text",
                    last.start_mark.line,
                    last.start_mark.column,
                )
            mend = "put the whole text in single quotes"
            if last.style == "'":
                mend = "put the whole text in double quotes, or write an apostrophe in it twice"
            return (
                "there is more text after a closing quote",
                mend,
                last.start_mark.line,
                last.start_mark.column,
            )
        if "flow" in self.context:
            return self._unclosed_bracket()
        if kind is AliasEvent and last.end_mark.line == self.line:
            return self._starts_with_mark(self.line, last.start_mark.column)
        line = self._text_of(self.line)
        matched = _LINE.match(line)
        start = matched.end() if matched else 0
        if start < self.column and line[start : start + 1] in ("[", "{"):
            return self._starts_with_mark(self.line, start)
        if line[self.column : self.column + 1] == "-" and "mapping" in self.context:
            return (
                "a list item stands where a key should",
                "indent it under the key of its list",
                self.line,
                self.column,
            )
        if "collection" in self.context:
            return (
                "this line doesn't fit the list above it",
                "start it in the column of the list's dashes, with a dash of its own, "
                "or indent it under its item",
                self.line,
                self.column,
            )
        return (
            "this line doesn't fit the keys above it",
            "start it in the column of the keys it belongs to",
            self.line,
            self.column,
        )

    def _unclosed_bracket(self) -> tuple[str, str, int, int]:
        line, column = self.opened
        if line != self.line or not self._text_of(self.line)[self.column :].strip():
            opener = self._shown(line, column, 1)
            return (
                f"the `{opener}` opened here isn't closed",
                f"close it with `{'}' if opener == '{' else ']'}`, or {QUOTE} if it starts with it",
                line,
                column,
            )
        return (
            f"`{self._shown(self.line, self.column)}` can't stand here between brackets or braces",
            "put each text between them in quotes, and a comma between two",
            self.line,
            self.column,
        )

    def _starts_with_mark(self, line: int, column: int) -> tuple[str, str, int, int]:
        text = self._text_of(line)[column:]
        mark = "{{" if text.startswith("{{") else clean(text[:1])
        if not mark:
            return ("the text ends where more is expected", "write what is missing", line, column)
        shown = "a backtick" if mark == "`" else f"`{mark}`"
        return (f"an unquoted text can't start with {shown}", QUOTE, line, column)

    def _only_space_since(self, last: Any) -> bool:
        between = self._text_of(self.line)[last.end_mark.column : self.column]
        return not between.strip()

    def _text_of(self, line: int) -> str:
        return self.lines[line] if 0 <= line < len(self.lines) else ""

    def _shown(self, line: int, column: int, width: int = 40) -> str:
        return (
            clip(clean(self._text_of(line)[column:]), width)
            if width > 2
            else clean(self._text_of(line)[column : column + width])
        )
