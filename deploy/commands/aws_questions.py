"""Asks AWS about what is there already. What may not be asked is passed over: CloudFormation will say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.terminal import Refused

if TYPE_CHECKING:
    from boto3.session import Session

MISSING = {"ResourceNotFoundException", "NotFoundException", "NoSuchHostedZone", "NotFound", "InvalidInput"}


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions in one account and region."""

    session: Session

    def ask(self, service: Any, operation: str, if_missing: str = "", **what: str) -> dict[str, Any] | None:
        """The answer; None when there is none or it cannot be asked. With `if_missing`, there being none is Refused."""
        try:
            answer: dict[str, Any] = getattr(self.session.client(service), operation)(**what)
        except ClientError as error:
            if if_missing and error.response["Error"]["Code"] in MISSING:
                raise Refused(if_missing) from None
            return None
        except BotoCoreError:
            return None
        return answer

    def refuse_elsewhere(self, name: str, arn: str) -> None:
        """Raise Refused when `arn` is in another region."""
        if (region := arn.split(":")[3]) != self.session.region_name:
            raise Refused(
                f"{name} is in {region}, the stack in {self.session.region_name}: they must be in the same region."
            )
