"""Claude behind the language model port, over the real SDK: Anthropic's own address or Bedrock.

The SDK costs a second and 70 MB, so it is imported when the first question is asked.
"""

from imports.adapters.claude.capabilities import DEFAULT_MODELS, parse_prices
from imports.adapters.claude.model import ClaudeModel

__all__ = ["DEFAULT_MODELS", "ClaudeModel", "parse_prices"]
