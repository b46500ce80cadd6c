"""The list that a maintainer works through: the weightiest first, with what everyone said."""

import random

import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.span_groups import align_spans
from signalbook.export.disagreement.differences import decompose
from signalbook.export.disagreement.ranking import ContestedUnit, contested_units
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme


def none(_: AnnotationDocument) -> int:
    return 0


def three(scheme: Scheme) -> list[AnnotationDocument]:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    names = ("one", "other", "third")
    return [simulate(example, scheme, name=n, seed=4, count_errors=none) for n in names]


def ranked(corpus: Corpus, links: dict[str, str] | None = None) -> list[ContestedUnit]:
    disagreements = decompose(corpus, align_spans(corpus)).disagreements
    return contested_units(corpus, disagreements, links=links, limit=None)


def test_contributions_fall_and_add_up(scheme: Scheme) -> None:
    corpus = gather(three(scheme), scheme)
    units = ranked(corpus)
    shares = [unit.contribution for unit in units]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    total = sum(sum(unit.kinds.values()) for unit in units)
    assert total == len(decompose(corpus, align_spans(corpus)).disagreements)


def test_the_list_is_the_same_in_any_order_of_documents(scheme: Scheme) -> None:
    documents = three(scheme)
    first = ranked(gather(documents, scheme))
    random.Random(2).shuffle(documents)
    assert ranked(gather(documents, scheme)) == first


def test_a_unit_shows_its_place_its_answers_and_its_task(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    drug = example.spans[0]
    shorter = drug.model_copy(update={"start": 22, "text": "Ferrazol"})
    spans = (shorter, *example.spans[1:])
    other = example.model_copy(update={"spans": spans, "annotator": Annotator(id="other")})
    corpus = gather([example, other], second_scheme)
    (unit,) = ranked(corpus, links={"report-1": "https://studio.example/tasks/1"})
    assert unit.kinds == {"boundary": 1}
    assert (unit.before, unit.text) == ("I took ", "two tablets of Ferrazol")
    assert unit.after.startswith(" for three days.")
    assert len(unit.after) == 80
    assert unit.url == "https://studio.example/tasks/1"
    assert [(a.annotator, a.start, a.end) for a in unit.answers] == [
        ("example", 7, 30),
        ("other", 22, 30),
    ]
    assert (unit.pairs, unit.of_pairs, unit.contribution) == (1, 1, 1.0)


def test_who_has_not_marked_a_unit_is_shown_as_such(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    relations = example.relations[:1]
    other = example.model_copy(update={"relations": relations, "annotator": Annotator(id="other")})
    third = example.with_annotator(Annotator(id="third"))
    (unit,) = ranked(gather([example, other, third], second_scheme))
    assert unit.unit == "relation"
    assert unit.types == ("treats",)
    assert (unit.pairs, unit.of_pairs) == (2, 3)
    assert {a.annotator: a.marked for a in unit.answers} == {
        "example": True,
        "other": False,
        "third": True,
    }


def test_an_article_without_its_text_has_no_context(second_scheme: Scheme) -> None:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    withheld = example.article.model_copy(update={"text": None})
    documents = [
        example.model_copy(update={"article": withheld}),
        example.model_copy(
            update={
                "article": withheld,
                "spans": example.spans[:3],
                "annotator": Annotator(id="other"),
            }
        ),
    ]
    (unit,) = ranked(gather(documents, second_scheme))
    assert (unit.before, unit.text, unit.after) == ("", "", "")


def test_a_dyad_is_one_unit_by_the_names_that_an_annotator_wrote(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    parties = tuple(
        party.model_validate({**party.to_dict(), "entity": str(party.attributes["entity"]).upper()})
        for party in example.parties
    )
    louder = example.model_copy(update={"parties": parties, "annotator": Annotator(id="louder")})
    without = example.model_copy(update={"dyads": (), "annotator": Annotator(id="without")})
    units = ranked(gather([example, louder, without], diplomatic))
    (of_rebels,) = [unit for unit in units if "rebels" in unit.name]
    assert of_rebels.name == "XCA / XNS / Hill rebels of Doravia"
    assert (of_rebels.pairs, of_rebels.of_pairs) == (2, 3)
    shown = {answer.annotator: answer.values["dyad"] for answer in of_rebels.answers}
    assert shown == {
        "example": ("XCA", "XNS / Hill rebels of Doravia"),
        "louder": ("XCA", "XNS / HILL REBELS OF DORAVIA"),
        "without": None,
    }
