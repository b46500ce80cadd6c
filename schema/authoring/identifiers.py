"""Make names that a scheme can hold of the words that people see."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

#: What documents, pages and tables call other things, or Label Studio reads as something else.
_TAKEN = frozenset(
    {"article", "party", "dyad", "relation", "document", "defaulted", "true", "false", "none"}
)
_MAX_LENGTH = 40
_HASH_DIGITS = 6


def identifier(words: str) -> str:
    """A name for these words: lower case, with one underscore between its parts.

    Latin letters lose their accents; other letters stay. Words without letters and digits, such as
    an emoji, are named by their hash.
    """
    folded = unicodedata.normalize("NFKC", words).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not _is_accent(c))
    name = re.sub(r"[\W_]+", "_", plain if plain.isascii() else folded).strip("_")
    name = name[:_MAX_LENGTH].rstrip("_") or f"sign_{_digest(words)}"
    return f"{name}_item" if name in _TAKEN else name


def exact_identifier(words: str) -> str:
    """A name for these words alone, where other words would get the same plain name."""
    return f"{identifier(words)}_{_digest(words)}"


def identifiers(words: Sequence[str]) -> dict[str, str]:
    """Words -> a name that no other of them has, whatever the order they come in."""
    distinct = list(dict.fromkeys(words))
    plain = Counter(map(identifier, distinct))
    return {
        w: identifier(w) if plain[identifier(w)] == 1 else exact_identifier(w) for w in distinct
    }


def spoken(name: str) -> str:
    """The words of a name, as a title."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8")).hexdigest()[:_HASH_DIGITS]
