"""FastAPI on uvicorn with asyncpg: the fastest usual way to read a row over HTTP in Python."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI

_pools: list[asyncpg.Pool] = []


@asynccontextmanager
async def _with_pool(_: FastAPI) -> AsyncIterator[None]:
    _pools.append(
        await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=8)
    )
    yield
    await _pools.pop().close()


app = FastAPI(lifespan=_with_pool)


@app.get("/api/imports/{job_id}/")
async def job(job_id: uuid.UUID) -> dict[str, Any]:
    row = await _pools[0].fetchrow(
        "SELECT id, user_id, storage_path, status, stage, progress_percent, messages"
        " FROM imports_importjob WHERE id = $1",
        job_id,
    )
    return dict(row)
