"""Labels of an article that follow from what is annotated in it."""

from derived_scheme import claim, document, json_schema, parsed

from signalbook.schema.documents.derived import completed, derived_values, with_derived

SCHEME = parsed(json_schema())


def test_any_is_true_if_a_unit_has_one_of_the_values() -> None:
    assert derived_values(document(), SCHEME)["mixed"] is True


def test_any_is_false_if_no_unit_has_one() -> None:
    even = [{"from": "P1", "to": "P2", "pattern": "even"}]
    assert derived_values(document(dyads=even), SCHEME)["mixed"] is False
    assert derived_values(document(dyads=[]), SCHEME)["mixed"] is False


def test_the_most_frequent_value_is_that_of_most_units() -> None:
    assert derived_values(document(), SCHEME)["main_topic"] == "fish"


def test_spans_that_the_named_relation_starts_from_are_left_out() -> None:
    same = [{"id": "r1", "type": "same_as", "from": "s3", "to": "s2"}]
    assert derived_values(document(relations=same), SCHEME)["main_topic"] == "grain"


def test_of_equally_frequent_values_the_first_in_the_text_is_taken() -> None:
    spans = [claim("s1", 35, "grain"), claim("s2", 8, "salt")]
    assert derived_values(document(spans=spans), SCHEME)["main_topic"] == "salt"


def test_every_member_of_a_set_counts_and_a_set_has_no_order() -> None:
    one, other = claim("s1", 8, "salt", "fish"), claim("s1", 8, "fish", "salt")
    assert derived_values(document(spans=[one]), SCHEME)["main_topic"] == "fish"
    assert derived_values(document(spans=[other]), SCHEME)["main_topic"] == "fish"
    more = [one, claim("s2", 35, "salt")]
    assert derived_values(document(spans=more), SCHEME)["main_topic"] == "salt"


def test_nothing_is_the_most_frequent_of_nothing() -> None:
    assert derived_values(document(spans=[]), SCHEME) == {"mixed": True}


def test_a_value_that_the_field_does_not_take_is_not_counted() -> None:
    spans = [claim("s1", 8, "coal"), claim("s2", 35, "coal"), claim("s3", 61, "salt")]
    assert derived_values(document(spans=spans), SCHEME)["main_topic"] == "salt"


def test_what_stands_in_the_place_of_a_computed_label_is_replaced() -> None:
    wrong = document(article_labels={"clear": True, "mixed": False, "main_topic": "salt"})
    labels = {"mixed": True, "main_topic": "fish", "clear": True}
    assert with_derived(wrong, SCHEME).article_labels == labels
    assert [*with_derived(wrong, SCHEME).article_labels] == [*labels]
    nothing = document(spans=[], article_labels={"main_topic": "salt"})
    assert with_derived(nothing, SCHEME).article_labels == {"mixed": True}


def test_a_document_is_completed_by_what_it_lacks_alone() -> None:
    wrong = document(article_labels={"mixed": False})
    assert completed(wrong, SCHEME).article_labels == {"mixed": False, "main_topic": "fish"}
    whole = completed(document(), SCHEME)
    assert completed(whole, SCHEME) is whole
