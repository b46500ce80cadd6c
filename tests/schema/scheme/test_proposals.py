"""What a scheme wants proposed of parties is refused, with its place, where parties do not have it."""

import json
from pathlib import Path
from typing import Any

import pytest

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Proposals, Scheme

Node = dict[str, Any]
AT = "/properties/parties/items/x-proposed-parties"


def load(folder: Path, kinds: Node, **more: Any) -> Scheme:
    properties: Node = {
        "id": {"type": "string"},
        "state": {"type": "string", "x-codelist": {"standard": "ISO 3166-1 alpha-3"}},
        "side": {"enum": ["us", "them"]},
        "name": {"type": "string", "x-level": "text"},
        "armed": {"type": "boolean"},
    }
    party = {"x-proposed-parties": {"kinds": kinds, **more}, "properties": properties}
    path = folder / "mine.schema.json"
    about = {"name": "mine", "version": "1.0.0"}
    sections = {"parties": {"type": "array", "items": party}}
    path.write_text(json.dumps({"x-scheme": about, "properties": sections}), "utf-8")
    return load_scheme(path)


def test_a_scheme_says_what_is_proposed(tmp_path: Path) -> None:
    values: Node = {"state": "$code", "side": "them", "armed": False, "name": "$name"}
    scheme = load(tmp_path, {"country": values}, mentions="first-in-paragraph")
    assert scheme.party is not None
    assert scheme.party.proposals == Proposals({"country": values}, True, AT)


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        ({"country": {"role": "x"}}, "country/role: a party has no field role; write one of state"),
        ({"country": {"side": "it"}}, 'country/side: "it" is no value of side; write one of "us"'),
        (
            {"country": {"armed": "no"}},
            'country/armed: "no" is no value of armed; write one of true',
        ),
        ({"country": {"state": "QQQ"}}, 'country/state: "QQQ" is not in ISO 3166-1 alpha-3'),
        ({"country": {"side": "$code"}}, "country/side: $code is of a country, but side holds no"),
        ({"country": {"state": "$name"}}, "country/state: $name is words, but state holds none"),
    ],
)
def test_a_value_that_parties_do_not_have_is_refused(
    tmp_path: Path, kinds: Node, refusal: str
) -> None:
    with pytest.raises(SchemeError) as refused:
        load(tmp_path, kinds)
    assert f"{AT}/kinds/{refusal}" in str(refused.value)


def test_a_kind_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="planet"):
        load(tmp_path, {"planet": {"side": "us"}})
