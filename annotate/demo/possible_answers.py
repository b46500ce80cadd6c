"""Draw answers to what a scheme asks: each is one that the scheme accepts."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, islice, repeat
from math import ceil, floor

from rstr import Rstr

from signalbook.annotate.conversion.code_chips import code_chips
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.codelists import codes
from signalbook.schema.scheme.json_schema import PartValidator
from signalbook.schema.scheme.model import Codelist, Field, Scheme
from signalbook.schema.scheme.nodes import Object, integer, number, text
from signalbook.schema.scheme.references import References, reference_to

_MAX_TRIES = 60
#: Members of a list beyond those that it must have.
_MAX_MORE = 2
_SOME_DAY = date(2031, 1, 1).toordinal()
_WORD = "invented"
#: How far numbers go that have a bound on one side alone, or none.
_RANGE = 100


class PossibleAnswers:
    """Draws answers to the fields of a scheme, about one text."""

    def __init__(self, scheme: Scheme, article: str, rng: random.Random) -> None:
        self._references = References(scheme.json_schema)
        self._judge = PartValidator(scheme.json_schema)
        self._article = article
        self._rng = rng
        self._words = Rstr(rng)
        #: JSON Pointer -> the field, for all to which no answer was found.
        self.unanswered: dict[str, Field] = {}

    def draw(
        self, field: Field, parties: Sequence[str] = (), *, first: Iterable[Value] = ()
    ) -> Value | None:
        """An answer that the field's own keywords accept; None if none was found.

        Args:
            field: What is asked.
            parties: Ids of the parties that are there; no other is named.
            first: What is tried before anything is drawn.
        """
        drawn = (self._drawn(field, parties) for _ in repeat(None))
        for value in islice(chain(first, drawn), _MAX_TRIES):
            if value is not None and self._accepts(field, value):
                return value
        if field.required or not field.is_reference:  # nobody may be there to be named
            self.unanswered[field.pointer] = field
        return None

    def _accepts(self, field: Field, value: Value) -> bool:
        """Whether the scheme accepts a value, and Label Studio leaves it as it is."""
        words = value if isinstance(value, tuple) else (value,)
        if any(isinstance(w, str) and not (w.isprintable() and w == w.strip()) for w in words):
            return False
        part: Object = {"$ref": reference_to(field.pointer)}
        judged = [*value] if isinstance(value, tuple) else value
        return next(self._judge.errors(part, judged), None) is None

    def _drawn(self, field: Field, parties: Sequence[str]) -> Value | None:
        rng = self._rng
        if field.is_boolean:
            return rng.random() < 0.5
        options = self._options(field, parties)
        if field.many:
            return self._several(field, options)
        if isinstance(field.default, str) and rng.random() < 0.7 and not field.is_reference:
            return field.default
        if options:
            return field.typed(rng.choice(options))
        return None if field.is_reference else self._typed(field)

    def _options(self, field: Field, parties: Sequence[str]) -> Sequence[str]:
        """What there is to choose from; nothing where the answer is written."""
        if field.is_reference and parties:
            return parties
        if field.codelist is not None and not field.values:
            return [*_codes(self._article, field.codelist)]
        return field.value_ids

    def _several(self, field: Field, options: Sequence[str]) -> Value | None:
        most = max(field.min_items, min(field.max_items or _MAX_MORE, _MAX_MORE))
        wanted = self._rng.randint(field.min_items, most)
        if not options and not field.is_reference:
            return tuple(dict.fromkeys(str(self._typed(field)) for _ in range(wanted)))
        wanted = min(wanted, len(options))
        return tuple(self._rng.sample(options, wanted))

    def _typed(self, field: Field) -> Value | None:
        """What somebody might write in the text box of a field."""
        keywords = self._keywords(field)
        if field.type in ("integer", "number"):
            return self._number(keywords, whole=field.type == "integer")
        if pattern := text(keywords, "pattern"):
            return self._matching(pattern)
        if "format" in keywords:
            return self._formatted(text(keywords, "format"))
        most = integer(keywords.get("maxLength"))
        least = integer(keywords.get("minLength")) or 0
        word = _WORD if not field.many else f"{_WORD} {self._rng.randint(1, 99)}"
        return (word + "-" + _WORD * ceil(least / len(_WORD)))[: max(least, len(word))][:most]

    def _keywords(self, field: Field) -> Object:
        """The keywords that one answer has to heed, with those of one of its alternatives."""
        node = self._references.at(field.pointer)
        if field.many:
            node = self._references.resolve(node.get("items"))[0]
        branches = [self._references.resolve(b)[0] for b, _ in self._references.branches(node)]
        answers = [branch for branch in branches if branch.get("type") != "null"]
        return {**node, **self._rng.choice(answers)} if answers else node

    def _matching(self, pattern: str) -> str | None:
        try:
            return self._words.xeger(pattern)
        except (re.error, KeyError, ValueError):  # what Python's expressions do not have
            return None

    def _formatted(self, format: str) -> str:
        day = date.fromordinal(_SOME_DAY + self._rng.randrange(365)).isoformat()
        match format:
            case "date" | "edtf":
                return day
            case "date-time":
                return f"{day}T09:30:00Z"
            case "uri" | "iri":
                return f"https://example.org/{day}"
            case _:
                return _WORD

    def _number(self, keywords: Object, *, whole: bool) -> Value:
        low, high = _bounds(keywords)
        step = number(keywords.get("multipleOf"))
        if step is None and not whole:
            drawn = self._rng.uniform(low, high)
            return round(drawn, 2) if low < round(drawn, 2) < high else drawn
        # Decimal, since 3 * 0.1 is no multiple of 0.1 in binary.
        exact = Decimal(str(step or 1))
        first, last = ceil(Decimal(str(low)) / exact), floor(Decimal(str(high)) / exact)
        multiple = exact * self._rng.randint(first, max(first, last))
        return int(multiple) if multiple == int(multiple) else float(multiple)


def _bounds(keywords: Object) -> tuple[float, float]:
    """The least and the greatest number, of which `exclusive` ones are tried in vain."""
    lows = [number(keywords.get(name)) for name in ("minimum", "exclusiveMinimum")]
    highs = [number(keywords.get(name)) for name in ("maximum", "exclusiveMaximum")]
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)
    wide = max(_RANGE, 2 * (number(keywords.get("multipleOf")) or 0))
    if low is None:
        low = min(0.0, high - wide) if high is not None else 0.0
    return low, high if high is not None else low + wide


def _codes(article: str, codelist: Codelist) -> Iterator[str]:
    """The codes that a text names; where it names none, those for invented texts, or all."""
    own = codelist.user_assigned
    named = [str(chip["alias"]) for chip in code_chips(article, codelist)]
    yield from (
        [code for code in named if code not in own]
        or codelist.training
        or sorted(codes(codelist.standard))
    )
