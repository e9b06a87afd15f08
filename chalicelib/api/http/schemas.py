"""Values that routes take and answer, each with the limits that the code keeps; read for `/openapi.json` alone."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, PSEUDONYM_LENGTH, hash_pattern
from chalicelib.domain.campaigns.campaign import CAMPAIGN_ID
from chalicelib.domain.campaigns.campaign_documents import Language, SponsorId

__all__ = ["CampaignId", "Count", "Counters", "Cursor", "Day", "Email", "Language", "SponsorId", "Stamp", "Url"]

CampaignId = Annotated[str, Field(pattern=f"^{CAMPAIGN_ID.pattern}$")]
SignatureId = Annotated[str, Field(pattern=f"^{hash_pattern(ID_LENGTH)}$")]
NetworkName = Annotated[str, Field(pattern=f"^{hash_pattern(PSEUDONYM_LENGTH)}$")]
Cursor = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=400)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Stamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"})]
Count = Annotated[int, Field(ge=0)]
Counters = dict[str, Count]
