"""Choose from the members of a ZIP those that hold conversations, and put them in order.

Known names first, at any depth of the tree; a ZIP without any is looked into: whatever
JSON in it has the shape of a conversation counts.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Generator, MutableMapping, Sequence
from typing import Any, NamedTuple

from imports.formats.archive import Archive, Part, base_name, check_readable, part_of
from imports.formats.detection import detect
from imports.formats.failures import (
    ManifestOnly,
    NestedZip,
    NotAnExport,
    TooLarge,
    ZipAmbiguous,
    ZipFailure,
    ZipTooManyFiles,
)
from imports.formats.limits import Limits
from imports.formats.outline import HEAD_BYTES, sketch

# A browser marks what it downloads a second time.
_COPY = r" ?\(\d+\)"
_SHARD = re.compile(rf"conversations(?:-(\d+))?(?:{_COPY})?\.json", re.IGNORECASE)
_OTHERS = re.compile(
    r"prod-grok-backend\.json|memories\.json|projects\.json"
    r"|chat-[0-9a-f-]{8,}\.json|chat-export-\d+\.json|conversation_\d+\.(?:txt|json)",
    re.IGNORECASE,
)
# The history of Gemini in Workspace is JSON by another name, and files of AI Studio are called
# what the person calls them.
_JSON = re.compile(
    r".*\.json|conversation_\d+\.txt|(?!.*\.[a-z]\w{0,4}$).+", re.IGNORECASE | re.DOTALL
)
_ACTIVITY = re.compile(r"(?:^|/)[^/]*(?:gemini|bard)[^/]*/[^/]+\.json$", re.IGNORECASE)
_ACTIVITY_PAGE = re.compile(
    r"(?:^|/)(?:myactivity|[^/]*(?:gemini|bard)[^/]*/[^/]+)\.html$", re.IGNORECASE
)
# What Claude exports file by file, in folders of these names.
_SINGLE = re.compile(
    r"(?:^|/)(?:(?:projects|conversations)/[0-9a-f-]{8,}|(?:memories|design_chats)/[\w-]+)"
    r"\.json$",
    re.IGNORECASE,
)
_BESIDE_SHARDS = re.compile(r"(?:^|/)(?:memories|projects)\.json$", re.IGNORECASE)
# It comes in several ZIPs; unpacked, each is a folder of its own.
_PACKAGE = re.compile(
    r"(^|/)[^/]*(?:conversations|memories|projects|design_chats)-\d+[^/]*/", re.IGNORECASE
)
_SIDE_FILES = {
    "user.json",
    "users.json",
    "user_settings.json",
    "message_feedback.json",
    "model_comparisons.json",
    "shared_conversations.json",
    "group_chats.json",
    "shopping.json",
    "sora.json",
    "ads.json",
    "library_files.json",
    "conversation_asset_file_names.json",
    "export_manifest.json",
}
_MANIFEST = "export_manifest.json"
_MAX_CANDIDATES = 20_000
_MAX_NAME_CHARS = 1_000


# Whether the file that begins at an offset holds conversations, as far as that is known already.
Looked = MutableMapping[int, bool]


class Chosen(NamedTuple):
    """The parts in order, the shards that a manifest lists in vain, and what may be a part."""

    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]


def choose(
    archive: Archive, *, limits: Limits, looked: Looked
) -> Generator[None, None, Chosen]:
    """Find the parts of the export in a ZIP; yield before each file that is looked into.

    :raises ExportFailure: it holds none, or none that can be read safely.
    """
    candidates = [each for each in archive.members if _is_plain_json(each)]
    wanted = _known(candidates)
    unreadable: dict[str, ZipFailure] = {}
    if not wanted:
        wanted, unreadable = yield from _recognized(archive, candidates, looked)
    if not wanted:
        raise next(iter(unreadable.values()), None) or _nothing_found(archive.members)
    _check_names(wanted)
    for member in wanted:
        check_readable(member, limits)
    if sum(each.file_size for each in wanted) > limits.max_unpacked_bytes:
        raise TooLarge
    ordered = sorted(wanted, key=_place)
    return Chosen(
        parts=tuple(map(part_of, ordered)),
        missing=_missing(archive, ordered),
        unreadable=tuple(unreadable),
    )


def _is_plain_json(member: zipfile.ZipInfo) -> bool:
    """Leave out folders, links, and the shadow files that macOS adds."""
    path, name = member.filename, base_name(member.filename)
    return (
        len(path) <= _MAX_NAME_CHARS
        and bool(_JSON.fullmatch(name))
        and not name.startswith("._")
        and "__MACOSX/" not in path
        and not stat.S_ISLNK(member.external_attr >> 16)
    )


def _known(candidates: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Choose by name. Beside shards only their own side files count: an export may carry
    files of the person's with any name, deep in the folders of its assets."""
    shards = [each for each in candidates if _SHARD.fullmatch(base_name(each.filename))]
    if not shards:
        return [each for each in candidates if _is_known(each.filename)]
    homes = {_home(each.filename) for each in shards}
    sides = (each for each in candidates if _is_beside_shards(each.filename))
    return shards + [each for each in sides if _home(each.filename) in homes]


def _is_known(path: str) -> bool:
    found = _OTHERS.fullmatch(base_name(path)) or _SINGLE.search(path)
    return bool(found or _ACTIVITY.search(path))


def _is_beside_shards(path: str) -> bool:
    return bool(_BESIDE_SHARDS.search(path) or _SINGLE.search(path))


def _home(path: str) -> str:
    """Name the folder of the export that this file is a part of."""
    return _PACKAGE.sub(r"\1", _SINGLE.sub("/", path)).rpartition("/")[0]


def _recognized(
    archive: Archive, candidates: Sequence[zipfile.ZipInfo], looked: Looked
) -> Generator[None, None, tuple[list[zipfile.ZipInfo], dict[str, ZipFailure]]]:
    """Look into files of unknown name, as browser extensions give one per conversation.

    What nothing but its missing extension makes a candidate is most likely a picture: it is
    named with its failure where it cannot be looked into, and the others count.

    :raises ZipTooManyFiles: there are more of them than anybody looks into.
    :raises ZipFailure: a file that is JSON by its name cannot be looked into.
    """
    unknown = [
        each for each in candidates if base_name(each.filename).lower() not in _SIDE_FILES
    ]
    if len(unknown) > _MAX_CANDIDATES:
        raise ZipTooManyFiles(
            f"It holds {len(unknown):,} files that could be conversations. "
            f"{ZipTooManyFiles.advice}"
        )
    unreadable: dict[str, ZipFailure] = {}
    for each in unknown:
        if each.header_offset in looked:
            continue
        yield
        try:
            head = archive.head(each, HEAD_BYTES)
        except ZipFailure as failure:
            if base_name(each.filename).lower().endswith((".json", ".txt")):
                raise
            unreadable[each.filename] = failure
        else:
            looked[each.header_offset] = _holds_conversations(sketch(head))
    found = [each for each in unknown if looked.get(each.header_offset)]
    return found, unreadable


def _holds_conversations(root: Any) -> bool:
    if isinstance(root, dict):
        inner = [root, *root.values()]
        lists = (value for value in inner if isinstance(value, list))
        return any(map(detect, inner)) or any(any(map(detect, each)) for each in lists)
    return isinstance(root, list) and any(map(detect, root))


def _check_names(members: Sequence[zipfile.ZipInfo]) -> None:
    seen = set()
    for member in members:
        if member.filename in seen:
            raise ZipAmbiguous(
                f"{base_name(member.filename)} is in the ZIP more than once. "
                "Download the export again and upload it unchanged."
            )
        seen.add(member.filename)


def _place(member: zipfile.ZipInfo) -> tuple[str, int, int, str]:
    """Order by folder, conversations first, shards by number, then by name."""
    folder, _, _ = member.filename.rpartition("/")
    shard = _SHARD.fullmatch(base_name(member.filename))
    number = int(shard[1] or -1) if shard else 0
    return (folder, 0 if shard else 1, number, member.filename)


def _missing(archive: Archive, found: Sequence[zipfile.ZipInfo]) -> tuple[str, ...]:
    """Name the shards that the manifest lists and the ZIP lacks; it hides nothing."""
    present = {re.sub(_COPY, "", base_name(each.filename)).lower() for each in found}
    listed: dict[str, None] = {}
    for member in archive.members:
        if base_name(member.filename).lower() == _MANIFEST:
            listed |= dict.fromkeys(_listed(archive.read_small(member)))
    return tuple(name for name in listed if base_name(name).lower() not in present)


def _listed(content: bytes) -> list[str]:
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return []
    names = []
    match manifest:
        case {"logical_files": dict(logical)}:
            for entry in logical.values():
                match entry:
                    case {"files": list(files)}:
                        names.extend(files)
    match manifest:
        case {"export_files": list(entries)}:
            names.extend(each.get("path") for each in entries if isinstance(each, dict))
    shards = (each for each in names if isinstance(each, str))
    return [each for each in shards if _SHARD.fullmatch(base_name(each))]


def _nothing_found(members: Sequence[zipfile.ZipInfo]) -> NotAnExport | NestedZip:
    """Say what the ZIP holds instead."""
    names = [
        base_name(each.filename) for each in members if not each.filename.endswith("/")
    ]
    lowered = [name.lower() for name in names]
    inner = [name for name in names if name.lower().endswith(".zip")]
    if inner:
        return NestedZip(
            f"The ZIP holds another ZIP, {inner[0]}. Unpack it once and upload that."
        )
    if not names:
        return NotAnExport("The ZIP is empty. Download the export again.")
    if any(_ACTIVITY_PAGE.search(each.filename) for each in members):
        return NotAnExport(
            "The ZIP holds the activity as HTML. In Google Takeout, set the format of "
            '"My Activity" to JSON, export again, and upload that.'
        )
    if any(name.startswith("manifest-") for name in lowered):
        return ManifestOnly()
    if "chat.html" in lowered:
        return NotAnExport(
            "The ZIP holds chat.html but no conversations.json. Request a new export "
            "and upload its ZIP unchanged."
        )
    return NotAnExport(
        f"None of the {len(names):,} files in the ZIP holds conversations. "
        f"{NotAnExport.advice}"
    )
