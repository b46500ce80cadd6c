"""Articles become clusters of (nearly) the same text, each with a name made from the text."""

import hashlib
import re
from collections.abc import Iterable

from signalbook.schema.documents.records import Article

_NO_WORD = re.compile(r"[\W_]+")


def cluster_by_text(articles: Iterable[Article]) -> dict[str, str]:
    """Article id -> cluster; texts that differ in case, space and punctuation only are together.

    An article without its text is known by the hash alone, and so is with its exact copies.
    """
    by_hash: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for article in articles:
        found.append((article.id, article.text_sha256))
        if article.text is not None:
            by_hash[article.text_sha256] = _name(words_of(article.text))
    return {id: by_hash.get(hash_, _name(hash_)) for id, hash_ in found}


def words_of(text: str) -> str:
    """The words of a text, in lower case, with one space between."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


def _name(content: str) -> str:
    return "c" + hashlib.sha256(content.encode()).hexdigest()[:16]
