"""Write the style sheet of the labelling page.

stylesheet.css holds what every page has, parties.css and dyads.css what a scheme with such has
besides. How many parties without a name are shown depends on the scheme, so those rules are made
here: the first few, those in use, and as many free ones.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from signalbook.schema.scheme.model import PartyType, Scheme

from .control_names import mention_types


def stylesheet(scheme: Scheme) -> str:
    """The whole style sheet, without `>`, `<` and `&`, which Label Studio would escape."""
    rules = [_fixed("stylesheet")]
    if scheme.party is not None:
        rules += [_fixed("parties"), *_party_rules(scheme, scheme.party)]
    if scheme.dyad is not None:
        rules.append(_fixed("dyads"))
    return "\n".join(rules) + "\n"


@cache
def _fixed(name: str) -> str:
    return Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")


def _party_rules(scheme: Scheme, party: PartyType) -> Iterator[str]:
    """A party is hidden until so many before it have names or are marked in the text.

    What is looked for stands in the column of the text alone: looking for it on the whole page
    takes seconds.
    """
    shown, mentions = party.slots.shown, mention_types(scheme)
    if not mentions:
        return
    others = len(scheme.span_types) - len(mentions)
    for number in range(shown + 1, party.slots.offered + 1):
        before = number - shown
        marked = ", ".join(f"[data-label$=':{party.id(n)}']" for n in (before, number))
        column = f".text-column:not(:has(.named-{before - 1}, {marked}))"
        bars = range(others, others + len(mentions) * party.slots.offered, party.slots.offered)
        here = [f".bar .lsf-label:nth-child({start + number})" for start in bars]
        # The chips of a row begin with the parties in order; looking for the name is slow.
        here += [f"~ .side .slots .lsf-choice:nth-child({number})"]
        yield ", ".join(f"{column} {place}" for place in here) + "{display:none}"
