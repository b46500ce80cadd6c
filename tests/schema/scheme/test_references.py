import pytest

from signalbook.schema.scheme.model import Json
from signalbook.schema.scheme.references import BrokenReference, References, broken_references

SCHEMA: dict[str, Json] = {
    "$id": "https://example.org/scheme.json",
    "$defs": {
        "dose": {"type": "string", "title": "Dose"},
        "strength": {"$ref": "#/$defs/dose", "title": "Strength"},
        "a/b~c": {"title": "Escaped", "$anchor": "named"},
        "état": {"title": "State"},
        "50%": {"title": "Half"},
        "left": {"$ref": "#/$defs/right"},
        "right": {"$ref": "#/$defs/left"},
        "list": {"items": {"$ref": "#/$defs/list"}},
    },
}


def test_keywords_beside_a_reference_win_over_those_behind_it() -> None:
    found, pointer = References(SCHEMA).resolve({"$ref": "#/$defs/strength", "x-short": "mg"})
    assert found == {"type": "string", "title": "Strength", "x-short": "mg"}
    assert pointer == "/$defs/dose"


def test_what_is_no_reference_stays() -> None:
    assert References(SCHEMA).resolve({"type": "null"}, "/here") == ({"type": "null"}, "/here")
    assert References(SCHEMA).resolve(True, "/here") == ({}, "/here")


def test_names_are_unescaped() -> None:
    assert References(SCHEMA).resolve({"$ref": "#/$defs/a~1b~0c"})[0]["title"] == "Escaped"


@pytest.mark.parametrize(
    ("reference", "pointer"),
    [
        ("#/$defs/%C3%A9tat", "/$defs/état"),
        ("#/$defs/état", "/$defs/état"),
        ("#/$defs/50%25", "/$defs/50%"),
        ("#/$defs/a~1b~0c", "/$defs/a~1b~0c"),
        ("#named", "/$defs/a~1b~0c"),
        ("#", ""),
    ],
)
def test_a_place_has_one_pointer_however_it_is_referred_to(reference: str, pointer: str) -> None:
    references = References(SCHEMA)
    assert references.step(reference)[1] == references.pointer_of(reference) == pointer
    assert references.at(pointer) == references.resolve({"$ref": reference})[0]


@pytest.mark.parametrize("reference", ["#/$defs/gone", "#anchor", "#/$defs/dose/0"])
def test_a_reference_to_nothing_is_broken(reference: str) -> None:
    with pytest.raises(BrokenReference) as broken:
        References(SCHEMA).resolve({"$ref": reference})
    assert broken.value.pointer == reference.removeprefix("#")


def test_a_reference_to_another_file_says_so() -> None:
    with pytest.raises(BrokenReference, match=r"other\.json#/a, and a scheme is one file"):
        References(SCHEMA).resolve({"$ref": "other.json#/a"})


def test_a_reference_may_begin_with_the_id_of_the_scheme() -> None:
    found, pointer = References(SCHEMA).resolve({"$ref": f"{SCHEMA['$id']}#/$defs/dose"})
    assert (found["title"], pointer) == ("Dose", "/$defs/dose")


def test_whatever_holds_itself_is_broken() -> None:
    broken = [error.pointer for _, error in broken_references(SCHEMA)]
    assert broken == ["/$defs/right", "/$defs/left", "/$defs/list"]
