"""The look of the console and its navigation; names of the app are given as strings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _stylesheet(request: HttpRequest) -> str:
    return static("console/console.css")


def _script(request: HttpRequest) -> str:
    return static("console/console.js")


def _keyboard(request: HttpRequest) -> str:
    return static("console/keyboard.js")


def _favicon(request: HttpRequest) -> str:
    return static("soulprint.svg")


def _may(permission: str) -> Any:
    return lambda request: request.user.has_perm(permission)


def _is_in(folder: str, *, but: str) -> Any:
    """Tell whether an address lies in a folder of the console that holds another page too."""
    return lambda request: folder in request.path and but not in request.path


def _page(
    title: str, icon: str, address: str, permission: str, **more: Any
) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(address),
        "permission": _may(permission),
        **more,
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "soulprint",
    "SITE_HEADER": "soulprint",
    "SITE_SUBHEADER": "Console",
    "SITE_SYMBOL": "fingerprint",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "imports.admin.dashboard.context",
    "STYLES": [_stylesheet],
    "SCRIPTS": [_script, _keyboard],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 181)",
            "100": "oklch(93% .04 181)",
            "200": "oklch(87% .07 182)",
            "300": "oklch(79% .10 183)",
            "400": "oklch(70% .11 185)",
            "500": "oklch(60% .105 187)",
            "600": "oklch(50% .09 189)",
            "700": "oklch(43% .078 190)",
            "800": "oklch(37% .065 191)",
            "900": "oklch(32% .053 192)",
            "950": "oklch(23% .04 193)",
        }
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {
                        "title": "First page",
                        "icon": "monitor_heart",
                        "link": reverse_lazy("admin:index"),
                    },
                    _page(
                        "Imports",
                        "move_to_inbox",
                        "admin:imports_importjob_changelist",
                        "imports.view_importjob",
                        badge="imports.admin.attention.badge",
                        badge_variant="danger",
                    ),
                    _page(
                        "Pauses",
                        "pause_circle",
                        "admin:imports_pause_changelist",
                        "imports.view_pause",
                    ),
                ]
            },
            {
                "title": "What came out",
                "separator": True,
                "items": [
                    _page(
                        "People", "person_search", "people-list", "imports.view_importjob"
                    ),
                    _page(
                        "Soulprints",
                        "fingerprint",
                        "admin:imports_soulprint_changelist",
                        "imports.view_soulprint",
                    ),
                    _page(
                        "Facts",
                        "fact_check",
                        "admin:imports_fact_changelist",
                        "imports.view_fact",
                    ),
                    _page(
                        "Conversations",
                        "forum",
                        "admin:imports_conversation_changelist",
                        "imports.view_conversation",
                        active=_is_in("/conversation/", but="/conversation/search/"),
                    ),
                    _page(
                        "Search a memory",
                        "search",
                        "admin:imports_conversation_search",
                        "imports.read_conversation",
                    ),
                ],
            },
            {
                "title": "Staff",
                "separator": True,
                "items": [
                    _page(
                        "What staff did",
                        "history",
                        "admin:imports_staffaction_changelist",
                        "imports.view_staffaction",
                    ),
                    _page(
                        "Erasures",
                        "delete_forever",
                        "admin:imports_erasure_changelist",
                        "imports.view_erasure",
                    ),
                    _page(
                        "Accounts", "person", "admin:auth_user_changelist", "auth.view_user"
                    ),
                    _page(
                        "Groups", "group", "admin:auth_group_changelist", "auth.view_group"
                    ),
                ],
            },
        ],
    },
}
