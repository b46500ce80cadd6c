import hashlib

from hypothesis import given
from hypothesis import strategies as st

from signalbook.export.dataset.splits import (
    SPLITS,
    Assignment,
    Split,
    assign_splits,
    cluster_by_text,
    split_of,
)
from signalbook.schema.documents.records import Article


def article(id: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(id=id, text=text, text_sha256=digest, text_length=len(text))


def test_shares_are_near_80_10_10() -> None:
    drawn = [split_of(f"c{number}", "news") for number in range(20_000)]
    shares = [drawn.count(split) / len(drawn) for split in SPLITS]
    assert [round(share, 2) for share in shares] == [0.8, 0.1, 0.1]


def test_texts_that_differ_in_case_and_punctuation_are_together() -> None:
    articles = [article("a", "Arvenia froze the loan."), article("b", "ARVENIA froze — the loan")]
    splits, leaks = assign_splits(articles, {}, version="1.0.0", salt="s")
    assert splits["a"].cluster_id == splits["b"].cluster_id
    assert splits["a"].split == splits["b"].split
    assert leaks == []


def test_a_copy_without_its_text_is_with_the_article() -> None:
    full = article("a", "Belmora waits.")
    clusters = cluster_by_text([full, full.model_copy(update={"id": "b", "text": None})])
    assert clusters["a"] == clusters["b"]


def test_the_ledger_wins() -> None:
    first = article("a", "Arvenia waits.")
    home = split_of(cluster_by_text([first])["a"], "s")
    other: Split = next(split for split in SPLITS if split != home)
    ledger = {"a": Assignment("a", "c1", other, "0.1.0")}
    splits, _ = assign_splits([first, article("b", "Arvenia waits")], ledger, version="1", salt="s")
    assert splits["a"] == ledger["a"]
    assert splits["b"] == Assignment("b", "c1", other, "1")


def test_a_twin_of_articles_in_two_splits_goes_to_train_and_the_leak_is_named() -> None:
    twins = [article(id, "Castria signs.") for id in "abc"]
    ledger: dict[str, Assignment] = {
        "a": Assignment("a", "c1", "test", "0.1.0"),
        "b": Assignment("b", "c2", "validation", "0.1.0"),
    }
    splits, leaks = assign_splits(twins, ledger, version="1.0.0", salt="s")
    assert splits["c"].split == "train"
    assert [dict(leak.articles) for leak in leaks] == [
        {"a": "test", "b": "validation", "c": "train"}
    ]


@given(st.lists(st.text(max_size=6), max_size=12), st.lists(st.text(max_size=6), max_size=12))
def test_nothing_ever_moves(before: list[str], after: list[str]) -> None:
    first = [article(f"a{n}", text) for n, text in enumerate(before)]
    second = [*first, *(article(f"b{n}", text) for n, text in enumerate(after))]
    ledger, _ = assign_splits(first, {}, version="1.0.0", salt="s")
    grown, leaks = assign_splits(second, ledger, version="1.1.0", salt="s")
    assert {id: grown[id] for id in ledger} == ledger
    assert leaks == []


@given(st.permutations([f"text {n % 4}" for n in range(8)]))
def test_the_order_of_articles_does_not_matter(texts: list[str]) -> None:
    articles = [article(text + str(n), text) for n, text in enumerate(sorted(texts))]
    forward = assign_splits(articles, {}, version="1.0.0", salt="s")[0]
    assert assign_splits(articles[::-1], {}, version="1.0.0", salt="s")[0] == forward
