"""Where one value dominates, the report names both figures and the share; elsewhere it is silent."""

from dataclasses import replace

import pytest

from signalbook.export.agreement.coded_corpus import CodedField, code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.field_measures import field_measure
from signalbook.export.agreement.measure import Measure
from signalbook.export.coefficients.ratings import Ratings
from signalbook.export.report.prevalence import commonest_value, is_depressed, prevalence_sentences
from signalbook.export.report.wording import Wording
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.scheme.field_model import Level
from signalbook.schema.scheme.model import Agreement, Scheme


@pytest.fixture
def corpus(second_scheme: Scheme) -> Corpus:
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    return gather([example.with_annotator(Annotator(id=name)) for name in "ab"], second_scheme)


def judged(
    corpus: Corpus, coefficient: str, counts: dict[tuple[object, object], int], level: Level
) -> Measure:
    """A field judged by a coefficient, with so many units of each pair of values."""
    [field] = [f for _, f in corpus.scheme.fields() if f.name == "outcome"]
    field = replace(field, level=level, agreement=Agreement(coefficient))
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    rows = [(0, u, who, x) for u, pair in enumerate(pairs) for who, x in enumerate(pair)]
    coded = CodedField("attribute", "reaction", field, Ratings.from_rows(rows))
    return field_measure(coded, corpus)


#: Of 200 values 190 are one, and 94 of 100 pairs are equal.
DOMINATED: dict[tuple[object, object], int] = {
    ("recovered", "recovered"): 92,
    ("recovered", "fatal"): 3,
    ("fatal", "recovered"): 3,
    ("fatal", "fatal"): 2,
}


@pytest.mark.parametrize(
    ("coefficient", "level", "value", "ending"),
    [
        # Chance is 1 - 2·190·10 / (200·199) of pairs that are drawn without replacement.
        (
            "krippendorff_alpha_nominal",
            "nominal",
            "\N{GREEK SMALL LETTER ALPHA} nominal is 0.37",
            "90.5 % would agree.",
        ),
        ("fleiss_kappa", "nominal", "Fleiss' κ is 0.37", "90.5 % would agree."),
        ("conger_kappa", "nominal", "Conger's κ is 0.37", "90.5 % would agree."),
        (
            "krippendorff_alpha_ordinal",
            "ordinal",
            "\N{GREEK SMALL LETTER ALPHA} ordinal is 0.37",
            "“recovered”, so the coefficient hangs on the other 5.0 %.",
        ),
    ],
)
def test_a_low_coefficient_in_spite_of_agreement_is_explained_by_its_figures(
    corpus: Corpus, coefficient: str, level: Level, value: str, ending: str
) -> None:
    measure = judged(corpus, coefficient, DOMINATED, level)
    [sentence] = prevalence_sentences(Wording(corpus.scheme), [measure])
    sentence = sentence.replace("\N{NARROW NO-BREAK SPACE}", " ").casefold()
    figures = "observed agreement is 94.0 %: 95.0 % of the values are “recovered”"
    assert f"{value} although {figures}".casefold() in sentence
    assert sentence.endswith(ending)


def test_numbers_that_are_nearly_all_the_same_are_explained_too(corpus: Corpus) -> None:
    counts: dict[tuple[object, object], int] = {(0, 0): 90, (0, 5): 5, (5, 0): 5}
    measure = judged(corpus, "icc", counts, "interval")
    [sentence] = prevalence_sentences(Wording(corpus.scheme), [measure])
    assert "ICC(1, 1) is \N{MINUS SIGN}0.05 although" in sentence
    assert "by chance" not in sentence
    assert sentence.replace("\N{NARROW NO-BREAK SPACE}", " ").endswith("on the other 5.0 %.")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"value": 0.6669}, True),
        ({"value": 0.667}, False),
        ({"observed_agreement": 0.8}, True),
        ({"observed_agreement": 0.7999}, False),
        ({"details": {"commonest_value": "fatal", "commonest_share": 0.75}}, True),
        ({"details": {"commonest_value": "fatal", "commonest_share": 0.7499}}, False),
        ({"details": {}}, False),
        ({"value": None}, False),
    ],
)
def test_the_sentence_has_a_threshold_for_each_of_its_figures(
    corpus: Corpus, changed: dict[str, object], expected: bool
) -> None:
    measure = judged(corpus, "fleiss_kappa", DOMINATED, "nominal")
    assert is_depressed(replace(measure, **changed)) == expected  # type: ignore[arg-type]


def test_what_one_common_value_does_not_depress_is_not_explained(corpus: Corpus) -> None:
    for coefficient in ("gwet_ac1", "brennan_prediger", "percent_agreement"):
        measure = judged(corpus, coefficient, DOMINATED, "nominal")
        assert not is_depressed(replace(measure, value=0.1))


def test_the_commonest_value_is_named_as_annotators_wrote_it(
    corpus: Corpus, diplomatic: Scheme
) -> None:
    [field] = [f for _, f in corpus.scheme.fields() if f.name == "outcome"]
    field = replace(field, level="text", agreement=Agreement("krippendorff_alpha_nominal"))
    ratings = Ratings.from_rows([(0, 0, 0, "zurich"), (0, 0, 1, "zurich")])
    coded = CodedField("attribute", "reaction", field, ratings, written={"zurich": "Zürich"})
    assert commonest_value(Wording(corpus.scheme), field_measure(coded, corpus)).endswith(
        "“Zürich”"
    )
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    of_two = gather([example.with_annotator(Annotator(id=n)) for n in "ab"], diplomatic)
    mentions = next(f for f in code_corpus(of_two).fields if f.field.name == "party")
    named = commonest_value(Wording(diplomatic), field_measure(mentions, of_two))
    assert named.endswith("“XBE / state / Belmora”")


def test_words_keep_how_they_were_written_first(corpus: Corpus) -> None:
    [of_outcome] = [f for f in code_corpus(as_words(corpus)).fields if f.field.name == "outcome"]
    assert of_outcome.written == {"not yet recovered": "Not yet recovered!"}


def as_words(corpus: Corpus) -> Corpus:
    """The outcome in words, which annotators write in two ways."""
    scheme = corpus.scheme
    types = tuple(
        replace(
            t,
            fields=tuple(
                replace(
                    f, level="text", values=(), agreement=Agreement("krippendorff_alpha_nominal")
                )
                if f.name == "outcome"
                else f
                for f in t.fields
            ),
        )
        for t in scheme.span_types
    )
    words = ("Not yet recovered!", "not yet recovered")
    documents = {
        (article, who): document.model_copy(
            update={
                "spans": tuple(
                    span.model_copy(update={"attributes": {"outcome": words[who]}})
                    if span.type == "reaction"
                    else span
                    for span in document.spans
                )
            }
        )
        for (article, who), document in corpus.documents.items()
    }
    return replace(corpus, scheme=replace(scheme, span_types=types), documents=documents)
