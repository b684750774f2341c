"""Uploads a file with tuspy, the client of the tus project for Python, as a program of its own.

python tuspy_sends.py ENDPOINT SERVICE_KEY USER_ID FILE WAIT_MS PIECE CHECKSUM
"""

from __future__ import annotations

import sys
import time

import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

_TRIES = 300
_BROKEN = (TusCommunicationError, TusUploadFailed, requests.RequestException)


def main(endpoint: str, key: str, user_id: str, file: str, *wishes: str) -> None:
    """Send the file, however often the line breaks, and print where it lies."""
    wait_ms, piece, checksum = (int(wish) for wish in wishes)
    client = TusClient(endpoint, headers={"Authorization": f"Bearer {key}"})
    options = {
        "chunk_size": piece,
        "metadata": {"filename": "export.zip", "user_id": user_id},
        "upload_checksum": bool(checksum),
        "retries": 1,
        "retry_delay": 0,
    }
    url = None
    for _ in range(_TRIES):
        # Each try begins as a new program would: all that is left is the address of the upload.
        try:
            sending = client.uploader(file, url=url, **options)
            url = url or sending.create_url()
            sending.set_url(url)
            sending.upload()
            print(_path(url, client.headers))  # noqa: T201 - what the test waits for
            return
        except _BROKEN:
            time.sleep(wait_ms / 1000)
    sys.exit("the line broke too often")


def _path(url: str, headers: dict[str, str]) -> str:
    answer = requests.head(url, headers={**headers, "Tus-Resumable": "1.0.0"}, timeout=10)
    return answer.headers["Soulprint-Storage-Path"]


if __name__ == "__main__":
    main(*sys.argv[1:])
