"""`make destroy`: removes a stage, never while it holds signatures, and its data only when DATA=1 asks for that."""

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


@dataclass(frozen=True, slots=True)
class StageRemoval:
    """Removes one stage of one account."""

    session: Session
    stack: Stack
    terminal: Terminal

    def run(self, *, with_data: bool) -> None:
        """Remove the stack, and with `with_data` also what it retains. Raises Refused."""
        if not self.stack.status:
            raise Refused(f"There is no stack {self.stack.name} here.")
        resources = self.stack.resources()
        kept = [one for one in resources if one["ResourceType"] in STATEFUL and one.get("PhysicalResourceId")]
        self._refuse_if_signed(kept)
        fate = "be removed as well" if with_data else "stay, and keep costing money"
        lines = [f"  {one['LogicalResourceId']}: {one['PhysicalResourceId']}" for one in kept]
        self.terminal.say(
            "\n".join([f"{self.stack.name} will be removed. The following hold data and will {fate}:", *lines])
        )
        if not self.terminal.has_typed(self.stack.name, "Every form, page and link of this stage will stop working."):
            raise Refused("Nothing was removed.")
        self.stack.delete()
        if with_data:
            for one in kept:
                self._remove(one["ResourceType"], one["PhysicalResourceId"])
        else:
            self.terminal.say("DATA=1 would also have removed the tables, the secret and the bucket.")

    def _refuse_if_signed(self, kept: list[dict[str, Any]]) -> None:
        tables = [one["PhysicalResourceId"] for one in kept if one["LogicalResourceId"] == "SignaturesTable"]
        if any(self._holds_signatures(table) for table in tables):
            raise Refused(
                f"{self.stack.name} holds signatures. Export them and have them withdrawn or erased first: "
                "they are personal data, and this command does not delete them."
            )

    def _holds_signatures(self, table: str) -> bool:
        """True if there is one. What withdrawal leaves (no personal data, gone after 30 days) does not count."""
        client = self.session.client("dynamodb")
        query: dict[str, Any] = {
            "TableName": table, "ConsistentRead": True, "FilterExpression": "#state <> :withdrawn",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":withdrawn": {"S": "withdrawn"}},
        }  # fmt: skip
        try:
            return any(page["Items"] for page in client.get_paginator("scan").paginate(**query))
        except client.exceptions.ResourceNotFoundException:
            return False  # somebody removed it by hand

    def _remove(self, kind: str, physical_id: str) -> None:
        if kind == "AWS::DynamoDB::Table":
            self._remove_table(physical_id)
        elif kind == "AWS::S3::Bucket":
            self._remove_bucket(physical_id)
        elif kind == "AWS::SecretsManager::Secret":
            secrets = self.session.client("secretsmanager")
            secrets.delete_secret(SecretId=physical_id, RecoveryWindowInDays=RECOVERY_DAYS)
            self.terminal.say(
                f"Secret {physical_id} will be deleted in {RECOVERY_DAYS} days; until then it can be restored."
            )
        else:
            self.terminal.say(f"{physical_id} stays: other software may send mail from it. Remove it in SES by hand.")

    def _remove_table(self, table: str) -> None:
        client = self.session.client("dynamodb")
        self.terminal.say(f"Table {table}: turning off deletion protection and removing it.")
        client.update_table(TableName=table, DeletionProtectionEnabled=False)
        client.get_waiter("table_exists").wait(TableName=table)
        client.delete_table(TableName=table)

    def _remove_bucket(self, bucket: str) -> None:
        client = self.session.client("s3")
        self.terminal.say(f"Bucket {bucket}: removing it and its files.")
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for file in page.get("Contents", []):
                client.delete_object(Bucket=bucket, Key=file["Key"])
        client.delete_bucket(Bucket=bucket)
