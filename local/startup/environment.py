"""The environment of boto3 and the app, set while a stack runs and restored afterwards; it never points to real AWS."""

from __future__ import annotations

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

# For every boto3 client in this process, and for the app: nothing of the developer's own AWS account.
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "PATIENCE": "10",  # what else runs here may keep an engine waiting for seconds
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
}


class Environment:
    """Variables that were set, and their values before."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        # The developer's profile or session token would override what is set here, or break it.
        self._before = {name: os.environ.get(name) for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN")}

    def set(self, values: dict[str, str]) -> None:
        """Set variables for this process and its children."""
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
        for name, value in values.items():
            self._before.setdefault(name, os.environ.get(name))
            os.environ[name] = value
        self.values.update(values)

    def restore(self) -> None:
        """Restore the earlier values."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def aws_session() -> boto3.session.Session:
    """The stack's own AWS session. The engine is local, so nothing is retried."""
    core = botocore.session.get_session()
    retries: Any = {"total_max_attempts": 1}
    core.set_default_client_config(Config(retries=retries, connect_timeout=2, read_timeout=30, max_pool_connections=16))
    return boto3.session.Session(botocore_session=core)
