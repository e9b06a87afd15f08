"""`undersigned`: runs one command. Failures become a sentence and an exit code, never a traceback."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from undersigned_client.command_line import parser
from undersigned_client.errors import Exit, Failure, Refused
from undersigned_client.language.messages import translate
from undersigned_client.session import Session
from undersigned_client.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None, *, backoff_seconds: float = 0.5) -> int:
    """Run the command in `arguments` (those of the process if None); return its exit code."""
    options = parser().parse_args(arguments)
    terminal = Terminal(as_json=options.json)
    try:
        return int(options.run(Session(terminal, backoff_seconds), options))
    except Failure as failure:
        _explain(terminal, failure)
        return failure.code
    except BrokenPipeError:
        # The reader of our output closed it (`| head`); Python would complain again at exit.
        sys.stdout = None
        return Exit.DONE
    except KeyboardInterrupt:
        terminal.note(f"\n{translate('Stopped.')}")
        return Exit.INTERRUPTED


def _explain(terminal: Terminal, failure: Failure) -> None:
    if terminal.as_json and isinstance(failure, Refused):
        terminal.note(json.dumps(failure.problem, ensure_ascii=False))
        return
    terminal.note(str(failure))
    for field, message in failure.field_errors if isinstance(failure, Refused) else ():
        terminal.note(f"  {field}: {message}")


if __name__ == "__main__":
    sys.exit(main())
