"""Write the style sheet of the labelling page.

stylesheet.css holds what every page has, parties.css and dyads.css what a scheme with such has
besides. Which of them are shown depends on the scheme, so those rules are made here: the first few,
those in use, and the next free one.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from signalbook.schema.scheme.model import Scheme

from .control_names import labels


def stylesheet(scheme: Scheme) -> str:
    """The whole style sheet, without `>`, `<` and `&`, which Label Studio would escape."""
    rules = [_fixed("stylesheet"), *_party_rules(scheme), *_dyad_rules(scheme)]
    return "\n".join(rules) + "\n"


@cache
def _fixed(name: str) -> str:
    return Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")


def _party_rules(scheme: Scheme) -> Iterator[str]:
    if scheme.party is None:
        return
    yield _fixed("parties")
    ids = scheme.party.ids
    places = [number for _, _, number in labels(scheme)]
    for number, party_id in enumerate(ids, 1):
        chosen = f".page:has(.at-{number}:not([style*='none']))"
        yield f"{chosen} .party-{number}{{display:block}}"
        if number <= scheme.party.slots.shown:
            yield f".page:has(.at-nothing:not([style*='none'])) .party-{number}{{display:block}}"
            continue
        bar = [f".bar .lsf-label:nth-child({at})" for at, n in enumerate(places, 1) if n == number]
        # The chips of a row begin with the parties in order; looking for the name is slow.
        here = [*bar, f".slots .lsf-choice:nth-child({number})"]
        in_use = f"{_use(ids[number - 2], number=number - 1)}, {_use(party_id, number=number)}"
        yield f"{', '.join(here)}{{display:none}}"
        yield ", ".join(f".page:has({in_use}) {place}" for place in here) + "{display:flex}"
        nothing = ".page:has(.at-nothing:not([style*='none']))"
        yield f"{nothing}:has({in_use}) .party-{number}{{display:block}}"


def _use(party_id: str, *, number: int) -> str:
    """What is on the page when a party is used: a mention, a chosen chip, or an attribute."""
    return (
        f"[data-label$=':{party_id}'], input[name='{party_id}']:checked, "
        f".party-{number} input:checked, .party-{number} .lsf-textarea__region"
    )


def _dyad_rules(scheme: Scheme) -> Iterator[str]:
    if scheme.dyad is None:
        return
    yield _fixed("dyads")
    for number in range(scheme.dyad.slots.shown + 1, scheme.dyad.slots.offered + 1):
        used = ", ".join(
            f".dyad-{n} input:checked, .dyad-{n} .lsf-textarea__region"
            for n in (number - 1, number)
        )
        yield f".dyad-{number}{{display:none}}"
        yield f".page:has({used}) .dyad-{number}{{display:block}}"
