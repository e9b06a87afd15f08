"""The bucket that holds packages for CloudFormation: created if missing, private, encrypted, TLS only.

Files are named by their content and never removed: rolling back to an earlier version needs them.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from boto3.session import Session

    from deploy.terminal import Terminal

PRIVATE = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
FIRST_REGION = "us-east-1"  # the only one that S3 does not accept as a location constraint


class PackageBucket:
    """One per account and region, shared by all stages."""

    def __init__(self, session: Session, account: str) -> None:
        self._s3 = session.client("s3")
        self._account, self._region = account, str(session.region_name)
        self._partition = session.get_partition_for_region(self._region)
        self.name = f"undersigned-packages-{account}-{self._region}"

    def ensure(self, terminal: Terminal) -> None:
        """Create it if it is missing; apply its protection every time."""
        try:
            # The owner matters: anybody can create a bucket of that name before us.
            self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise
            terminal.say(f"Creating the bucket {self.name} for packages.")
            self._create()
        self._protect()

    def add(self, content: bytes, suffix: str) -> str:
        """Upload `content` unless it is there; return its key."""
        key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
        try:
            self._s3.head_object(Bucket=self.name, Key=key, ExpectedBucketOwner=self._account)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
                raise
            self._s3.put_object(Bucket=self.name, Key=key, Body=content, ExpectedBucketOwner=self._account)
        return key

    def uri(self, key: str) -> str:
        """The address of a key for `CodeUri`."""
        return f"s3://{self.name}/{key}"

    def url(self, key: str) -> str:
        """The address of a key for `TemplateURL`."""
        return f"https://s3.{self._region}.amazonaws.com/{self.name}/{key}"

    def _create(self) -> None:
        location: Any = {}
        if self._region != FIRST_REGION:
            location = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        self._s3.create_bucket(Bucket=self.name, **location)

    def _protect(self) -> None:
        owned: Any = {"Bucket": self.name, "ExpectedBucketOwner": self._account}
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        self._s3.put_public_access_block(**owned, PublicAccessBlockConfiguration=PRIVATE)
        self._s3.put_bucket_encryption(**owned, ServerSideEncryptionConfiguration=encryption)
        arn = f"arn:{self._partition}:s3:::{self.name}"
        tls_only = {
            "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [tls_only]})
        self._s3.put_bucket_policy(**owned, Policy=policy)
