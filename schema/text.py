"""Shorten and count what people read: the first of many things, the first words of a long text."""

from collections.abc import Mapping, Sequence


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
    words = ", ".join(items[:most])
    return words if rest <= 0 else f"{words} and {rest} more"


def excerpt(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis; never longer than `most`."""
    return text if len(text) <= most else text[: most - 1] + "…"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number and what it counts: "1 article", "2 articles"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def all_counted(counts: Mapping[str, int]) -> str:
    """Numbers of several things in one line: "1 span type, 2 parties".

    Args:
        counts: Plural of what is counted, with _ between its words -> how many there are.
    """
    named = [(count, plural.replace("_", " ")) for plural, count in counts.items()]
    return ", ".join(counted(count, _singular(plural), plural) for count, plural in named)


def _singular(plural: str) -> str:
    return f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")
