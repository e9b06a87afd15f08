"""`undersigned`: runs one command; whatever goes wrong becomes a sentence and an exit code, never a traceback."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from undersigned_client.command_line import parser
from undersigned_client.errors import Exit, Failure, Refused
from undersigned_client.language.messages import say
from undersigned_client.session import Session
from undersigned_client.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None, *, backoff_seconds: float = 0.5) -> int:
    """Run the command that `words` say; return its exit code."""
    asked = parser().parse_args(words)
    terminal = Terminal(as_json=asked.json)
    try:
        return int(asked.run(Session(terminal, backoff_seconds), asked))
    except Failure as failure:
        _explain(terminal, failure)
        return failure.code
    except BrokenPipeError:
        # Whoever read our answer has enough of it (`| head`); Python would complain once more when it ends.
        sys.stdout = None
        return Exit.DONE
    except KeyboardInterrupt:
        terminal.note(f"\n{say('Stopped.')}")
        return Exit.INTERRUPTED


def _explain(terminal: Terminal, failure: Failure) -> None:
    if terminal.as_json and isinstance(failure, Refused):
        terminal.note(json.dumps(failure.problem, ensure_ascii=False))
        return
    terminal.note(str(failure))
    for field, message in failure.mistakes if isinstance(failure, Refused) else ():
        terminal.note(f"  {field}: {message}")


if __name__ == "__main__":
    sys.exit(main())
