"""Make names that a scheme can hold of the words that people see."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

from signalbook.schema.scheme.fields import DEFAULTED
from signalbook.schema.scheme.names import CAST_BY_LABEL_STUDIO, is_unit

#: What a name is for.
Purpose: TypeAlias = Literal["span type", "field", "value", "relation"]
_MAX_LENGTH = 40
_HASH_DIGITS = 6


def identifier(words: str, purpose: Purpose) -> str:
    """A name for these words: lower case, with one underscore between its parts.

    Latin letters lose their accents; other letters stay. Words without letters and digits, such as
    an emoji, are named by their hash.
    """
    folded = unicodedata.normalize("NFKC", words).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not _is_accent(c))
    name = re.sub(r"[\W_]+", "_", plain if plain.isascii() else folded).strip("_")
    name = name[:_MAX_LENGTH].rstrip("_") or f"sign_{_digest(words)}"
    return f"{name}_{purpose.replace(' ', '_')}" if _is_taken(name, purpose) else name


def _is_taken(name: str, purpose: Purpose) -> bool:
    """Whether a name means something else to documents, reports or Label Studio."""
    of_unit = purpose == "span type" and is_unit(name)
    return of_unit or name in CAST_BY_LABEL_STUDIO or (purpose, name) == ("field", DEFAULTED)


def exact_identifier(words: str, purpose: Purpose) -> str:
    """A name for these words alone, where other words would get the same plain name."""
    return f"{identifier(words, purpose)}_{_digest(words)}"


def identifiers(words: Sequence[str], purpose: Purpose) -> dict[str, str]:
    """Words -> a name that no other of them has, whatever the order they come in."""
    plain = {word: identifier(word, purpose) for word in words}
    counts = Counter(plain.values())
    return {
        word: name if counts[name] == 1 else exact_identifier(word, purpose)
        for word, name in plain.items()
    }


def spoken(name: str) -> str:
    """The words of a name, as a title."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8")).hexdigest()[:_HASH_DIGITS]
