"""Makes AWS clients by botocore alone: to import boto3 takes a fifth of a cold start, for file transfers and resources that nobody uses here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.parsers import ResponseParserFactory


class AwsSession:
    """One session: credentials and region as botocore finds them. With `parsers`, its clients read responses by those."""

    def __init__(self, parsers: ResponseParserFactory | None = None) -> None:
        self._core = botocore.session.get_session()
        if parsers:
            self._core.register_component("response_parser_factory", parsers)

    def client(self, service: str, *, config: Config) -> Any:
        """A client. Raises NoRegionError, or what else botocore raises."""
        return self._core.create_client(service, config=config)
