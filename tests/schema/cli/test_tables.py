from signalbook.schema.cli.tables import aligned, table_text


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert table_text(["name", "n"], [["sender", "12"], ["", "3"]]) == (
        "name    n\nsender  12\n        3"
    )


def test_text_that_looks_like_markup_is_text() -> None:
    assert table_text(["[bold]x"], [["[red]y[/red]"]]) == "[bold]x\n[red]y[/red]"


def test_wide_letters_count_as_two_columns() -> None:
    assert table_text(["a", "b"], [["日本", "1"], ["xyzw", "2"]]).splitlines()[1:] == [
        "日本  1",
        "xyzw  2",
    ]


def test_lines_are_never_broken() -> None:
    assert len(table_text(["a"], [["x " * 400]]).splitlines()) == 2


def test_rows_without_names_are_aligned_and_indented() -> None:
    assert aligned([["ok", "server", "answers"], ["", "", "-> do it"]], indent="  ") == [
        "  ok  server  answers",
        "              -> do it",
    ]
    assert aligned([]) == []
