"""Removes what holds data once its stack is gone: tables, secret, bucket. Callers ask first.

A mail identity stays, because other software may send from it, unless the stack was never finished and made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cloudformation.changes import STATEFUL
from deploy.terminal import Refused

if TYPE_CHECKING:
    from boto3.session import Session

    from deploy.cloudformation.stack import Stack
    from deploy.terminal import Terminal

RECOVERY_DAYS = 30  # the longest that Secrets Manager offers
TABLE, IDENTITY = "AWS::DynamoDB::Table", "AWS::SES::EmailIdentity"
Resource = dict[str, Any]


def holding_data(stack: Stack) -> list[Resource]:
    """The stack's resources that hold data and are still there."""
    return [
        one
        for one in stack.resources()
        if one["ResourceType"] in STATEFUL
        and one.get("PhysicalResourceId")
        and one["ResourceStatus"] != "DELETE_COMPLETE"
    ]


@dataclass(frozen=True, slots=True)
class DataRemoval:
    """Removes the data of one stage. What somebody removed by hand is passed over."""

    session: Session
    terminal: Terminal

    def refuse_if_signed(self, kept: list[Resource], stack: str) -> None:
        """Raise Refused while the Signatures table holds one that was not withdrawn."""
        tables = [one["PhysicalResourceId"] for one in kept if one["LogicalResourceId"] == "SignaturesTable"]
        if any(self._holds_signatures(table) for table in tables):
            raise Refused(
                f"{stack} holds signatures. Export them and have them withdrawn or erased first: "
                "they are personal data, and this command does not delete them."
            )

    def tables_with_rows(self, kept: list[Resource]) -> list[str]:
        """The logical ids of the tables that hold anything at all."""
        return [
            one["LogicalResourceId"]
            for one in kept
            if one["ResourceType"] == TABLE and self._finds({"TableName": one["PhysicalResourceId"]})
        ]

    def remove_unfinished(self, resource: Resource) -> None:
        """Remove one resource of a stack that was never finished; its mail identity too, or the next try would stop at it."""
        # Only one that it made itself: of one that was there before, CloudFormation says CREATE_FAILED.
        if resource["ResourceType"] == IDENTITY and resource["ResourceStatus"] == "CREATE_COMPLETE":
            client: Any = self.session.client("sesv2")
            client.delete_email_identity(EmailIdentity=resource["PhysicalResourceId"])
            self.terminal.say(f"Mail identity {resource['PhysicalResourceId']}: removed.")
        elif resource["ResourceType"] != IDENTITY:
            self.remove(resource)

    def unprotect(self, kept: list[Resource]) -> None:
        """Turn off the deletion protection of tables, so that CloudFormation can delete them."""
        for one in kept:
            if one["ResourceType"] == TABLE:
                self._unprotect_table(one["PhysicalResourceId"])

    def remove(self, resource: Resource) -> None:
        """Remove one resource for good; a secret can be restored for some days."""
        kind, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
        if kind == TABLE:
            self._remove_table(physical_id)
        elif kind == "AWS::S3::Bucket":
            self._remove_bucket(physical_id)
        elif kind == "AWS::SecretsManager::Secret":
            self._remove_secret(physical_id)
        else:
            self.terminal.say(f"{physical_id} stays: other software may send mail from it. Remove it in SES by hand.")

    def _holds_signatures(self, table: str) -> bool:
        """True if there is one. What withdrawal leaves (no personal data, gone after 30 days) does not count."""
        return self._finds({
            "TableName": table, "ConsistentRead": True, "FilterExpression": "#state <> :withdrawn",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":withdrawn": {"S": "withdrawn"}},
        })  # fmt: skip

    def _finds(self, query: dict[str, Any]) -> bool:
        client = self.session.client("dynamodb")
        try:
            return any(page["Items"] for page in client.get_paginator("scan").paginate(**query))
        except client.exceptions.ResourceNotFoundException:
            return False  # somebody removed it by hand

    def _unprotect_table(self, table: str) -> bool:
        """False when there is no such table."""
        client = self.session.client("dynamodb")
        try:
            client.update_table(TableName=table, DeletionProtectionEnabled=False)
        except client.exceptions.ResourceNotFoundException:
            return False
        client.get_waiter("table_exists").wait(TableName=table)
        return True

    def _remove_table(self, table: str) -> None:
        if self._unprotect_table(table):
            self.terminal.say(f"Table {table}: turned off deletion protection, removing it.")
            self.session.client("dynamodb").delete_table(TableName=table)

    def _remove_secret(self, secret: str) -> None:
        client = self.session.client("secretsmanager")
        try:
            client.delete_secret(SecretId=secret, RecoveryWindowInDays=RECOVERY_DAYS)
        except client.exceptions.ResourceNotFoundException:
            return
        self.terminal.say(f"Secret {secret} will be deleted in {RECOVERY_DAYS} days; until then it can be restored.")

    def _remove_bucket(self, bucket: str) -> None:
        client = self.session.client("s3")
        self.terminal.say(f"Bucket {bucket}: removing it and its files.")
        try:
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for file in page.get("Contents", []):
                    client.delete_object(Bucket=bucket, Key=file["Key"])
            client.delete_bucket(Bucket=bucket)
        except client.exceptions.NoSuchBucket:
            return
