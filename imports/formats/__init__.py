"""Reading exports: a file in, conversations out. Pure Python, knows nothing of Django.

open_container(file)        what parts it has; unpack them with ``Container.read``
open_step_by_step(file)     the same, for whoever has to say in between that he is alive
read_conversations(parts)   the unpacked parts as one stream of records
"""

from imports.formats.archive import Part
from imports.formats.containers import Container, open_container, open_step_by_step
from imports.formats.failures import ExportFailure
from imports.formats.limits import Limits
from imports.formats.reading import read_conversations
from imports.formats.records import (
    START,
    Conversation,
    Message,
    MessageKind,
    Position,
    Record,
    Skipped,
)

__all__ = [
    "START",
    "Container",
    "Conversation",
    "ExportFailure",
    "Limits",
    "Message",
    "MessageKind",
    "Part",
    "Position",
    "Record",
    "Skipped",
    "open_container",
    "open_step_by_step",
    "read_conversations",
]
