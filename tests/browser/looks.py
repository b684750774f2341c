"""Rules of looks that a browser can hold."""

from __future__ import annotations

from playwright.sync_api import Page

# What is wider than the box that it stands in, the innermost only. Boxes that scroll, fields, and
# what only a screen reader hears may be; so may an article or form, where something of it reaches
# to the edges of the window.
_STICKING_OUT = """
() => [document.documentElement, ...document.querySelectorAll("main *, .c-page *, #result_list *")]
    .filter((each) => {
        const style = getComputedStyle(each);
        const isCut = ["auto", "scroll"].includes(style.overflowX) || style.textOverflow === "ellipsis";
        return each.clientWidth && each.scrollWidth > each.clientWidth + 1 && !isCut
            && !each.matches("article, form, input, select, textarea")
            && !each.closest("svg, .unseen, .c-sr, .sr-only, [hidden], [class*=simplebar]");
    })
    .filter((each, _, all) => !all.some((other) => each !== other && each.contains(other)))
    .map((each) => `${each.tagName} .${each.className}: ${each.textContent.trim().slice(0, 40)}`)
"""
# Cells of one height, whatever they hold, hide what is in them.
_CUT_OFF = """
() => [...document.querySelectorAll("#result_list :is(td, th)")]
    .filter((each) => each.clientHeight && each.scrollHeight > each.clientHeight + 1)
    .map((each) => each.textContent.trim().replace(/\\s+/g, " ").slice(0, 60))
"""
# What can be scrolled from side to side: the page itself, or the box of a list.
_SIDEWAYS = """
() => [document.documentElement, ...document.querySelectorAll(".simplebar-content-wrapper")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.tagName} .${each.className}: ${each.scrollWidth}`)
"""


def sideways(page: Page) -> list[str]:
    """Name what has to be scrolled from side to side to be read."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def sticking_out(page: Page) -> list[str]:
    """Name what does not fit into its box from side to side."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found


def cut_off(page: Page) -> list[str]:
    """Name the cells of a list of the console that hide a part of what they hold."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found
