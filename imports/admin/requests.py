"""Who presses a button of the console, and where they are sent afterwards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from imports.actors import Staff


def who(request: HttpRequest) -> Staff:
    """Give the person whose session this is, with the account that says what they may do."""
    return Staff(name=request.user.get_username(), account=request.user)


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser on; a dialog is told by header, since htmx follows redirects itself."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
