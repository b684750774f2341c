"""Counts each conversation once, and stores what was counted with it.

What a person wrote when and how much, and where they declared something, stands in the spans: to
read those of a whole history takes minutes at tens of gigabytes, and three stages ask for it. So it
is counted a few hundred conversations at a time, and a stage that is ended goes on behind the last
of them. A conversation that is stored anew is counted anew.
"""

from __future__ import annotations

from collections.abc import Generator

from django.db import connection

from imports.models import Conversation, ImportJob
from imports.pipeline.material.slices import TABLE, id_ranges

AT_ONCE = 250
LONGEST = 2_400  # characters of a message that a model is shown
# ``told_in``: to find a character, all before it are walked; so what lies before is cut off once.
_TALLY = f"""
    UPDATE {TABLE} AS counted SET
        own_messages = own.messages, own_characters = own.characters,
        hours = by_hour.hours, declared = told.declared
    FROM {TABLE} AS c
    CROSS JOIN LATERAL (
        SELECT count(*) AS messages,
            coalesce(sum(least((s->>5)::int - (s->>4)::int, {LONGEST})), 0) AS characters
        FROM jsonb_array_elements(c.spans) s
        WHERE s->>1 = 'user' AND s->>2 IN ('visible', 'voice') AND (s->>6)::boolean
            AND s->>7 IN ('typed', 'dictated') AND (s->>5)::int > (s->>4)::int
    ) own
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(hour, messages), '{{}}') AS hours FROM (
            SELECT coalesce(
                    extract(hour FROM to_timestamp((s->>3)::float8) AT TIME ZONE 'UTC')::text, ''
                ) AS hour, count(*) AS messages
            FROM jsonb_array_elements(c.spans) s
            WHERE s->>1 = 'user' AND s->>2 IN ('visible', 'voice') GROUP BY 1
        ) each_hour
    ) by_hour
    CROSS JOIN LATERAL (
        SELECT min((s->>4)::int) AS since, substring(c.transcript FROM min((s->>4)::int) + 1) AS part
        FROM jsonb_array_elements(c.spans) s
        WHERE s->>2 IN ('context', 'memory_write') AND (s->>5)::int > (s->>4)::int
    ) told_in
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_array(
                s->>0, s->>2,
                coalesce((s->>3)::float8, extract(epoch FROM c.created_at)::float8),
                (s->>4)::int, (s->>5)::int,
                md5(substring(told_in.part
                    FROM (s->>4)::int - told_in.since + 1 FOR (s->>5)::int - (s->>4)::int))
            )), '[]') AS declared
        FROM jsonb_array_elements(c.spans) s
        WHERE s->>2 IN ('context', 'memory_write') AND (s->>5)::int > (s->>4)::int
    ) told
    WHERE counted.id = c.id AND c.user_id = %s AND c.own_messages IS NULL AND c.is_remembered
        AND c.id BETWEEN %s AND %s
"""  # noqa: S608 - the table and the numbers are ours


def tally(job: ImportJob) -> Generator[None, None, None]:
    """Count what is not counted yet; yields between the pieces, each of them stored.

    :raises LostLease: another worker holds the job
    """
    mine = Conversation.objects.filter(user_id=job.user_id, is_remembered=True)
    waiting = mine.filter(own_messages=None)
    if not waiting.exists():
        return
    for low, high in id_ranges(mine.count(), per_slice=AT_ONCE):
        if waiting.filter(id__range=(low, high)).exists():
            with job.writing(), connection.cursor() as cursor:
                cursor.execute(_TALLY, (job.user_id, low, high))
        yield
