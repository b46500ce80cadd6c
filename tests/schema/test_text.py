from signalbook.schema.text import all_counted, excerpt, first_of, listed, one_line, printable, them


def test_what_fits_is_shown_whole() -> None:
    assert first_of(["a", "b"], 2) == ["a", "b"]
    assert listed(["a", "b"], 2) == "a, b"
    assert excerpt("four", 4) == "four"
    assert first_of([], 2) == []
    assert listed([], 2) == ""


def test_what_is_left_out_is_counted() -> None:
    assert first_of(["a", "b", "c"], 1) == ["a", "and 2 more"]
    assert first_of(["a", "b"], 1, way_out="; see --json") == ["a", "and 1 more; see --json"]
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"


def test_an_excerpt_is_never_longer_than_asked() -> None:
    assert excerpt("five!", 4) == "fiv…"


def test_one_thing_is_named_in_the_singular() -> None:
    counts = {"span_types": 1, "parties": 1, "fields": 0, "gold": 1}
    assert all_counted(counts) == "1 span type, 1 party, 0 fields, 1 gold"
    assert all_counted({"parties": 2}) == "2 parties"
    assert [them(count) for count in (1, 2)] == ["it", "them"]


def test_nothing_in_a_text_steers_a_terminal() -> None:
    assert printable("a\x1b[2Jb\r\u202ec\x9b") == r"a\x1b[2Jb\r\u202ec\x9b"
    assert printable("größer\n\t日本") == "größer\n\t日本"
    assert one_line("a\nb\u2028c") == r"a\nb\u2028c"
    assert listed(["a\nb"], 1) == r"a\nb"
