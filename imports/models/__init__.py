"""The rows: what is kept, what must be true of it, and the questions that are asked twice."""

from imports.models.access import IdempotencyKey, ServiceThrottle
from imports.models.erasure import Erasure
from imports.models.history import Chunk, Conversation, Lesson, Tier, WordBlock
from imports.models.jobs import ImportJob, ImportStatus, StageName, Status
from imports.models.ledger import ModelCall
from imports.models.logs import StageLog
from imports.models.results import Fact, Soulprint
from imports.models.uploads import Upload
from imports.models.workers import Worker

__all__ = [
    "Chunk",
    "Conversation",
    "Erasure",
    "Fact",
    "IdempotencyKey",
    "ImportJob",
    "ImportStatus",
    "Lesson",
    "ModelCall",
    "ServiceThrottle",
    "Soulprint",
    "StageLog",
    "StageName",
    "Status",
    "Tier",
    "Upload",
    "WordBlock",
    "Worker",
]
