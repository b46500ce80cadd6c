"""Whatever words another tool was configured with, the scheme that is made of them passes the check."""

import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from signalbook.schema.authoring.draft import Draft, checked_scheme
from signalbook.schema.authoring.foreign import read_config
from signalbook.schema.authoring.identifiers import identifiers

LIKE_OTHERS = st.sampled_from(
    [
        "Yes",
        "no",
        "true",
        "False",
        "A b",
        "a-b",
        "a_b",
        "A__b",
        "article",
        "defaulted",
        "é",
        "1",
        "?",
    ]
)
WORDS = st.one_of(
    LIKE_OTHERS,
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
)
LISTS = st.lists(WORDS, min_size=1, max_size=6, unique=True)
#: Where a word that begins with `$` names a field of the task's data, no such word.
PLAIN = st.lists(
    WORDS.filter(lambda word: not word.startswith("$")), min_size=1, max_size=6, unique=True
)


def page(labels: list[str], choices: list[str], names: list[str]) -> str:
    def tags(kind: str, words: list[str]) -> str:
        return "".join(f"<{kind} value={quoteattr(word)} hotkey='a'/>" for word in words)

    asked = "".join(
        f"<Choices name={quoteattr(name)} toName='t' perRegion={quoteattr(region)}>"
        f"{tags('Choice', choices)}</Choices>"
        for name, region in zip(names, ["true", "false"] * 3, strict=False)
    )
    bar = f"<Labels name='l' toName='t'>{tags('Label', labels)}</Labels>"
    relations = f"<Relations>{tags('Relation', choices)}</Relations>"
    return f"<View>{bar}<Text name='t' value='$t'/>{asked}{relations}</View>"


@given(PLAIN, PLAIN, PLAIN)
@settings(max_examples=50, deadline=None)
def test_any_labelling_page_becomes_a_scheme_that_passes_the_check(
    labels: list[str], choices: list[str], names: list[str]
) -> None:
    read = read_config(page(labels, choices, names))
    draft = Draft("drawn", "Drawn", read.span_types, read.relations, read.labels)
    _, scheme = checked_scheme(draft, Path("drawn.schema.json"))
    assert len(scheme.span_types) == len({label.strip() for label in labels})
    assert [f.name for f in scheme.article_labels] == [f.name for f in read.labels]


@given(LISTS)
@settings(max_examples=50, deadline=None)
def test_any_list_of_labels_becomes_a_scheme_that_passes_the_check(labels: list[str]) -> None:
    read = read_config(json.dumps(labels))
    _, scheme = checked_scheme(Draft("drawn", "Drawn", read.span_types), Path("drawn.schema.json"))
    assert [t.title for t in scheme.span_types] == [t.title for t in read.span_types]


@given(LISTS)
def test_no_two_words_get_one_name_and_order_does_not_matter(words: list[str]) -> None:
    names = identifiers(words, "value")
    assert len(set(names.values())) == len(words)
    assert identifiers(words[::-1], "value") == names
