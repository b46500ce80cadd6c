"""The lists of a task name the parties of its article, and hold what the page asks for."""

import re
from xml.etree.ElementTree import fromstring

from signalbook.schema.page import control_names
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.task_lists import task_lists
from signalbook.schema.scheme.model import Json, Scheme


def chips(lists: dict[str, Json], key: str) -> list[tuple[str, str]]:
    listed = lists[key]
    assert isinstance(listed, list)
    return [(str(c["value"]), str(c["alias"])) for c in listed if isinstance(c, dict)]


def test_a_task_has_every_list_that_its_page_reads(scheme: Scheme) -> None:
    page = fromstring(labeling_config(scheme))
    read = {e.get("value", "") for e in page.iter() if e.tag in ("Choices", "Labels")}
    read |= {e.get("on", "") for e in page.iter("Repeater")}
    codes = {f"${control_names.codes_key(f)}" for _, f in scheme.fields() if f.is_coded}
    assert {key.removeprefix("$") for key in read - codes - {""}} == {*task_lists(scheme)}


def test_labels_and_chips_say_the_names_and_store_the_ids(diplomatic: Scheme) -> None:
    lists = task_lists(diplomatic, {"P1": "Castria", "P3": "the  palace\nof Castria, its court"})
    sender = chips(lists, "chips_signal__sender")
    assert sender[:3] == [("Castria", "P1"), ("P2", "P2"), ("the palace of Castria, …", "P3")]
    assert chips(lists, control_names.MENTIONS)[0] == ("Castria", "mention__P1")
    assert len(sender) == len(chips(lists, control_names.MENTIONS)) + 1  # and "not named"


def test_no_two_parties_are_called_alike(diplomatic: Scheme) -> None:
    names = {"P1": "premier", "P2": "premier", "P3": "P9", "P4": "not named", "P5": "$text"}
    shown = [text for text, _ in chips(task_lists(diplomatic, names), "chips_signal__sender")]
    assert len({*shown}) == len(shown)
    assert shown[:3] == ["premier", "premier P2", "P9 P3"]
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


def test_keys_of_parties_stand_in_the_lists(diplomatic: Scheme) -> None:
    listed = task_lists(diplomatic)["chips_signal__receivers"]
    assert isinstance(listed, list)
    keys = [str(chip["hotkey"]) for chip in listed if isinstance(chip, dict) and "hotkey" in chip]
    assert all(re.fullmatch(r"shift\+[1-9]", key) for key in keys)
    assert len(keys) == 9
