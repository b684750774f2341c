"""Who presses a button of the console, on what, and where they are sent afterwards."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from imports.actors import Staff


def who(request: HttpRequest) -> Staff:
    """Give the person whose session this is, with the account that says what they may do."""
    return Staff(name=request.user.get_username(), account=request.user)


def id_in(address: str) -> uuid.UUID:
    """Read the id of a row in an address.

    :raises Http404: it is none
    """
    try:
        return uuid.UUID(address)
    except ValueError:
        raise Http404 from None


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on; a dialog is told by header, since htmx follows redirects itself."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
