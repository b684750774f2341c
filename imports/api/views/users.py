"""What a user may ask for as a whole: to be erased."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from rest_framework.request import Request

from imports import erase
from imports.api.answers import answer
from imports.api.schema import documented
from imports.api.serializers import EmptyBody
from imports.api.shapes import Erasure
from imports.api.views.base import ApiView


class User(ApiView):
    needs = {"DELETE": "imports.add_erasure"}

    @documented(
        "eraseUser",
        "Erase everything of a user",
        tag="users",
        answers={202: Erasure},
        fails=(400, 404, 429),
    )
    def delete(self, request: Request, user_id: uuid.UUID) -> HttpResponse:
        """Exports, conversations, facts, soulprints and logs; a running import is cancelled first.

        Asking again is no error. When it is done, every other call about the user is as if there
        had never been one.
        """
        self.query(EmptyBody)
        owner = self.principal.reads_user(user_id)
        erase.request(owner, requested_by=self.principal.who)
        return answer({"status": "erasing", "user_id": str(owner)}, status=202)
