"""Every disagreement has exactly one name, and the right one."""

import importlib.util
import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import cast

import pytest
from places import ROOT

from signalbook.annotate.demo.simulate import Skill, simulate
from signalbook.export.agreement.corpus import Corpus, coreferent_mentions, gather
from signalbook.export.agreement.span_groups import align_spans
from signalbook.export.disagreement.comparison import compare
from signalbook.export.disagreement.differences import KindShare, decompose, kind_shares
from signalbook.export.disagreement.kinds import CONSEQUENCES, Disagreement
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Relation, Span
from signalbook.schema.scheme.model import Scheme

Injections = Callable[
    [AnnotationDocument, Scheme, random.Random], Iterator[tuple[str, AnnotationDocument]]
]


def no_errors(_: AnnotationDocument) -> int:
    return 0


@pytest.fixture(scope="session")
def injections() -> Injections:
    """The errors that the benchmark injects."""
    path = ROOT / "benchmarks" / "decomposition.py"
    spec = importlib.util.spec_from_file_location("injected_errors", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Injections", module.injections)


def references(scheme: Scheme) -> list[AnnotationDocument]:
    samples = scheme.folder / "samples" / "reference.jsonl"
    return read_documents(
        [samples if samples.exists() else scheme.folder / "example.annotation.json"]
    )


def simulated(scheme: Scheme, many: int = 3) -> Corpus:
    rough = Skill(misses_span=0.2, misses_relation=0.3, changes_value=0.2)
    names = [f"simulated-{number}" for number in range(many)]
    documents = [
        simulate(d, scheme, name=name, seed=3, count_errors=no_errors, skill=rough)
        for d in references(scheme)
        for name in names
    ]
    return gather(documents, scheme)


def found_in(corpus: Corpus) -> list[Disagreement]:
    return list(decompose(corpus, align_spans(corpus)).disagreements)


def test_injected_errors_are_named_rightly(scheme: Scheme, injections: Injections) -> None:
    right, total = Counter[str](), Counter[str]()
    chance = random.Random(1)
    for reference in references(scheme)[:4]:
        for kind, injected in injections(reference, scheme, chance):
            named = [d.kind for d in found_in(gather([reference, injected], scheme))]
            total[kind] += 1
            right[kind] += [kind for kind in named if kind not in CONSEQUENCES] == [kind]
    wrong = {kind: f"{right[kind]} of {total[kind]}" for kind in total if right[kind] < total[kind]}
    assert total.total() > 25
    assert right.total() >= 0.95 * total.total(), wrong


def test_equal_annotations_have_no_disagreement(scheme: Scheme) -> None:
    documents = [d.with_annotator(Annotator(id=name)) for d in references(scheme) for name in "abc"]
    assert found_in(gather(documents, scheme)) == []
    assert kind_shares([]) == {}


def test_one_annotator_disagrees_with_nobody(scheme: Scheme) -> None:
    assert found_in(gather(references(scheme), scheme)) == []


def test_what_one_left_blank_is_counted_apart(scheme: Scheme) -> None:
    """The second left one field of every span blank, and gave another value of another field."""
    whole = next(d for d in references(scheme) if any(len(s.attributes) > 1 for s in d.spans))
    span = next(s for s in whole.spans if len(s.attributes) > 1)
    name = next(iter(span.attributes))
    rest = {key: value for key, value in span.attributes.items() if key != name}
    spans = [
        s if s.id != span.id else s.model_copy(update={"attributes": rest}) for s in whole.spans
    ]
    blank = whole.model_copy(update={"spans": tuple(spans)})
    documents = whole.with_annotator(Annotator(id="a")), blank.with_annotator(Annotator(id="b"))
    shares = kind_shares(found_in(gather(documents, scheme)))
    assert shares == {f"attribute:{span.type}.{name}": KindShare(1, 1.0, blank=1)}
    missed = kind_shares(found_in(gather([documents[0], _without_spans(documents[1])], scheme)))
    assert all(part.blank == 0 for part in missed.values())


def _without_spans(document: AnnotationDocument) -> AnnotationDocument:
    return document.model_copy(update={"spans": (), "relations": ()})


def test_parts_add_up_to_what_is_counted_otherwise(scheme: Scheme) -> None:
    corpus = simulated(scheme)
    disagreements = found_in(corpus)
    assert sum(part.count for part in kind_shares(disagreements).values()) == len(disagreements)
    assert sum(part.share for part in kind_shares(disagreements).values()) == pytest.approx(1)
    families = Counter(d.family for d in disagreements)
    spans = (
        families["missed span"] + families["missed coreferent mention"],
        families["attribute"] + families["boundary"] + families["type"],
    )
    counted = span_counts(corpus)
    assert spans[0] == counted["alone"]
    assert families["boundary"] == counted["extent"]
    assert families["type"] == counted["type"]
    labels = ("article label", "dyad", "party", "attribute", "consequence of a party")
    assert sum(families[name] for name in labels) == counted["values"]
    lonely = families["relation missed"] + families["relation: consequence of a missed span"]
    paired = families["relation endpoint"] + families["relation label"]
    assert lonely + 2 * paired == counted["relations"]
    assert families["party missed"] == counted["parties"]
    assert families["dyad missed"] == counted["dyads"]


def span_counts(corpus: Corpus) -> Counter[str]:
    """The same numbers from set differences of what every two documents hold."""
    count: Counter[str] = Counter()
    for comparison in compare(corpus, align_spans(corpus)):
        one, other = comparison.first.document, comparison.second.document
        both = [(p.first, p.second) for p in comparison.spans if p.first and p.second]
        count["alone"] += len(one.spans) + len(other.spans) - 2 * len(both)
        unequal = {id(a): b for a, b in both if a.type != b.type}
        count["type"] += len(unequal)
        again = coreferent_mentions(one, corpus.scheme), coreferent_mentions(other, corpus.scheme)
        first_mentions = [(a, b) for a, b in both if a.id not in again[0] or b.id not in again[1]]
        count["extent"] += sum((a.start, a.end) != (b.start, b.end) for a, b in first_mentions)
        count["values"] += sum(1 for _ in comparison.different_values())
        count["relations"] += sum(relations_apart(comparison.scheme, one, other, both).values())
        count["parties"] += len(one.parties) + len(other.parties)
        count["parties"] -= 2 * sum(bool(a and b) for a, b in comparison.parties)
        count["dyads"] += len(one.dyads) + len(other.dyads)
        count["dyads"] -= 2 * sum(bool(a and b) for a, b in comparison.dyads)
    return count


def relations_apart(
    scheme: Scheme,
    one: AnnotationDocument,
    other: AnnotationDocument,
    both: list[tuple[Span, Span]],
) -> Counter[object]:
    """Relations of either that the other does not have at all, as multisets."""
    same = {a.id: b.id for a, b in both}
    symmetric = {r.name for r in scheme.relation_types if r.symmetric}

    def key_of(relation: Relation, ids: dict[str, str]) -> object:
        ends = (
            ids.get(relation.from_, "-" + relation.from_),
            ids.get(relation.to, "-" + relation.to),
        )
        return relation.type, frozenset(ends) if relation.type in symmetric else ends

    mine = Counter(key_of(r, same) for r in one.relations)
    theirs = Counter(key_of(r, {b: b for b in same.values()}) for r in other.relations)
    return (mine - theirs) + (theirs - mine)


def test_every_span_of_every_two_is_in_one_pair(scheme: Scheme) -> None:
    corpus = simulated(scheme)
    pairs = list(compare(corpus, align_spans(corpus)))
    assert len(pairs) == sum(1 for seen in corpus.seen_by for _ in combinations(seen, 2))
    for comparison in pairs:
        for side, document in enumerate((comparison.first.document, comparison.second.document)):
            spans = [(p.first, p.second)[side] for p in comparison.spans]
            ids = sorted(span.id for span in spans if span is not None)
            assert ids == sorted(span.id for span in document.spans)


def test_the_order_of_documents_changes_nothing(scheme: Scheme) -> None:
    corpus = simulated(scheme)
    documents = list(corpus.documents.values())
    random.Random(5).shuffle(documents)
    assert found_in(gather(documents, scheme)) == found_in(corpus)


def test_a_relation_of_a_missed_span_is_a_consequence(second_scheme: Scheme) -> None:
    (example,) = references(second_scheme)
    spans = tuple(span for span in example.spans if span.id != "d2")
    relations = tuple(r for r in example.relations if r.from_ != "d2")
    other = example.model_copy(
        update={"spans": spans, "relations": relations, "annotator": Annotator(id="other")}
    )
    disagreements = found_in(gather([example, other], second_scheme))
    assert {d.kind: d.ids for d in disagreements} == {
        "missed span": ("d2", None),
        "relation: consequence of a missed span": ("r2", None),
    }


def test_a_party_described_otherwise_is_one_disagreement(diplomatic: Scheme) -> None:
    (example, *_) = references(diplomatic)
    party = example.parties[0]
    role = "leader" if party.attributes["role"] != "leader" else "media_or_analyst"
    changed = type(party).model_validate({**party.to_dict(), "role": role})
    other = example.model_copy(
        update={
            "parties": (changed, *example.parties[1:]),
            "annotator": Annotator(id="other"),
        }
    )
    kinds = Counter(d.kind for d in found_in(gather([example, other], diplomatic)))
    assert kinds.pop("consequence of a party") > 0
    assert kinds == {"party:role": 1}


def test_a_disagreement_says_what_both_said_and_where(second_scheme: Scheme) -> None:
    (example,) = references(second_scheme)
    reaction = example.spans[1]
    milder = reaction.model_copy(update={"attributes": {**reaction.attributes, "severity": "mild"}})
    spans = tuple(milder if span.id == "x1" else span for span in example.spans)
    other = example.model_copy(update={"spans": spans, "annotator": Annotator(id="other")})
    (disagreement,) = found_in(gather([example, other], second_scheme))
    assert disagreement == Disagreement(
        kind="attribute:reaction.severity",
        article=0,
        annotators=(0, 1),
        unit="reaction",
        ids=("x1", "x1"),
        field="severity",
        values=("severe", "mild"),
        start=63,
        end=82,
        key=disagreement.key,
    )
