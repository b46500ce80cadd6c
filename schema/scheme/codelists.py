"""Look up the codes of outside lists, such as those of countries, and their names."""

from functools import cache
from typing import Final

from .field_model import Codelist

#: Standard -> (list in pycountry, attribute that holds the code).
_LISTS: Final = {
    "ISO 3166-1 alpha-3": ("countries", "alpha_3"),
    "ISO 3166-1 alpha-2": ("countries", "alpha_2"),
    "ISO 639-3": ("languages", "alpha_3"),
    "ISO 4217": ("currencies", "alpha_3"),
}

#: Lists of countries -> attribute that holds the code.
COUNTRIES: Final = {
    standard: attribute for standard, (list_, attribute) in _LISTS.items() if list_ == "countries"
}


#: A list with more codes is not offered as a whole.
_MAX_OFFERED: Final = 1000


@cache
def codes(standard: str) -> frozenset[str]:
    """Every code of a standard that x-codelist may name.

    Raises:
        KeyError: no such standard.
    """
    import pycountry

    name, attribute = _LISTS[standard]
    return frozenset(str(getattr(entry, attribute)) for entry in getattr(pycountry, name))


@cache
def names(standard: str) -> dict[str, str]:
    """Name -> code, for every name that a text may use; short names come first.

    Raises:
        KeyError: no such standard.
    """
    import pycountry

    name, attribute = _LISTS[standard]
    code_by_name: dict[str, str] = {}
    for entry in getattr(pycountry, name):
        for kind in ("common_name", "name", "official_name"):
            written = getattr(entry, kind, None)
            if written:
                code_by_name.setdefault(str(written), str(getattr(entry, attribute)))
    return code_by_name


def titles(codelist: Codelist) -> dict[str, str]:
    """Code -> name, for every code that a field with this list can have, by name.

    Codes that a scheme adds come last; the name of such a code may be empty.
    """
    own = {code: codelist.meanings.get(code, "") for code in codelist.user_assigned}
    named = {**_first_names(codelist.standard), **codelist.training}
    by_name = sorted((name, code) for code, name in named.items() if code not in own)
    return {code: name for name, code in by_name} | own


def is_searchable(codelist: Codelist) -> bool:
    """Whether a page offers the whole list: with ISO 639-3, it would be nine times as large."""
    return len(codes(codelist.standard)) <= _MAX_OFFERED


@cache
def _first_names(standard: str) -> dict[str, str]:
    import pycountry

    name, attribute = _LISTS[standard]
    return {
        str(getattr(entry, attribute)): str(getattr(entry, "common_name", entry.name))
        for entry in getattr(pycountry, name)
    }


def with_letters(alpha_3: str, letters: str) -> str:
    """The code of a country with as many letters as a list has, which are under COUNTRIES."""
    import pycountry

    return str(getattr(pycountry.countries.get(alpha_3=alpha_3), letters))
