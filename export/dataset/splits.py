"""Assign articles to train, validation and test for good: near-duplicates stay together."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from signalbook.schema.documents.records import Article

Split: TypeAlias = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

_TRAIN, _VALIDATION = 0.8, 0.9
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Assignment:
    """One line of the ledger: where an article is, and since when."""

    article_id: str
    cluster_id: str
    split: Split
    since_version: str


@dataclass(frozen=True)
class Leak:
    """Articles of one cluster in several splits, because the ledger had them there."""

    cluster_id: str
    articles: Mapping[str, Split]


def assign_splits(
    articles: Iterable[Article],
    ledger: Mapping[str, Assignment],
    *,
    version: str,
    salt: str,
) -> tuple[dict[str, Assignment], list[Leak]]:
    """The assignment of every article, and the leaks that remain.

    What the ledger has stays. A new article joins the cluster and the split of its twins in the
    ledger; if these are in several splits it goes to train.
    """
    groups: dict[str, list[str]] = {}
    for id, name in sorted(cluster_by_text(articles).items()):
        groups.setdefault(name, []).append(id)
    assigned: dict[str, Assignment] = {}
    for name, ids in groups.items():
        cluster_id, split = _join(name, [ledger[id] for id in ids if id in ledger], salt)
        for id in ids:
            assigned[id] = ledger.get(id) or Assignment(id, cluster_id, split, version)
    return assigned, list(_leaks(groups, assigned))


def split_of(cluster_id: str, salt: str) -> Split:
    """The split that a cluster falls into by its name alone: 80, 10 and 10 per cent."""
    digest = hashlib.sha256(f"{salt}:{cluster_id}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    return "train" if share < _TRAIN else "validation" if share < _VALIDATION else "test"


def cluster_by_text(articles: Iterable[Article]) -> dict[str, str]:
    """Article id -> cluster; texts that differ in case, space and punctuation only are together.

    An article without its text is identified by the hash alone, and so is with its exact copies.
    """
    by_hash: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for article in articles:
        hashes[article.id] = article.text_sha256
        if article.text is not None:
            by_hash[article.text_sha256] = _name(_words_of(article.text))
    return {id: by_hash.get(hash_, _name(hash_)) for id, hash_ in hashes.items()}


def _words_of(text: str) -> str:
    """The words of a text, in lower case, with one space between."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


def _name(content: str) -> str:
    return "c" + hashlib.sha256(content.encode()).hexdigest()[:16]


def _join(name: str, twins: list[Assignment], salt: str) -> tuple[str, Split]:
    """Cluster and split of the new articles of a cluster, given those in the ledger."""
    splits = {assignment.split for assignment in twins}
    if not twins:
        return name, split_of(name, salt)
    first = min(twins, key=lambda a: (a.cluster_id, a.article_id))
    return first.cluster_id, first.split if len(splits) == 1 else "train"


def _leaks(groups: Mapping[str, list[str]], assigned: Mapping[str, Assignment]) -> Iterable[Leak]:
    for name, ids in groups.items():
        splits: dict[str, Split] = {id: assigned[id].split for id in ids}
        if len(set(splits.values())) > 1:
            yield Leak(name, splits)
