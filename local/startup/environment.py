"""What boto3 and the app read from the environment, set while a stack runs and put back after it; real AWS is left out."""

from __future__ import annotations

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

# What every boto3 client of this process shall use: nothing of the developer's own AWS account.
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
}


class Environment:
    """Variables that were set, and what was there before."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        # A profile or a session token of the developer would win over, or spoil, what is set here.
        self._before = {name: os.environ.get(name) for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN")}

    def set(self, values: dict[str, str]) -> None:
        """Set variables for this process and those it starts."""
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
        for name, value in values.items():
            self._before.setdefault(name, os.environ.get(name))
            os.environ[name] = value
        self.values.update(values)

    def restore(self) -> None:
        """Put everything back."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def a_session() -> boto3.session.Session:
    """The stack's own AWS session. Its engine is next door: what does not answer at once is gone."""
    core = botocore.session.get_session()
    retries: Any = {"total_max_attempts": 1}
    core.set_default_client_config(Config(retries=retries, connect_timeout=2, read_timeout=30, max_pool_connections=16))
    return boto3.session.Session(botocore_session=core)
