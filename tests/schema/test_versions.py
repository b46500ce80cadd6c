import pytest

from signalbook.schema.versions import is_version, parse_version, series


def test_versions_are_compared_as_numbers() -> None:
    ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-rc.2", "1.0.0-rc.11"]
    ordered += ["1.0.0", "1.2.0", "1.10.0", "2.0.0"]
    shuffled = [*ordered[4:], *ordered[:4]]
    assert sorted(shuffled, key=parse_version) == ordered
    assert [str(parse_version(version)) for version in ordered] == ordered


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "01.0.0", "v1.0.0", "1.0.0\n", "1\u0662.0.0", "1.0.0+build", "1.0.0-"]
)
def test_what_is_no_version_is_none(text: str) -> None:
    assert not is_version(text)


def test_a_series_may_be_written_short() -> None:
    assert sorted(["1.10", "1.9", "2"], key=series) == ["1.9", "1.10", "2"]
