"""The rows: what is kept, what must be true of it, and the questions that are asked twice."""

from imports.models.access import IdempotencyKey, ServiceThrottle
from imports.models.alarms import Alert
from imports.models.audit import StaffAction
from imports.models.erasure import Erasure
from imports.models.history import Chunk, Conversation, Lesson, Tier, WordBlock
from imports.models.jobs import ImportJob, ImportStatus, StageName, Status
from imports.models.ledger import ModelCall
from imports.models.logs import StageLog
from imports.models.mirroring import MirrorState
from imports.models.pauses import Pause
from imports.models.results import Fact, Soulprint
from imports.models.uploads import ExpectedFile, Upload
from imports.models.workers import Worker

__all__ = [
    "Alert",
    "Chunk",
    "Conversation",
    "Erasure",
    "ExpectedFile",
    "Fact",
    "IdempotencyKey",
    "ImportJob",
    "ImportStatus",
    "Lesson",
    "MirrorState",
    "ModelCall",
    "Pause",
    "ServiceThrottle",
    "Soulprint",
    "StaffAction",
    "StageLog",
    "StageName",
    "Status",
    "Tier",
    "Upload",
    "WordBlock",
    "Worker",
]
