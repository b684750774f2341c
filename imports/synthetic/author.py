"""Who writes a conversation: its voice, its model, and what is declared by then."""

from __future__ import annotations

from dataclasses import dataclass

from imports.synthetic.declarations import Declarations
from imports.synthetic.prose import Voice, escaped, log_normal

_PASTED_SHARE = 0.015
_FINISHED = '"finish_details": {"type": "stop", "stop_tokens": [200002]}, '


@dataclass(slots=True)
class Author:
    """The writer of all messages; asks an opening question first, then goes on."""

    voice: Voice
    model: str
    declarations: Declarations
    is_recent: bool = False
    has_asked: bool = False

    def request(self) -> str:
        """Return the metadata members that tell one request from another."""
        digits = f"{self.voice.rng.getrandbits(64):016x}"
        return f'"request_id": "{digits}-AMS", "timestamp_": "absolute"'

    def said(self, planted: str | None) -> str:
        """Return the words of a user, planted or made up."""
        if planted is not None:
            self.has_asked = True
            return escaped(planted)
        rng = self.voice.rng
        if rng.random() < _PASTED_SHARE:
            return self.voice.pasted(log_normal(rng, 5000, 1.0))
        length = log_normal(rng, 110, 1.35)
        if self.has_asked:
            return self.voice.follow_up(length)
        self.has_asked = True
        return self.voice.opening(length)

    def finished(self) -> str:
        """Return the usual metadata members of an assistant message."""
        return (
            f'{_FINISHED}"is_complete": true, "model_slug": "{self.model}", '
            f'"default_model_slug": "auto", "message_type": "next", {self.request()}'
        )


def text_content(words: str) -> str:
    """Return the content object of a plain text message; the words are escaped."""
    return f'{{"content_type": "text", "parts": ["{words}"]}}'


def code_content(language: str, text: str) -> str:
    """Return the content object of a code message; the text is escaped."""
    named = f'"language": "{language}", "response_format_name": null'
    return f'{{"content_type": "code", {named}, "text": "{text}"}}'
