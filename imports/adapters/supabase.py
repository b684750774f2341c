"""How every door of a Supabase project is shown our key."""

from __future__ import annotations


def key_headers(key: str) -> dict[str, str]:
    """Give the headers that say who asks."""
    headers = {"apikey": key, "User-Agent": "soulprint/1.0"}
    if key.count(".") == 2:
        # A JWT: a key of the old kind. One of the new kind is no bearer of anything.
        headers["Authorization"] = f"Bearer {key}"
    return headers
