"""The command that teaches a shell to complete the others, and what is completed beyond words of theirs."""

import os
import re

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
)

from kiosk.cli.common import examples

VARIABLE = "_KIOSK_COMPLETE"
"""The environment variable that has click complete, as click names it."""
_IN_DOUBLE = re.compile(r'[\\"$`]')
_SPECIAL = re.compile(r"[^\w@%+=:,./-]")


@click.command(
    epilog=examples(
        "kiosk completion bash > ~/.local/share/bash-completion/completions/kiosk",
        "kiosk completion zsh > ~/.zsh/completions/_kiosk",
        "kiosk completion fish > ~/.config/fish/completions/kiosk.fish",
    )
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a shell completion script for SHELL.

    It completes commands, options, files, staff names and periods. Save it where your shell looks for
    completion scripts, then open a new shell.
    """
    click.echo(_SHELLS[shell](ctx.find_root().command, {}, "kiosk", VARIABLE).source())


COMMANDS = (completion,)


class _Bash(BashComplete):
    """Completes in bash, which puts a value on the line just as it comes."""

    # click's own lets bash expand what is offered as patterns, and takes backslashes out of it.
    source_template = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*) COMPREPLY+=("${line#*,}") ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        KIOSK_COMPLETE_QUOTE="${COMP_WORDS[COMP_CWORD]:0:1}" %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s kiosk
"""

    def format_completion(self, item: CompletionItem) -> str:
        """Return a value with whatever bash would take for more than a letter escaped."""
        match os.environ.get("KIOSK_COMPLETE_QUOTE"):
            case "'":
                value = item.value.replace("'", r"'\''")
            case '"':
                value = _IN_DOUBLE.sub(_escaped, item.value)
            case _:
                value = _SPECIAL.sub(_escaped, item.value)
        return f"{item.type},{value}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


_SHELLS = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}
add_completion_class(_Bash)
