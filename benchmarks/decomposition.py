"""Whether injected errors are named rightly, and how long it takes to name all of a large corpus.

    python benchmarks/decomposition.py [--articles 5000] [--annotators 3] [--seeds 5]

Each reference document is copied with one known error; the pair should have exactly one
disagreement, of that kind. Consequences of it (references to a party that is described otherwise,
relations of a span that is missing) are named as such and do not count against it.
"""

import argparse
import json
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from signalbook.annotate.demo.simulate import CountErrors, simulate, without_span
from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.comparison_key import party_fields
from signalbook.export.agreement.corpus import coreferent_mentions, gather
from signalbook.export.agreement.field_units import measured
from signalbook.export.agreement.span_groups import align_spans
from signalbook.export.annotators.profiles import annotator_profiles
from signalbook.export.disagreement.differences import decompose
from signalbook.export.disagreement.kinds import CONSEQUENCES
from signalbook.export.disagreement.ranking import contested_units
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Dyad,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Field, Scheme

Injected = tuple[str, AnnotationDocument]
Made = TypeVar("Made")
HERE = Path(__file__).parent.parent


def injections(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> Iterator[Injected]:
    """Copies with one error each, and the kind that names it."""
    document = document.with_annotator(Annotator(id="injected"))
    coreferent = coreferent_mentions(document, scheme)
    for span in document.spans:
        kind = "missed coreferent mention" if span.id in coreferent else "missed span"
        yield kind, without_span(document, span.id)
        types = [t.name for t in scheme.span_types if t.name != span.type]
        if types:
            other = span.model_copy(update={"type": chance.choice(types), "attributes": {}})
            yield "type", _with_span(document, other)
        if span.id not in coreferent:
            yield from _boundary(document, span, chance)
            yield from _attributes(document, span, scheme, chance)
    yield from _of_relations(document, scheme, chance)
    yield from _of_parties(document, scheme, chance)
    yield from _of_dyads(document, scheme, chance)
    for field in measured(scheme.article_labels):
        changed = _changed(document.article_labels, field, document, chance)
        if changed:
            kind = f"article label:{field.name}"
            yield kind, document.model_copy(update={"article_labels": changed})


def _with_span(document: AnnotationDocument, span: Span) -> AnnotationDocument:
    spans = tuple(span if old.id == span.id else old for old in document.spans)
    return document.model_copy(update={"spans": spans})


def _boundary(
    document: AnnotationDocument, span: Span, chance: random.Random
) -> Iterator[Injected]:
    text = document.article.text or ""
    words = [m.span() for m in re.finditer(r"\w+", text)]
    ends = [end for _, end in words if end > span.start and end != span.end]
    near = [end for end in ends if abs(end - span.end) <= max(12, (span.end - span.start) // 3)]
    if near:
        end = chance.choice(near)
        moved = span.model_copy(update={"end": end, "text": text[span.start : end]})
        yield "boundary", _with_span(document, moved)


def _attributes(
    document: AnnotationDocument, span: Span, scheme: Scheme, chance: random.Random
) -> Iterator[Injected]:
    for field in measured(scheme.span_type(span.type).fields):
        changed = _changed(span.attributes, field, document, chance)
        if changed:
            other = span.model_copy(update={"attributes": changed})
            yield f"attribute:{span.type}.{field.name}", _with_span(document, other)


def _changed(
    attributes: dict[str, Value], field: Field, document: AnnotationDocument, chance: random.Random
) -> dict[str, Value] | None:
    """The attributes with another value of this field."""
    value = attributes.get(field.name)
    if value is None:
        return None
    options: list[str] = [v.id for v in field.values]
    if field.kind in ("party-reference", "side-reference"):
        options = _other_parties(value, field, document)
    elif isinstance(value, bool):
        return {**attributes, field.name: not value}
    elif not options and field.codelist is not None:
        options = [*field.codelist.training]
    elif not options:
        options = [f"{value} and another"]
    if isinstance(value, tuple):
        options = [option for option in options if option not in value]
        if len(value) > 1 and (not options or chance.random() < 0.5):
            return {**attributes, field.name: value[1:]}
        return {**attributes, field.name: (*value, chance.choice(options))} if options else None
    options = [option for option in options if option != value]
    return {**attributes, field.name: chance.choice(options)} if options else None


def _other_parties(value: Value, field: Field, document: AnnotationDocument) -> list[str]:
    """Parties that differ from those in the value in what the field compares."""
    held = value if isinstance(value, tuple) else (value,)
    keys = {p.id: tuple(p.attributes.get(n) for n in field.compare_by) for p in document.parties}
    used = {keys.get(str(id)) for id in held}
    return [id for id, key in keys.items() if key not in used]


def _of_relations(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> Iterator[Injected]:
    known = {frozenset((r.from_, r.to)) for r in document.relations}
    symmetric = {r.name for r in scheme.relation_types if r.symmetric}
    for relation in document.relations:
        kept = tuple(r for r in document.relations if r.id != relation.id)
        yield "relation missed", document.model_copy(update={"relations": kept})
        types = [t.name for t in scheme.relation_types if t.name != relation.type]
        if types:
            yield "relation label", _relation(document, relation, type=chance.choice(types))
        for end, fixed in (("to", relation.from_), ("from_", relation.to)):
            old = relation.to if end == "to" else relation.from_
            like = next(s.type for s in document.spans if s.id == old)
            others = [s.id for s in document.spans if s.type == like and s.id not in (old, fixed)]
            others = [id for id in others if frozenset((id, fixed)) not in known]
            if others:
                moved = _relation(document, relation, **{end: chance.choice(others)})
                yield "relation endpoint", moved
        if relation.type not in symmetric:
            turned = _relation(document, relation, to=relation.from_, from_=relation.to)
            yield "relation endpoint", turned


def _relation(
    document: AnnotationDocument, relation: Relation, **changes: str
) -> AnnotationDocument:
    changed = relation.model_copy(update=changes)
    relations = tuple(changed if r.id == relation.id else r for r in document.relations)
    return document.model_copy(update={"relations": relations})


def _of_parties(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> Iterator[Injected]:
    if scheme.party is None or not document.parties:
        return
    compared = [field.name for field in party_fields(scheme)]
    for place, party in enumerate(document.parties):
        for field in scheme.party.fields:
            if field.name in compared:
                changed = _changed(party.attributes, field, document, chance)
                if changed:
                    parties = list(document.parties)
                    parties[place] = Party.model_validate({"id": party.id, **changed})
                    kind = f"party:{field.name}"
                    yield kind, document.model_copy(update={"parties": tuple(parties)})
    new = {"id": f"{scheme.party.prefix}99", **document.parties[0].attributes}
    for field in scheme.party.fields:
        if field.name in compared:
            new |= _changed({field.name: new[field.name]}, field, document, chance) or {}
    more = (*document.parties, Party.model_validate(new))
    yield "party missed", document.model_copy(update={"parties": more})


def _of_dyads(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> Iterator[Injected]:
    for place, dyad in enumerate(document.dyads):
        assert scheme.dyad is not None
        rest = (*document.dyads[:place], *document.dyads[place + 1 :])
        yield "dyad missed", document.model_copy(update={"dyads": rest})
        for field in measured(scheme.dyad.fields):
            changed = _changed(dyad.attributes, field, document, chance)
            if changed:
                yield (
                    f"dyad:{field.name}",
                    document.model_copy(update={"dyads": (*rest, Dyad.model_validate(changed))}),
                )


def named_as(one: AnnotationDocument, other: AnnotationDocument, scheme: Scheme) -> list[str]:
    """The kinds that the decomposition names, without consequences."""
    corpus = gather([one, other], scheme)
    found = decompose(corpus, align_spans(corpus))
    return [d.kind for d in found.disagreements if d.kind not in CONSEQUENCES]


def rightly_named(
    documents: Sequence[AnnotationDocument], scheme: Scheme, seeds: int
) -> dict[str, tuple[int, int]]:
    """Kind -> how many injected errors were named by it alone, of how many."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for seed in range(seeds):
        chance = random.Random(seed)
        for document in documents:
            for kind, injected in injections(document, scheme, chance):
                total[kind] += 1
                right[kind] += named_as(document, injected, scheme) == [kind]
    return {kind: (right[kind], total[kind]) for kind in sorted(total)}


def several(
    documents: Sequence[AnnotationDocument], scheme: Scheme, errors: int, seeds: int
) -> tuple[int, int, int]:
    """Errors injected into one copy, each on units of its own: named, injected, names in all."""
    named = injected = names = 0
    for seed in range(seeds):
        chance = random.Random(seed)
        for document in documents:
            copy, kinds, changed = document, Counter[str](), set[object]()
            for _ in range(errors):
                options = list(injections(copy, scheme, chance))
                chance.shuffle(options)
                for kind, other in options:
                    units = _apart(copy, other)
                    if units.isdisjoint(changed):
                        copy, changed = other, changed | units
                        kinds[kind] += 1
                        break
            found = Counter(named_as(document, copy, scheme))
            named += (found & kinds).total()
            injected += kinds.total()
            names += found.total()
    return named, injected, names


def _apart(one: AnnotationDocument, other: AnnotationDocument) -> set[object]:
    """The units that differ between two copies."""
    mine, theirs = set(_units(one)), set(_units(other))
    return {unit for unit, _ in mine ^ theirs}


def _units(document: AnnotationDocument) -> Iterator[tuple[object, str]]:
    for span in document.spans:
        yield ("span", span.id), span.to_json()
    for relation in document.relations:
        ends = frozenset((relation.from_, relation.to))
        yield ("relation", ends), f"{relation.type} {relation.from_}"
    for party in document.parties:
        yield ("party", party.id), party.to_json()
    for dyad in document.dyads:
        yield ("dyad", tuple(dyad.attributes.values())[:2]), dyad.to_json()
    for name, value in document.article_labels.items():
        yield ("label", name), str(value)


def large(
    articles: int, annotators: int, scheme: Scheme, *, count_errors: CountErrors | None = None
) -> list[AnnotationDocument]:
    """Simulated annotators of copies of the samples, with about 15 spans a document.

    They repair the errors that `count_errors` counts, if it is given.
    """
    samples = [d for d in read_documents([sample_path(scheme)]) if d.spans]
    found: list[AnnotationDocument] = []
    for number in range(articles):
        source = samples[number % len(samples)]
        article = source.article.model_copy(update={"id": f"article-{number:05d}"})
        kept = tuple(s for s in source.spans if s.type != "mention")[:15]
        kept = (*kept, *(s for s in source.spans if s not in kept))[:15]
        ids = {span.id for span in kept}
        relations = tuple(r for r in source.relations if {r.from_, r.to} <= ids)
        document = source.model_copy(
            update={"article": article, "spans": kept, "relations": relations}
        )
        for annotator in range(annotators):
            name = f"simulated-{annotator}"
            found.append(
                simulate(
                    document, scheme, name=name, seed=number, count_errors=count_errors or _none
                )
            )
    return found


def _none(_: AnnotationDocument) -> int:
    return 0


def sample_path(scheme: Scheme) -> Path:
    return scheme.folder / "samples" / "reference.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--annotators", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    scheme = load_scheme()
    second = load_scheme(HERE / "tests" / "cases" / "schemes" / "adverse_events" / "1.0")
    example = read_documents([second.folder / "example.annotation.json"])
    for tried, documents in (
        (scheme, read_documents([sample_path(scheme)])),
        (second, example),
    ):
        shares = rightly_named(documents, tried, chosen.seeds)
        print(json.dumps(shares) if chosen.json else _table(tried.name, shares))
        for errors in (2, 5, 10):
            named, injected, names = several(documents, tried, errors, chosen.seeds)
            print(
                f"  {errors} at once: {named:,} of {injected:,} named ({named / injected:.1%}), "
                f"{names:,} names given"
            )
    corpus = gather(large(chosen.articles, chosen.annotators, scheme), scheme)
    taken: list[str] = []
    groups = _timed("align", lambda: align_spans(corpus), taken)
    found = _timed("decompose", lambda: decompose(corpus, groups), taken).disagreements
    _timed("rank", lambda: contested_units(corpus, found), taken)
    coded = CodedCorpus(corpus, groups)
    measured = _timed("measure", lambda: measures(coded, gamma_samples=0), taken)
    _timed("profiles", lambda: annotator_profiles(coded, measured), taken)
    spans = sum(len(d.spans) for d in corpus.documents.values())
    print(
        f"{chosen.articles:,} articles, {chosen.annotators} annotators, {spans:,} spans, "
        f"{len(found):,} disagreements; seconds (of the processor): {', '.join(taken)}; "
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


def _timed(name: str, run: Callable[[], Made], taken: list[str]) -> Made:
    wall, used = time.perf_counter(), time.process_time()
    made = run()
    wall, used = time.perf_counter() - wall, time.process_time() - used
    taken.append(f"{name} {wall:.1f} ({used:.1f})")
    return made


def _table(name: str, shares: dict[str, tuple[int, int]]) -> str:
    right, total = (sum(column) for column in zip(*shares.values(), strict=True))
    rows = [
        f"  {kind:<40}{named:>6} of {of:<6}{named / of:>8.1%}"
        for kind, (named, of) in shares.items()
    ]
    return "\n".join([f"{name}: {right:,} of {total:,} ({right / total:.2%})", *rows])


if __name__ == "__main__":
    main()
