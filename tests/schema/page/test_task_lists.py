"""The lists of a task name the parties of its article, and hold what the page asks for."""

import re
from xml.etree.ElementTree import fromstring

from signalbook.schema.page import control_names
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.task_lists import task_lists
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.stages import at_stage


def names(lists: dict[str, Json]) -> list[str]:
    listed = lists[control_names.PARTY_NAMES]
    assert isinstance(listed, list)
    return [str(name) for name in listed]


def chips(lists: dict[str, Json], key: str) -> list[tuple[str, str]]:
    listed = lists[key]
    assert isinstance(listed, list)
    return [(str(c["value"]), str(c["alias"])) for c in listed if isinstance(c, dict)]


def test_a_task_has_every_list_that_its_page_reads(scheme: Scheme) -> None:
    page = fromstring(labeling_config(scheme))
    read = {e.get("value", "") for e in page.iter() if e.tag in ("Choices", "Labels", "Choice")}
    read |= {e.get("on", "") for e in page.iter("Repeater")}
    keys = {value.removeprefix("$").split("[")[0] for value in read if value.startswith("$")}
    codes = {control_names.codes_key(f) for _, f in scheme.fields() if f.is_coded}
    assert keys - codes == {*task_lists(scheme)}


def test_labels_and_chips_say_the_names_and_store_the_ids(diplomatic: Scheme) -> None:
    lists = task_lists(diplomatic, {"P1": "Castria", "P3": "the  palace\nof Castria, its court"})
    assert names(lists)[:3] == ["Castria", "P2", "the palace of Castria, …"]
    assert chips(lists, control_names.MENTIONS)[0] == ("Castria", "mention__P1")
    page = fromstring(labeling_config(diplomatic))
    [sender] = [c for c in page.iter("Choices") if c.get("name") == "span__sender"]
    shown = {str(c.get("alias")): str(c.get("value")) for c in sender}
    assert diplomatic.party is not None
    for place, party_id in enumerate(diplomatic.party.ids):
        assert shown.pop(party_id) == f"${control_names.PARTY_NAMES}[{place}]"
    assert [*shown.values()] == ["not named"]


def test_a_party_that_no_words_name_is_none_that_an_earlier_stage_has_found(
    diplomatic: Scheme,
) -> None:
    which = control_names.box_key(control_names.unmentioned_slot(""), control_names.PARTY_ID)
    given = {"P1": "Castria", "P3": "Belmora"}
    in_stage = task_lists(at_stage(diplomatic, "signals"), given)
    assert [stored for _, stored in chips(in_stage, which)] == ["P2", "P4", "P5"]
    on_one_page = task_lists(diplomatic, given)
    assert {"P1", "P3"} <= {stored for _, stored in chips(on_one_page, which)}


def test_no_two_chips_of_a_row_say_the_same(diplomatic: Scheme) -> None:
    given = {"P1": "premier", "P2": "premier", "P3": "P9", "P4": "not named", "P5": "$text"}
    shown = names(task_lists(diplomatic, given))
    assert len({*shown}) == len(shown)
    assert shown[:4] == ["premier", "premier P2", "P9 P3", "not named P4"]
    assert not [text for text in shown if "$" in text]


def test_rows_follow_what_is_known_of_an_article(diplomatic: Scheme) -> None:
    def rows(lists: dict[str, Json], key: str) -> int:
        listed = lists[key]
        assert isinstance(listed, list)
        return len(listed)

    few, many = task_lists(diplomatic), task_lists(diplomatic, dyads=9, unmentioned=5)
    assert rows(few, control_names.DYAD_ROWS) < rows(many, control_names.DYAD_ROWS)
    assert rows(many, control_names.DYAD_ROWS) > 9
    assert rows(many, control_names.UNMENTIONED_ROWS) >= 5


def test_parties_have_the_keys_of_digits(diplomatic: Scheme) -> None:
    page = fromstring(labeling_config(diplomatic))
    for field, prefix in (("sender", ""), ("receivers", r"shift\+")):
        [control] = [c for c in page.iter("Choices") if c.get("name") == f"span__{field}"]
        keys = [chip.get("hotkey", "") for chip in control if chip.get("hotkey")]
        assert len(keys) == 9
        assert all(re.fullmatch(f"{prefix}[1-9]", key) for key in keys)
