"""Lambda's entry points: the Chalice app, its routes from blueprints, and the event handlers. No logic.

The function that serves HTTP never receives an event, so only the other functions load the event handlers' code.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Cron, SNSEvent, SQSEvent
from chalice.app import DynamoDBEvent as StreamEvent

from chalicelib.api.admin.api_keys import keys
from chalicelib.api.admin.bulk_withdrawals import bulk_withdrawals
from chalicelib.api.admin.campaign_emails import emails
from chalicelib.api.admin.campaigns import admin
from chalicelib.api.admin.counts import counts
from chalicelib.api.admin.dashboard import dashboard
from chalicelib.api.admin.exports import exports
from chalicelib.api.admin.held_mail import held
from chalicelib.api.admin.mail_pause import mail_pause
from chalicelib.api.admin.members import members
from chalicelib.api.admin.moderation import moderated
from chalicelib.api.admin.name_search import named
from chalicelib.api.admin.notices import notices
from chalicelib.api.admin.packets import packets
from chalicelib.api.admin.paper_sheets import paper_sheets
from chalicelib.api.admin.pictures import pictures
from chalicelib.api.admin.printed_sheets import printed_sheets
from chalicelib.api.admin.privacy_requests import requests
from chalicelib.api.admin.sessions import sessions
from chalicelib.api.admin.signatures import signatures
from chalicelib.api.admin.updates import signer_updates
from chalicelib.api.http.middleware import http_middleware
from chalicelib.api.invocations import limit_waiting
from chalicelib.api.public.front_page import front
from chalicelib.api.public.hosted_pages import hosted
from chalicelib.api.public.leave_updates import leaving
from chalicelib.api.public.link_pages import links
from chalicelib.api.public.notice_links import notice_links
from chalicelib.api.public.picture_files import picture_files
from chalicelib.api.public.preview_pages import drafts
from chalicelib.api.public.service_status import service
from chalicelib.api.public.share_previews import previews
from chalicelib.api.public.signing_routes import public

SPARE_MS = 60_000
# The merge template puts the real ARN here: stream, queue and topic belong to the same stack.
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/signatures/stream/placeholder"

app = Chalice(app_name="undersigned")
# What the app answers in bytes. What it takes is up to the template: API Gateway sends every body as base64.
app.api.binary_types = ["image/png", "image/jpeg", "image/webp"]
app.register_middleware(limit_waiting, "all")
app.register_middleware(http_middleware, "http")
for blueprint in (
    public,
    front,
    hosted,
    previews,
    drafts,
    picture_files,
    links,
    leaving,
    notice_links,
    admin,
    emails,
    counts,
    keys,
    members,
    notices,
    sessions,
    signatures,
    named,
    moderated,
    bulk_withdrawals,
    paper_sheets,
    held,
    exports,
    packets,
    printed_sheets,
    pictures,
    requests,
    mail_pause,
    signer_updates,
    dashboard,
    service,
):
    app.register_blueprint(blueprint)


@app.on_dynamodb_record(stream_arn=STREAM, batch_size=100, name="project")
def project(event: StreamEvent) -> Any:
    """Counts the changes in a batch of stream records and queues the emails they cause."""
    from chalicelib.api import events

    return events.project(event.to_dict())


@app.on_sqs_message(queue="mail", batch_size=10, name="mail")
def mail(event: SQSEvent) -> Any:
    """Sends emails."""
    from chalicelib.api import events

    return events.mail(event.to_dict())


@app.on_sqs_message(queue="export", batch_size=1, name="export")
def export(event: SQSEvent) -> Any:
    """Writes exports."""
    from chalicelib.api import events

    context: Any = event.context
    return events.export(event.to_dict(), lambda: context.get_remaining_time_in_millis() > SPARE_MS)


@app.on_sqs_message(queue="updates", batch_size=1, name="updates")
def updates(event: SQSEvent) -> Any:
    """Sends updates to signers."""
    from chalicelib.api import events

    context: Any = event.context
    return events.updates(event.to_dict(), lambda: context.get_remaining_time_in_millis() > SPARE_MS)


@app.on_sns_message(topic="feedback", name="feedback")
def feedback(event: SNSEvent) -> None:
    """Handles what SES reports: deliveries, bounces, complaints, rejections."""
    from chalicelib.api import events

    events.feedback([event.message])


@app.schedule(Cron(17, "*", "*", "*", "?", "*"), name="scheduled")
def scheduled(event: CloudWatchEvent) -> None:
    """Once an hour: starts today's round, or continues it."""
    from chalicelib.api import events

    context: Any = event.context
    events.scheduled(lambda: context.get_remaining_time_in_millis() > SPARE_MS)


@app.lambda_function(name="first_key")
def first_key(event: Any, context: Any) -> dict[str, str]:  # noqa: ARG001 - Lambda passes both
    """Answers with the first API key, for whoever may run this function in the Lambda console."""
    from chalicelib.api import events

    return events.first_key(event)
