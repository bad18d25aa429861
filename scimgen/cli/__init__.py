"""The command line: one module for each command, which reads its options, calls and prints.

Heavy imports are inside the functions.
"""

import gc
import os
import sys
from typing import Annotated

import typer

from scimgen.cli.diff import diff
from scimgen.cli.docs import docs
from scimgen.cli.explain import explain
from scimgen.cli.generate import generate
from scimgen.cli.import_ import import_
from scimgen.cli.new import new
from scimgen.cli.probe import probe
from scimgen.cli.resolve import resolve
from scimgen.cli.rules import rules
from scimgen.cli.runtime import runtime
from scimgen.cli.serve import serve
from scimgen.cli.validate import validate

app = typer.Typer(
    name="scimgen",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "From one page of YAML to a SCIM 2.0 app that Okta and Entra can provision, entitlements"
        " included."
    ),
    epilog="Begin with: scimgen new crm --from crm --start",
)

for command in (
    new,
    generate,
    resolve,
    validate,
    explain,
    rules,
    diff,
    import_,
    docs,
    serve,
    probe,
    runtime,
):
    app.command(command.__name__.rstrip("_"))(command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"scimgen {version('scimgen')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line. An error that a person can cause is one line and exit code 2."""
    from scimgen.cli.console import fail

    # A command runs for a second or two. Frequent garbage collection would take a tenth of it.
    gc.set_threshold(100_000, 50, 100)
    try:
        app(prog_name="scimgen")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader has closed our output. Nothing more can be written to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        # The message has the path of the file, not that of the temporary file.
        name = error.filename2 or error.filename
        named = f"{name}: " if name else ""
        sys.exit(fail(f"{named}{(error.strerror or str(error)).lower()}"))
