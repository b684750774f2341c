"""What staff can do about a failure that is ours to mend; what the person is told is no help there."""

from __future__ import annotations

_ADVICE = {
    "storage_auth": "The file store refuses our key. Set a valid SUPABASE_SERVICE_KEY for web and "
    "worker, let “manage.py doctor” confirm it, then retry. The first page retries "
    "all imports of a kind at once.",
    "poison": "Its worker died three times at the same place, mostly because memory ran out. The "
    "log around the times below says more. Give the worker more memory, or mend the cause, then "
    "retry: what is stored is kept.",
    "model_not_configured": "“manage.py doctor --live” says what is wrong with the model, its "
    "region, its price or the credentials. Mend that, then retry.",
    "embedder_not_configured": "“manage.py doctor --live” says what is wrong with the region, the "
    "credentials or the access to the model. Mend that, then retry.",
    "model_refused_request": "The model wants other settings: try LLM_OUTPUT, or another "
    "LLM_MODEL. “manage.py doctor --live” asks it once. Then retry.",
    "prompt_too_long": "Set an LLM_MODEL that reads longer questions, then retry.",
    "unusable_answer": "The model did not keep to the form that was asked for. Retry once; if that "
    "does not help, try LLM_OUTPUT, or another LLM_MODEL.",
    "internal_error": "This is a bug. The traceback says where, the log more under the id of this "
    "import. Retry once it is mended.",
}


def advice_on(code: str) -> str:
    """Say what to do about a code; empty where the person's own sentence says it."""
    return _ADVICE.get(code, "")
