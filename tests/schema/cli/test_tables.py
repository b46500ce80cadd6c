from signalbook.schema.cli.tables import aligned, table_lines


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert table_lines(["name", "n"], [["sender", "12"], ["", "3"]]) == [
        "name    n",
        "sender  12",
        "        3",
    ]


def test_text_that_looks_like_markup_is_text() -> None:
    assert table_lines(["[bold]x"], [["[red]y[/red]"]]) == ["[bold]x", "[red]y[/red]"]


def test_wide_letters_count_as_two_columns() -> None:
    assert table_lines(["a", "b"], [["日本", "1"], ["xyzw", "2"]])[1:] == [
        "日本  1",
        "xyzw  2",
    ]


def test_lines_are_never_broken() -> None:
    assert len(table_lines(["a"], [["x " * 400]])) == 2


def test_rows_without_names_are_aligned_and_indented() -> None:
    assert aligned([["ok", "server", "answers"], ["", "", "-> do it"]], indent="  ") == [
        "  ok  server  answers",
        "              -> do it",
    ]
    assert aligned([]) == []
