"""What a document violates is explained in sentences that an annotator understands."""

from checkers import example, messages


def test_a_missing_attribute_is_explained_for_the_type_of_the_span() -> None:
    data = example("adverse_events")
    del data["spans"][1]["attributes"]["outcome"]
    assert messages("adverse_events", data) == [
        "Reaction “a rash on both arms”: Outcome is missing."
    ]


def test_what_two_branches_of_a_schema_want_is_told_once() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    del span["attributes"]["sender"]
    sentences = messages("diplomatic_signal", data)
    assert len([message for message in sentences if message.endswith("Sender is missing.")]) == 1


def test_a_wrong_value_is_explained_with_the_values_to_choose_from() -> None:
    data = example("adverse_events")
    data["spans"][1]["attributes"]["severity"] = "awful"
    data["spans"][0]["attributes"]["route"] = ["oral", "oral"]
    data["spans"][2]["attributes"]["colour"] = "white"
    data["article_labels"]["serious"] = "yes"
    assert messages("adverse_events", data) == [
        'Article labels: Serious must be yes or no, not "yes".',
        'Drug “two tablets of Ferrazol”: Route lists something twice: ["oral", "oral"].',
        (
            'Reaction “a rash on both arms”: Severity cannot be "awful"; '
            "choose one of mild, moderate, severe, fatal."
        ),
        "Drug “Calmex cream”: colour is not part of the scheme.",
    ]


def test_how_a_value_is_written_is_said_in_the_words_of_the_scheme() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    span["attributes"]["date"] = "last May"
    [message] = messages("diplomatic_signal", data)
    assert message.endswith(
        'Signal date is not written as it should be: "last May"; '
        "write YYYY, YYYY-MM or YYYY-MM-DD, only if the article fixes it."
    )


def test_a_span_of_no_known_type_is_explained() -> None:
    data = example("adverse_events")
    data["spans"][3]["type"] = "mood"
    assert messages("adverse_events", data) == [
        "Span “the rash” has no type of this scheme; choose one of drug, reaction."
    ]


def test_a_party_that_is_no_party_is_explained() -> None:
    data = example("diplomatic_signal")
    data["spans"][1]["attributes"]["sender"] = "somebody"
    data["spans"][1]["attributes"]["receivers"] = []
    assert messages("diplomatic_signal", data) == [
        (
            'Signal “sent Belmora warm wishes”: Sender cannot be "somebody"; '
            "choose a party or one of not_named."
        ),
        "Signal “sent Belmora warm wishes”: Receivers takes at least 1, not 0.",
    ]
