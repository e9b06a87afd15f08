"""Cuts the AWS SDK in a package down to what the functions use: five services, and of each the operations that they call.

What goes is data that botocore would read: models of other services and operations, their documentation, examples, waiters.
Of its code only what writes the texts for `help()` goes, which takes a twentieth of a cold start.
"""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Everything that a function asks of AWS. A test fails for a call that is not here (tests/kit/checked_requests.py).
OPERATIONS = {
    "dynamodb": {"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"},
    "s3": {
        "AbortMultipartUpload",
        "CompleteMultipartUpload",
        "CreateMultipartUpload",
        "DeleteObject",
        "GetObject",
        "HeadObject",
        "ListObjectsV2",
        "PutObject",
        "UploadPart",
    },
    "secretsmanager": {"GetSecretValue", "PutSecretValue"},
    "sesv2": {"DeleteSuppressedDestination", "GetAccount", "GetEmailIdentity", "SendEmail"},
    "sqs": {"DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessageBatch"},
}
MODEL = "service-2.json"
KEPT = {MODEL, "service-2.sdk-extras.json", "endpoint-rule-set-1.json"}
UNREAD = {"documentation", "documentationUrl"}
DOCS = {"utils.py"}  # botocore.handlers uses it
# For botocore/docs/docstring.py: its names, each an empty text.
DOCSTRINGS = '''"""No texts for help(): the modules that write them are left out of the zip."""


class LazyLoadedDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class ClientMethodDocstring(LazyLoadedDocstring):
    pass


class WaiterDocstring(LazyLoadedDocstring):
    pass


class PaginatorDocstring(LazyLoadedDocstring):
    pass
'''


def cut(root: Path) -> None:
    """Cut the SDK in the folder `root`, if there is one."""
    data = root / "botocore" / "data"
    if not data.exists():
        return
    for service in [path for path in data.iterdir() if path.is_dir()]:
        if service.name in OPERATIONS:
            _cut_service(service, OPERATIONS[service.name])
        else:
            shutil.rmtree(service)
    _write(data / "endpoints.json", _cut_endpoints(json.loads((data / "endpoints.json").read_text())))
    _cut_docs(root / "botocore" / "docs")


def _cut_service(service: Path, operations: set[str]) -> None:
    newest = max(service.iterdir())
    for version in service.iterdir():
        if version != newest:
            shutil.rmtree(version)
    for file in newest.iterdir():
        name = file.name.removesuffix(".gz")
        if name in KEPT:
            content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            document = json.loads(content)
            # Unpacked, as the zip packs it again.
            _write(newest / name, _cut_model(document, operations) if name == MODEL else document)
        if name not in KEPT or file.suffix == ".gz":
            file.unlink()


def _cut_docs(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name not in DOCS:
            entry.unlink()
    (folder / "__init__.py").write_text("")
    (folder / "docstring.py").write_text(DOCSTRINGS)


def _write(file: Path, document: Any) -> None:
    file.write_text(json.dumps(document, separators=(",", ":")))


def _cut_model(model: dict[str, Any], operations: set[str]) -> dict[str, Any]:
    """The model with `operations` and the shapes that they reach."""
    kept = {name: _unread(model["operations"][name]) for name in sorted(operations)}
    shapes, waiting = {}, list(_shapes(kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _unread(model["shapes"][name])
            waiting += _shapes(shapes[name])
    rest = {name: part for name, part in model.items() if name not in {"documentation", "examples"}}
    return {**rest, "operations": kept, "shapes": shapes}


def _shapes(value: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        for entry in value.values():
            yield from _shapes(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _shapes(entry)


def _unread(value: Any) -> Any:
    """Without what only people read. A member may have the name of such a thing, but is no text."""
    if isinstance(value, dict):
        return {
            name: _unread(entry) for name, entry in value.items() if name not in UNREAD or not isinstance(entry, str)
        }
    return [_unread(entry) for entry in value] if isinstance(value, list) else value


def _cut_endpoints(document: dict[str, Any]) -> dict[str, Any]:
    """The endpoints of our services, and of what they share a name for signing with."""
    names = {*OPERATIONS, "email"}  # sesv2's
    for partition in document["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in names}
    return document
