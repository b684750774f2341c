"""Says where an error came from, without the words that it carries."""

from __future__ import annotations

import traceback

from imports.errors import Failure


def frames(error: BaseException) -> str:
    """Format a traceback without the words of foreign exceptions.

    A database error quotes the row it choked on, a parser the text: only our own failures are
    known to carry nothing of a conversation.
    """
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        lines += traceback.format_tb(cause.__traceback__)
        said = f": {cause}" if isinstance(cause, Failure) else ""
        lines.append(f"{type(cause).__module__}.{type(cause).__name__}{said}\n")
        cause = cause.__cause__ or cause.__context__
        if cause is not None:
            lines.append("caused by\n")
    return "".join(lines)
