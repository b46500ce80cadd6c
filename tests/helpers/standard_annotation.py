"""The steps of the annotation by which the pages are measured, as an annotator takes them."""

from page_driver import LabelingPage


def mark_parties(opened: LabelingPage) -> None:
    opened.mark("P1", "officials")
    opened.mark("P2", "Belmora", 1)


def describe_parties(opened: LabelingPage) -> None:
    opened.select("officials")
    opened.choose("Country", "Arvenia")
    opened.choose("Role", "Government")
    opened.write("Name", "Government of Arvenia")
    opened.select("Belmora", 1)
    opened.choose("Country", "Belmora")
    opened.choose("Role", "State")


def describe_signal(opened: LabelingPage) -> None:
    opened.select("froze the joint")
    opened.key("f", "x", "1", "Shift+2")
    opened.choose("Issue", "Trade", "Energy")
    opened.choose("Voice", "Paraphrase")
    opened.choose("Channel", "Conduct")
    opened.choose("Cost", "Material")
