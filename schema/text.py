"""Shorten, count and make safe what people read on a terminal or in a file."""

import re
from collections.abc import Mapping, Sequence

#: Characters that steer a terminal or turn the direction of a line, and lone surrogates, which no
#: terminal takes (bytes of a file name that are not UTF-8); tab and line feed do no harm.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Text that steers no terminal: characters that would are shown escaped; lines stay."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """Printable text on one line: its line breaks are shown escaped, too."""
    return printable(text).replace("\n", "\\n")


def first_of(items: Sequence[str], most: int, *, way_out: str = "") -> list[str]:
    """The first items; if there are more, a last one counts the rest: "and 7 more".

    Args:
        items: Lines or words to choose from.
        most: How many to show.
        way_out: Where the rest can be seen, such as "; see them with --json".
    """
    rest = len(items) - most
    return [*items] if rest <= 0 else [*items[:most], f"and {rest} more{way_out}"]


def listed(items: Sequence[str], most: int) -> str:
    """The first items in one line: "a, b, c and 7 more"."""
    rest = len(items) - most
    words = ", ".join(map(one_line, items[:most]))
    return words if rest <= 0 else f"{words} and {rest} more"


def excerpt(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis; never longer than `most`."""
    return text if len(text) <= most else text[: most - 1] + "…"


def excerpt_in_words(text: str, most: int) -> str:
    """The text, or its first words and an ellipsis; never longer than `most`."""
    cut = excerpt(text, most)
    words, space, _ = cut.rpartition(" ")
    return f"{words} …" if space and cut != text else cut


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number and what it counts: "1 article", "2 articles"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def yes_or_no(value: bool) -> str:
    """What people read for true and false, as on the labelling page."""
    return "yes" if value else "no"


def them(count: int) -> str:
    """What stands for so many things that were just named: "it" or "them"."""
    return "it" if count == 1 else "them"


def all_counted(counts: Mapping[str, int]) -> str:
    """Numbers of several things in one line: "1 span type, 2 parties".

    Args:
        counts: Plural of what is counted, with _ between its words -> how many there are.
    """
    named = [(count, plural.replace("_", " ")) for plural, count in counts.items()]
    return ", ".join(counted(count, _singular(plural), plural) for count, plural in named)


def _singular(plural: str) -> str:
    return f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")
