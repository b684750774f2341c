"""Takes files in forms from staff who may start an import, and from nobody else.

A form is read before anybody is asked who sent it, the CSRF check does so, and its files go to the
disk as they come: whoever found the login could have filled it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler

PERMISSION = "imports.start_importjob"


class OnlyFromStaff(FileUploadHandler):
    """Stands before the handlers that store what comes."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Let a file begin.

        :raises PermissionDenied: nobody may send one here who may not start an import
        """
        super().new_file(*args, **kwargs)
        account: Any = getattr(self.request, "user", None)
        is_staff = account is not None and account.is_active and account.is_staff
        if not (is_staff and account.has_perm(PERMISSION)):
            raise PermissionDenied

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the handler that has stored it."""
