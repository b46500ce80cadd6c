"""What annotators take for what, as counts of pairs."""

from collections import Counter

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.span_groups import align_spans
from signalbook.export.disagreement.confusion import ABSENT, Confusion
from signalbook.export.disagreement.differences import decompose
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme


def three(scheme: Scheme) -> Corpus:
    def none(_: AnnotationDocument) -> int:
        return 0

    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    names = ("one", "other", "third")
    made = [simulate(example, scheme, name=n, seed=4, count_errors=none) for n in names]
    return gather(made, scheme)


def confusions(corpus: Corpus) -> tuple[Confusion, ...]:
    return decompose(corpus, align_spans(corpus)).confusions


def of(matrices: tuple[Confusion, ...], unit: str, field: str, value: str = "") -> Confusion:
    return next(c for c in matrices if (c.unit, c.field, c.of) == (unit, field, value))


def test_matrices_are_symmetric_and_in_the_order_of_the_scheme(scheme: Scheme) -> None:
    corpus = three(scheme)
    matrices = confusions(corpus)
    assert matrices[0].field == "type"
    for confusion in matrices:
        matrix = confusion.matrix()
        assert matrix == [list(row) for row in zip(*matrix, strict=True)]
        upper = sum(sum(row[place:]) for place, row in enumerate(matrix))
        assert upper == confusion.total


def test_what_is_off_the_diagonal_is_what_the_decomposition_counts(scheme: Scheme) -> None:
    corpus = three(scheme)
    compared = decompose(corpus, align_spans(corpus))
    by_field = Counter((d.unit, d.field) for d in compared.disagreements)
    for confusion in compared.confusions:
        if not confusion.of and confusion.unit != "all":
            apart = confusion.total - confusion.agreed
            assert by_field[confusion.unit, confusion.field] == apart


def test_ordinal_values_stand_by_rank_and_sets_value_by_value(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    drug = example.spans[0]
    both = drug.model_copy(update={"attributes": {"route": ("oral", "skin")}})
    spans = (both, *example.spans[1:])
    other = example.model_copy(update={"spans": spans, "annotator": Annotator(id="other")})
    corpus = gather([example, other], second_scheme)
    matrices = confusions(corpus)
    severity = of(matrices, "reaction", "severity")
    fields = {f.name: f for t in second_scheme.span_types for f in t.fields}
    ranked = fields["severity"].ranked_values
    assert severity.values == tuple(v.id for v in ranked)
    assert of(matrices, "drug", "route", "skin").matrix() == [[0, 1], [1, 1]]
    assert of(matrices, "drug", "route", "oral").matrix() == [[1, 0], [0, 1]]


def test_a_missed_span_is_a_type_taken_for_none(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    nothing = example.model_copy(
        update={"spans": (), "relations": (), "annotator": Annotator(id="other")}
    )
    corpus = gather([example, nothing], second_scheme)
    types = confusions(corpus)[0]
    assert types.values[-1] == ABSENT
    assert types.worst() == [("drug", ABSENT, 2), ("reaction", ABSENT, 2)]
    assert types.totals() == {"drug": 2, "reaction": 2, ABSENT: 4}


@pytest.mark.parametrize("many", [0, 1])
def test_without_a_pair_there_is_no_matrix(second_scheme: Scheme, many: int) -> None:
    documents = read_documents([second_scheme.folder / "example.annotation.json"])[:many]
    corpus = gather(documents, second_scheme)
    assert confusions(corpus) == ()


def test_a_party_is_shown_as_an_annotator_wrote_it(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    parties = tuple(
        party.model_validate({**party.to_dict(), "entity": str(party.attributes["entity"]).upper()})
        for party in example.parties
    )
    louder = example.model_copy(update={"parties": parties, "annotator": Annotator(id="louder")})
    matrices = confusions(gather([example, louder], diplomatic))
    mentions = of(matrices, "mention", "party")
    assert mentions.agreed == mentions.total
    assert "XAR / leader / Karel Olin" in mentions.values
    assert len(set(map(str.casefold, mentions.values))) == len(mentions.values)
