"""Queue messages for `mail` and `export`, and SES's reports for `feedback`."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import TYPE_CHECKING, Any

from tools.rig.aws_events import notification, queue_batch, rest_request, ses_report
from tools.rig.cases import NO_TIME, case, told

if TYPE_CHECKING:
    from tools.rig.rig import Rig

NONSENSE = "[1, 2"
# A PNG of one transparent pixel.
A_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ADDRESS = "ana@example.org"
WHO = [{"emailAddress": ADDRESS, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}]
WHEN = {"timestamp": "2026-11-28T12:00:01.000Z"}


def _job(rig: Rig) -> str:
    campaign = rig.new_campaign()
    (job,) = rig.mail_jobs([rig.sign(campaign)])
    return job


def _mailed(rig: Rig, bodies: list[str], mode: str = "ok", **options: float) -> str:
    before, rig.services.ses.mode = len(rig.services.outbox), mode
    answer = told(rig.invoke("mail", queue_batch(bodies, "undersigned-MailQueue"), **options))
    rig.services.ses.mode = "ok"
    return f"{answer}; {len(rig.services.outbox) - before} sent"


@case("mail", "a job", "none failed; 1 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig)])


@case("mail", "a job, delivered twice", "none failed; 1 sent")
def _(rig: Rig) -> str:
    job = _job(rig)
    return _mailed(rig, [job, job])


@case("mail", "a job and nonsense", "1 failed; 1 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig), NONSENSE])


@case("mail", "a job that SES throttles", "1 failed; 0 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig)], "throttle")


@case("mail", "a job while SES is down", "1 failed; 0 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig)], "down")


@case("mail", "a job from an address that SES does not know", "1 failed; 0 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig)], "reject")


@case("mail", "two jobs, with no time left", "2 failed; 0 sent")
def _(rig: Rig) -> str:
    return _mailed(rig, [_job(rig), _job(rig)], seconds=NO_TIME)


def _exported(rig: Rig, options: dict[str, Any], **life: float) -> str:
    campaign = rig.new_campaign()
    rig.mail_jobs([rig.sign(campaign)])
    all_exports, where = "/admin/campaigns/{campaign}/exports", {"campaign": campaign}
    export = rig.ask("POST", all_exports, where, options)["id"]
    queue = rig.services.resources.export_queue_url
    answer = told(rig.invoke("export", queue_batch(rig.take(queue, campaign), "undersigned-ExportQueue"), **life))
    done = rig.ask("GET", f"{all_exports}/{{id}}", {**where, "id": export})
    return f"{answer}; {done['state']}, {done['rows']} rows, {len(rig.take(queue, campaign))} to do"


@case("export", "a job for a CSV file", "none failed; done, 1 rows, 0 to do")
def _(rig: Rig) -> str:
    return _exported(rig, {"format": "csv", "state": "pending"})


@case("export", "a job for a workbook, which is built in /tmp", "none failed; done, 1 rows, 0 to do")
def _(rig: Rig) -> str:
    return _exported(rig, {"format": "xlsx", "state": "pending"})


@case("export", "a job for a packet, which is typeset", "none failed; done, has pages, 1 names, 0 to do")
def _(rig: Rig) -> str:
    campaign, queue = rig.new_campaign(confirmation="single"), rig.services.resources.export_queue_url
    rig.mail_jobs([rig.sign(campaign, public="on", given_name="Ana محمد 李")])
    packets, where = "/admin/campaigns/{campaign}/packets", {"campaign": campaign}
    packet = rig.ask("POST", packets, where, {"language": "ar", "group_by": "country"})["id"]
    answer = told(rig.invoke("export", queue_batch(rig.take(queue, campaign), "undersigned-ExportQueue")))
    done = rig.ask("GET", f"{packets}/{{id}}", {**where, "id": packet})
    pages = "has pages" if (done["pages"] or 0) >= 6 else "too short"  # noqa: PLR2004 - it has as many chapters
    return f"{answer}; {done['state']}, {pages}, {done['signatures']} names, {len(rig.take(queue, campaign))} to do"


@case("export", "a job, with a minute left", "none failed; running, 0 rows, 1 to do")
def _(rig: Rig) -> str:
    return _exported(rig, {"format": "csv", "state": "pending"}, seconds=60)


@case(
    "export",
    "a job for a picture, which a process of its own decodes",
    "none failed; refused, picture_is_svg; ready, 1x1",
)
def _(rig: Rig) -> str:
    campaign, queue = rig.new_campaign(), rig.services.resources.export_queue_url
    answers = []
    for content in (b"<svg/>", A_DOT):
        where = {"campaign": campaign, "upload": hashlib.sha256(content).hexdigest(), "part": "1"}
        path = "/admin/campaigns/{campaign}/uploads/{upload}/{part}"
        rig.invoke("api", rest_request("PUT", path, where, body=content, headers=rig.admin))
        asked = {"upload": where["upload"], "size": len(content)}
        all_pictures = "/admin/campaigns/{campaign}/pictures"
        id_ = rig.ask("POST", all_pictures, {"campaign": campaign}, asked)["id"]
        told_ = told(rig.invoke("export", queue_batch(rig.take(queue, campaign), "undersigned-ExportQueue")))
        status = rig.ask("GET", f"{all_pictures}/{{id}}", {"campaign": campaign, "id": id_})
        what = [one["code"] for one in status["errors"]] or [f"{status['width']}x{status['height']}"]
        answers.append(f"{status['state']}, {', '.join(what)}")
    return "; ".join([told_, *answers])


@case("export", "nonsense", "1 failed")
def _(rig: Rig) -> str:
    return told(rig.invoke("export", queue_batch([NONSENSE], "undersigned-ExportQueue")))


def _reported(rig: Rig, kind: str, details: dict[str, Any]) -> str:
    """What SES reports about an email of ours, and what the signature says of it afterwards."""
    campaign, address = rig.new_campaign(), f"{uuid.uuid4().hex}@example.org"
    record = rig.sign(campaign, address)
    signature = record["dynamodb"]["Keys"]["sk"]["S"]
    report = ses_report(kind, details, address, {"campaign": campaign, "signature": signature})
    answer = told(rig.invoke("feedback", notification(report)))
    stored = rig.records(campaign)[-1]["dynamodb"]["NewImage"]
    return f"{answer}; {stored.get('delivery', {'S': 'nothing noted'})['S']}"


BOUNCE = {"bounceSubType": "General", "bouncedRecipients": WHO, "feedbackId": "0100", **WHEN}
COMPLAINT = {"complainedRecipients": [{"emailAddress": ADDRESS}], "feedbackId": "0100", **WHEN}
REPORTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("Send", "Send", {}, "nothing noted"),
    ("Delivery", "Delivery", {"recipients": [ADDRESS], "smtpResponse": "250 ok", **WHEN}, "delivered"),
    ("Bounce, permanent", "Bounce", {"bounceType": "Permanent", **BOUNCE}, "bounced"),
    ("Bounce, transient", "Bounce", {"bounceType": "Transient", **BOUNCE}, "nothing noted"),
    ("Bounce, undetermined", "Bounce", {"bounceType": "Undetermined", **BOUNCE}, "nothing noted"),
    ("Complaint", "Complaint", {"complaintFeedbackType": "abuse", "complaintSubType": None, **COMPLAINT}, "complained"),
    ("Complaint that is none", "Complaint", {"complaintFeedbackType": "not-spam", **COMPLAINT}, "nothing noted"),
    ("Reject", "Reject", {"reason": "Bad content"}, "rejected"),
    ("Open", "Open", {"ipAddress": "192.0.2.1", "userAgent": "Mozilla/5.0", **WHEN}, "nothing noted"),
    ("Click", "Click", {"link": "https://example.org", "linkTags": None, **WHEN}, "nothing noted"),
    ("Rendering Failure", "Rendering Failure", {"templateName": "t", "errorMessage": "e"}, "nothing noted"),
    ("DeliveryDelay", "DeliveryDelay", {"delayType": "MailboxFull", "delayedRecipients": WHO, **WHEN}, "nothing noted"),
    ("Subscription", "Subscription", {"contactList": "c", "source": "UnsubscribeHeader", **WHEN}, "nothing noted"),
]


def _report(name: str, kind: str, details: dict[str, Any], noted: str) -> None:
    case("feedback", name, f"null; {noted}")(lambda rig: _reported(rig, kind, details))


for _one in REPORTS:
    _report(*_one)


@case("feedback", "SES's words to a new destination", "null")
def _(rig: Rig) -> str:
    return told(
        rig.invoke("feedback", notification("Successfully validated SNS topic for Amazon SES event publishing."))
    )


@case("feedback", "Bounce, with no time left", "error: Unavailable")
def _(rig: Rig) -> str:
    report = ses_report(
        "Bounce", {"bounceType": "Permanent", **BOUNCE}, ADDRESS, {"campaign": "any", "signature": "any"}
    )
    return told(rig.invoke("feedback", notification(report), seconds=NO_TIME))
