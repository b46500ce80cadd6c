"""A reference names a party of the document, or a value that the scheme lists."""

from pathlib import Path
from typing import Any

import pytest
from speech_scheme import NAMES, speech, speech_scheme

from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.validation.checker import check
from signalbook.schema.errors import FindingsError

PARTY = {"properties": NAMES}
OLIN: list[dict[str, Any]] = [{"id": "P1", "name": "Olin"}]


def test_a_reference_to_no_party_is_found_in_every_scheme_with_place_and_remedy(
    tmp_path: Path,
) -> None:
    scheme = speech_scheme(tmp_path, PARTY, {})
    [issue] = check([speech("ada", OLIN, ["P1", "invented"])], scheme, purpose="release")
    assert (issue.id, issue.severity) == ("references", "error")
    assert issue.path == "/spans/1/attributes/speaker"
    assert issue.fact.endswith("there is no party invented")
    assert "add it to the parties, or choose one that is there" in issue.message


def test_a_release_refuses_a_reference_to_no_party(tmp_path: Path) -> None:
    scheme = speech_scheme(tmp_path, PARTY, {})
    gold = speech("gold", OLIN, ["P1", "invented"])
    plan = ReleasePlan("speech", "1.0.0", scheme, [gold], [], with_agreement=False)
    with pytest.raises(FindingsError, match="there is no party invented"):
        build_release(plan, tmp_path / "datasets")


def test_a_value_that_the_scheme_lists_beside_the_parties_is_none_to_miss(tmp_path: Path) -> None:
    values = {"anyOf": [{"pattern": "^P[0-9]+$"}, {"enum": ["crowd"]}]}
    scheme = speech_scheme(tmp_path, PARTY, values)
    assert [*check([speech("ada", OLIN, ["P1", "crowd"])], scheme, purpose="release")] == []


def test_a_reference_that_the_json_schema_refuses_is_reported_once(tmp_path: Path) -> None:
    scheme = speech_scheme(tmp_path, PARTY, {"pattern": "^P[0-9]+$"})
    [issue] = check([speech("ada", OLIN, ["P1", "invented"])], scheme)
    assert issue.id == "schema"
