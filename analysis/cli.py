"""`ballast`: one command whose parts are imported only when they are asked for."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from importlib import import_module

import click

from analysis import __version__
from analysis.errors import BallastError, ParameterError, did_you_mean

PARTS = {
    "run": ("analysis.press.commands:run", "Execute the notebooks that have changed."),
    "sweep": ("analysis.press.commands:sweep", "Execute one notebook for many sets of parameters."),
    "params": ("analysis.press.commands:params", "Show what a notebook takes."),
    "why": ("analysis.press.commands:why", "Say why a notebook would run again."),
    "book": ("analysis.book.cli:book", "Make the book from the executed notebooks."),
    "claims": ("analysis.ledger_cli:claims", "Print the verdicts."),
    "judge": ("analysis.ledger_cli:judge", "Judge a claim, also by thresholds of your own."),
    "data": ("analysis.tables.cli:data", "Check, cite, rebuild and fetch the data."),
    "release": ("analysis.ledger_cli:release", "Store the verdicts of a release."),
    "readme": ("analysis.ledger_cli:readme", "Renew the verdict table in README.md."),
}
"""Where each command is, and what ``ballast --help`` says of it."""


@contextlib.contextmanager
def _ended_by_an_interrupt() -> Iterator[None]:
    """Let Ctrl-C end this process at once while it imports modules: Python's own exception can be
    lost in a callback of the import, and nothing has begun yet.
    """
    usual = signal.default_int_handler
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not usual:  # told to ignore it
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


class LazyGroup(click.Group):
    """Group that knows its commands by name and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of PARTS."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in PARTS:
            return None
        module, name = PARTS[cmd_name][0].split(":")
        with _ended_by_an_interrupt():
            command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or suggest the nearest."""
        if args and args[0] not in PARTS and not args[0].startswith("-"):
            near = did_you_mean(args[0], PARTS) or f"There are {', '.join(PARTS)}."
            raise click.UsageError(f"There is no command '{args[0]}'; {near}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in PARTS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; its errors explain themselves."""
        try:
            return super().invoke(ctx)
        except BallastError as error:
            kind = click.UsageError if isinstance(error, ParameterError) else click.ClickException
            raise kind(str(error)) from None
        except KeyboardInterrupt:
            ctx.exit(130)


HELP = {"help_option_names": ["-h", "--help"]}
EXAMPLES = """\b
Examples:
  ballast run                      run what has changed
  ballast run 04 -p partner IND    the trade boom, for Russia and India
  ballast params 04                what notebook 04 takes
  ballast book                     a site to read, from what was run
  ballast judge C13 --set almost_pct=80   a verdict by your own threshold
  ballast data cite trade_annual   where a table comes from
`ballast COMMAND --help` says more of each.
"""


@click.group(cls=LazyGroup, context_settings=HELP, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="ballast")
def main() -> None:
    """Ballast: an essay on Russia-China ties, tested on real data."""
