"""The command that measures agreement."""

from pathlib import Path

import click


def _gates(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    gates: dict[str, float] = {}
    for gate in given:
        name, equals, value = gate.partition("=")
        try:
            gates[name] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise click.BadParameter(f"{gate!r} is not LAYER=VALUE, such as attribute=0.667")
    return gates


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--scheme", "source", metavar="SCHEME", help="The scheme, if not the workspace's.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with every pair.")
@click.option(
    "--fail-under",
    "gates",
    multiple=True,
    metavar="LAYER=VALUE",
    callback=_gates,
    help="Exit with 3 if a measure is lower; may be given several times.",
)
@click.pass_obj
def agreement(
    settings: object,
    paths: tuple[Path, ...],
    source: str | None,
    as_json: bool,
    gates: dict[str, float],
) -> None:
    """Measure how well annotators agree in PATHS, files of annotation documents.

    Every field has the coefficient that its level of measurement asks for; spans and relations
    have pairwise F1. Without PATHS, the annotations of the last pull are measured.

    \b
    Examples:
      signalbook agreement
      signalbook agreement documents.jsonl --json
      signalbook agreement --fail-under span_identification.all.overlap=0.6
    """
    from signalbook.schema.documents import read_documents
    from signalbook.schema.errors import FindingsError
    from signalbook.schema.outcome import print_outcome
    from signalbook.schema.scheme_file import load_scheme
    from signalbook.schema.settings import Settings

    from .agreement_report import agreement_report
    from .agreement_text import agreement_table, below
    from .corpus import gather

    here = settings if isinstance(settings, Settings) else Settings()
    scheme = load_scheme(source or here.scheme)
    corpus = gather(read_documents(here.documents_or(paths)), scheme)
    report = agreement_report(corpus)
    failures = below(report.measures, gates)
    if as_json:
        counts = {"articles": len(corpus.articles), "measures": len(report.measures)}
        print_outcome(
            "agreement", data=report.data, ok=not failures, errors=failures, counts=counts
        )
        if failures:
            raise click.exceptions.Exit(FindingsError.exit_status)
        return
    click.echo(agreement_table(corpus, report.assessed))
    if failures:
        raise FindingsError("\n".join(failures))
