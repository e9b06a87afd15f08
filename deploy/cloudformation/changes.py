"""What a change set would do, as a table, and which changes could lose data. It calls nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Losing one means losing signatures, every link in an email, files, or the right to send.
STATEFUL = {
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SES::EmailIdentity",
    "AWS::SecretsManager::Secret",
}
ORDER = {"Remove": 0, "Modify": 1, "Add": 2}
REPLACED = {"True": "REPLACED", "Conditional": "may be REPLACED"}
HEADINGS = ("Action", "Resource", "Type", "")


@dataclass(frozen=True, slots=True)
class Change:
    """One resource of a change set."""

    action: str
    name: str
    kind: str
    replacement: str

    @property
    def endangers_data(self) -> bool:
        """True when something that holds data would be removed or replaced: even if a policy retains it, the app loses it."""
        return self.kind in STATEFUL and (self.action == "Remove" or self.replacement in REPLACED)


def read(entries: list[dict[str, Any]]) -> list[Change]:
    """The changes in `Changes` of DescribeChangeSet, removals first."""
    resources = [entry["ResourceChange"] for entry in entries]
    changes = [
        Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], one.get("Replacement", ""))
        for one in resources
    ]
    return sorted(changes, key=lambda change: (ORDER.get(change.action, 1), change.replacement != "True", change.name))


def table(changes: list[Change]) -> str:
    """One line per change, in columns."""
    rows = [(one.action, one.name, one.kind.removeprefix("AWS::"), _note(one)) for one in changes]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEADINGS, *rows))
    return "\n".join(line.rstrip() for line in lines)


def _note(change: Change) -> str:
    note = REPLACED.get(change.replacement, "")
    return f"{note} (holds data)".strip() if change.endangers_data else note
