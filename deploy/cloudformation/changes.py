"""What a change set would do, as a table, and which of it could lose data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Their loss is the loss of signatures, of every link in a mail, of files, or of the right to send.
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
        """True when something that holds data would be removed or replaced; kept by a policy or not, it is lost to the app."""
        return self.kind in STATEFUL and (self.action == "Remove" or self.replacement in REPLACED)


def read(entries: list[dict[str, Any]]) -> list[Change]:
    """`Changes` of DescribeChangeSet, what is removed first."""
    facts = [entry["ResourceChange"] for entry in entries]
    made = [
        Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], one.get("Replacement", ""))
        for one in facts
    ]
    return sorted(made, key=lambda change: (ORDER.get(change.action, 1), change.replacement != "True", change.name))


def table(changes: list[Change]) -> str:
    """A line for each, in columns."""
    rows = [(one.action, one.name, one.kind.removeprefix("AWS::"), _note(one)) for one in changes]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEADINGS, *rows))
    return "\n".join(line.rstrip() for line in lines)


def _note(change: Change) -> str:
    note = REPLACED.get(change.replacement, "")
    return f"{note} (holds data)".strip() if change.endangers_data else note
