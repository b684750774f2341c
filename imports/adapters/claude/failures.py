"""How a question to Claude can fail.

TransientFailure
|-- ModelThrottled          model_throttled
|-- ModelUnavailable        model_unavailable
|-- ModelAnswerLost         model_answer_lost
`-- ModelAnswerBroken       model_answer_broken
PermanentFailure
|-- ModelNotConfigured      model_not_configured
|-- PromptTooLong           prompt_too_long
`-- ModelRefusedRequest     model_refused_request
"""

from __future__ import annotations

from imports.errors import PermanentFailure, TransientFailure


class ModelThrottled(TransientFailure):
    """The language model has no capacity for us just now."""

    code = "model_throttled"


class ModelUnavailable(TransientFailure):
    """The language model does not answer just now."""

    code = "model_unavailable"


class ModelAnswerLost(TransientFailure):
    """A question was sent to the language model, and its answer was lost on the way."""

    code = "model_answer_lost"


class ModelAnswerBroken(TransientFailure):
    """The language model sent something that is no answer."""

    code = "model_answer_broken"


class ModelNotConfigured(PermanentFailure):
    """The language model cannot be used as it is configured."""

    code = "model_not_configured"
    advice = "Support has to check the model, its region, its price and the credentials."


class PromptTooLong(PermanentFailure):
    """A question was too long for the language model."""

    code = "prompt_too_long"
    advice = "Everything read so far is kept. Retry the import; if it happens again, tell support."


class ModelRefusedRequest(PermanentFailure):
    """The language model refused the form of a question."""

    code = "model_refused_request"
    advice = (
        "Everything read so far is kept. Tell support: the model may need other settings."
    )
