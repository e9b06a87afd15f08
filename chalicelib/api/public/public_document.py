"""A campaign as everybody may see it, as JSON in one language."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal, cast

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.public.descriptions import public_campaigns as body_types
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.deliveries import Delivery
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot


def public_document(snapshot: CampaignSnapshot, language: str) -> body_types.PublicCampaign:
    """The campaign in one of its languages."""
    campaign = snapshot.campaign
    text = campaign.text(language)
    return {
        "campaign": campaign.id,
        "kind": campaign.kind,
        "state": _state(campaign),
        "language": language,
        "languages": list(campaign.languages),
        "title": text.title,
        "summary": text.summary,
        "body_html": text.body_html,
        "call_to_action": text.call_to_action,
        "targets": [{"name": target.name_in(language)} for target in campaign.targets],
        "sponsors": [cast("body_types.Sponsor", asdict(sponsor)) for sponsor in campaign.sponsors],
        "fields": [_field(campaign, f.name, language) for f in campaign.fields],
        "confirmation": campaign.confirmation,
        "show_signers": campaign.show_signers,
        "show_comments": campaign.show_comments,
        "hands_over": campaign.hands_over,
        "ask_updates": campaign.ask_updates,
        "show_breakdown": campaign.show_breakdown,
        "opens_at": campaign.opens_at.isoformat() if campaign.opens_at else None,
        "closes_at": campaign.closes_at.isoformat() if campaign.closes_at else None,
        "goal": campaign.goal,
        "count": snapshot.shown_count,
        "delivered": [_delivery(campaign, one, language) for one in campaign.delivered],
    }


def _delivery(campaign: Campaign, one: Delivery, language: str) -> body_types.PublicDelivery:
    return {
        "target": campaign.target_in(one.target, language),
        "date": one.date.isoformat(),
        "words": one.words.get(language, ""),
        "url": one.url,
    }


def _state(campaign: Campaign) -> Literal["open", "closed"]:
    return "open" if campaign.is_open(wiring().now()) else "closed"


def _field(campaign: Campaign, name: str, language: str) -> body_types.FormField:
    from chalicelib.pages.hosted.form_fields import label

    field = next(f for f in campaign.fields if f.name == name)
    return {
        "name": name,
        "type": field.type,
        "required": field.required,
        "label": label(field, campaign, language),
        "options": list(field.options),
    }
