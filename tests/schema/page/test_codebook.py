"""The codebook says what the scheme says."""

import re

from signalbook.schema.page.codebook import codebook_html, codebook_markdown, instructions
from signalbook.schema.scheme.model import Scheme


def test_codebook_explains_every_value_and_every_check(scheme: Scheme) -> None:
    text = codebook_markdown(scheme)
    for _, field in scheme.fields():
        for value in field.values:
            assert f"`{value.id}`" in text
            assert value.description.replace("|", "\\|") in text
    for constraint in scheme.constraints:
        assert constraint.id in text


def test_codebook_is_the_same_each_time(scheme: Scheme) -> None:
    assert codebook_markdown(scheme) == codebook_markdown(scheme)


def test_codebook_page_loads_nothing_and_escapes_what_the_scheme_says(scheme: Scheme) -> None:
    page = codebook_html(scheme)
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    assert "<script" not in page
    assert "<table>" in instructions(scheme)
