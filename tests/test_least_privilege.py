"""Each function may do what it does and nothing else: its policy in `.chalice` against every call that it makes.

"Less" is judged at each call of every test: a function that its policy does not allow something is refused, as by IAM,
and the test fails (`local/aws/iam_permissions.py`). "More" is judged here, on one day in the life of a deployment that makes
each function do all that it ever does, every time in a fresh container. What the whole suite makes use of can only be
more than that: so what is used here is used, however the suite is cut over processes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.counting.tallies import Tallies
from chalicelib.storage.dynamodb.table import ItemTooLarge
from chalicelib.storage.mail.suppressions import Suppressions
from chalicelib.stores import utc_now
from chalicelib.wiring import wiring
from local.aws.iam_permissions import running_as
from local.aws.template import PATH
from tests.kit.pictures import ALT, show

if TYPE_CHECKING:
    from tests.kit.world import World

LOGS = "Lambda itself writes what a function says"
POLLS = "Lambda's poller takes from the queue in the function's name"
READS = "Lambda's poller reads the stream in the function's name"
# What no local run can see: Lambda does it by itself, with the function's role.
UNSEEN = {
    **{(f, f"logs:{a}"): LOGS for f in ("api_handler", "project", "mail", "export", "updates", "feedback", "scheduled", "first_key")
       for a in ("CreateLogStream", "PutLogEvents")},
    **{(f, f"sqs:{a}"): POLLS for f in ("mail", "export", "updates")
       for a in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")},
    **{("project", f"dynamodb:{a}"): READS for a in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")},
}  # fmt: skip
# The same, where the function has the action for itself on something else.
UNSEEN_STATEMENTS = {("project", "DeadLetters"): "Lambda lays a batch aside that cannot be counted"}
NOTHING_FINER = {"dynamodb:ListStreams", "ses:GetAccount"}
EXPORTS = "/admin/campaigns/peru/exports"


def test_no_policy_allows_more_than_its_function_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.now = utc_now()  # S3 stamps files by its own clock
    world.permissions.used.clear()
    world.before_call = world.cold_start
    a_first_key(world)
    a_picture_that_is_taken_back(world)
    a_day_of_signers(world, monkeypatch)
    a_day_of_organisers(world, monkeypatch)
    a_day_of_members(world)
    a_day_of_news(world)
    a_night(world, monkeypatch)
    unused = {
        grant
        for grant in world.permissions.grants() - world.permissions.used
        if (grant.function, grant.action) not in UNSEEN and (grant.function, grant.statement) not in UNSEEN_STATEMENTS
    }
    assert sorted((one.function, one.statement, one.action, one.value) for one in unused) == []
    assert world.permissions.denied == []


def a_first_key(world: World) -> None:
    before = wiring().keyring.list()[0].id
    assert world.app.first_key({"name": "Ana"}, None)["error"], "it reads the key that there is"
    wiring().keyring.revoke(before, by=before)
    world.admin_key = world.app.first_key({"name": "Ana"}, None)["secret"]


def a_picture_that_is_taken_back(world: World) -> None:
    """Uploaded, shown, taken back, shown again, and taken back for good; a night removes it."""
    picture = show(world)
    assert world.get(f"/pictures/{picture}/small.webp").status == 200
    world.publish(picture=None)
    world.run_scheduled()
    world.publish(picture={"id": picture, "alt": ALT})
    world.publish(picture=None)


def a_day_of_signers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(show_signers=True)
    world.sign_and_confirm(email="ana@example.org", public=True)
    world.sign()
    world.sign(email="ben+news@example.org")  # another spelling of an address has a suppression of its own
    world.drain()
    world.sign(email="ben@example.org")
    world.drain()
    manage = next(mail for mail in world.ses.sent if "/manage/" in mail.text).link("manage")
    assert world.get(manage, accept="text/html").status == 200
    assert world.get("/campaigns/peru/signers").status == 200
    world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
    for purpose in ("withdraw", "confirm"):  # as a test, which is deleted
        test = world.admin("POST", "/admin/campaigns/peru/test-signatures").json["url"].partition("_test=")[2]
        world.sign(email="dora@example.org", _test=test)
        world.drain()
        world.post_form(world.ses.sent[-1].link(purpose), {})
        world.drain()
    world.sign(email="rejected@example.org")
    world.ses.refuses = "MessageRejected"
    world.drain()
    world.ses.refuses = ""
    assert len(world.dead_letters()) == 1
    world.sign(email="bounce@example.org")
    world.drain()
    sent = world.ses.sent[-1]
    tags = {name: [value] for name, value in sent.tags.items()}
    bounced = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": sent.to}]}
    event = {"eventType": "Bounce", "mail": {"tags": tags}, "bounce": bounced}
    world.deliver_ses_event(event)
    with monkeypatch.context() as busy:
        busy.setattr(Suppressions, "suppress", _unavailable)
        world.deliver_ses_event(event)  # it cannot be taken now, and is laid aside
    world.app.project({"Records": world.records[:1]}, None)  # delivered twice: it looks up how far it came
    a_tally_that_is_full(world, monkeypatch)


def a_tally_that_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The projector adds rare sources up; the next night the round looks through those that were admitted."""
    world.sign_and_confirm(email="eva@example.org", source="herald")
    world.sign_and_confirm(email="dan@example.org", source="gone")
    asked = next(mail for mail in world.ses.sent if mail.to == "dan@example.org")
    world.post_form(asked.link("withdraw"), {})
    world.run_projector()
    world.sign(email="full@example.org")
    with monkeypatch.context() as small:
        add = Tallies._add
        refused: list[int] = []

        def too_large_once(*which: Any) -> None:
            if not refused:
                refused.append(1)
                raise ItemTooLarge
            add(*which)

        small.setattr(Tallies, "_add", too_large_once)
        small.setattr(
            "chalicelib.storage.counting.tallies.merge_rare_sources", lambda found: {**found, "merged:source": 1}
        )
        world.run_projector()


def a_day_of_news(world: World) -> None:
    """An update goes out, is reported on and left; another one pauses by itself, and one is forgotten until the night."""
    world.publish(ask_updates=True)
    for name in ("una", "dos", "tres"):
        world.sign_and_confirm(email=f"{name}@example.org", updates=True)
    updates = "/admin/campaigns/peru/updates"
    texts = {language: {"subject": "News", "body": "News"} for language in ("en", "es")}
    for refusal in ("", "TooManyRequestsException", "SendingPausedException", "forgotten"):
        world.ses.refuses = refusal if refusal != "forgotten" else ""
        update = world.admin("POST", updates, {"texts": texts}).json
        begun = world.admin("POST", f"{updates}/{update['id']}/send", {"recipients": update["recipients"]})
        assert begun.status == 202
        if refusal == "forgotten":
            assert world.update_jobs()
        world.run_updates()
        if not refusal:
            mail = world.ses.sent[-1]
            tags = {name: [value] for name, value in mail.tags.items()}
            world.deliver_ses_event({"eventType": "Delivery", "mail": {"tags": tags}})
            world.post_form(mail.link("leave-updates"), {})
            world.drain()
    world.ses.refuses = ""
    draft = world.admin("POST", updates, {"texts": texts}).json
    assert world.admin("DELETE", f"{updates}/{draft['id']}").status == 204


def _unavailable(*_: object, **__: object) -> None:
    raise Unavailable


def a_day_of_organisers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = world.admin("POST", "/admin/keys", {"name": "Volunteers", "role": "reader"}).json["id"]
    assert world.admin("GET", "/admin/keys").status == 200
    assert world.admin("DELETE", f"/admin/keys/{key}").status == 204
    world.publish("empty")
    assert world.admin("DELETE", "/admin/campaigns/empty").status == 204
    assert world.admin("GET", "/admin/campaigns").status == 200
    listed = world.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]
    assert world.admin("GET", f"/admin/campaigns/peru/signatures/{listed[0]['id']}").status == 200
    assert world.admin("GET", "/admin/audit").status == 200
    rows = {"rows": [{"given_name": "Rosa", "reference": "sheet 1/1"}]}
    assert world.admin("POST", "/admin/campaigns/peru/sheets/check", rows).json["rows"][0]["outcome"] == "new"
    assert world.admin("POST", "/admin/campaigns/peru/sheets", rows).json["rows"][0]["outcome"] == "entered"
    assert world.admin("POST", "/admin/campaigns/peru/held/release", {}).status == 200
    assert world.admin("POST", "/admin/access", {"email": "ana@example.org"}).status == 200
    assert world.admin("POST", "/admin/erasures", {"email": "rejected@example.org"}).status == 200
    world.drain()
    an_export_that_breaks(world, monkeypatch)
    export = world.admin("POST", EXPORTS, {"format": "csv"}).json
    assert world.run_exports() == 1
    assert world.admin("GET", f"{EXPORTS}/{export['id']}").json["url"]
    packet = world.admin("POST", "/admin/campaigns/peru/packets", {}).json
    assert world.run_exports() == 1
    assert world.admin("GET", f"/admin/campaigns/peru/packets/{packet['id']}").json["url"]
    # A file that was asked for and removed in the same moment: the writer finds it gone.
    gone = world.admin("POST", EXPORTS, {"format": "ndjson"}).json
    assert world.admin("DELETE", f"{EXPORTS}/{gone['id']}").status == 204
    world.run_exports()


def a_day_of_members(world: World) -> None:
    person = {"email": "olga@example.org", "name": "Olga", "role": "admin"}
    assert world.admin("POST", "/admin/members", person).status == 201
    world.drain()
    assert world.post_json("/admin/sign-in", {"email": "olga@example.org"}).status == 202
    world.ses.refuses = "TooManyRequestsException"
    world.drain()
    world.ses.refuses = ""
    world.drain()
    token = world.ses.sent[-1].text.partition("#sign-in=")[2].split()[0]
    mine = f"Bearer {world.post_json('/admin/sessions', {'token': token}).json['secret']}"
    assert world.admin("PATCH", "/admin/me/notices", {"digest": "daily"}, authorization=mine).status == 200
    world.run_scheduled()  # from now on there is something to tell
    origins = ["https://wbw.example"]
    world.admin("PATCH", "/admin/campaigns/peru", {"goal": 1, "allowed_origins": origins}, if_match="*")
    world.run_scheduled()
    world.admin("PATCH", "/admin/campaigns/peru", {"allowed_origins": []}, if_match="*")
    assert "/notices/" in world.ses.sent[-1].text
    updates = "/admin/campaigns/peru/updates"
    texts = {language: {"subject": "News", "body": "News"} for language in ("en", "es")}
    draft = world.admin("POST", updates, {"texts": texts}).json["id"]
    assert world.admin("POST", f"{updates}/{draft}/test", authorization=mine).status == 202
    world.drain()
    assert world.ses.sent[-1].tags == {"kind": "test"}
    assert world.admin("GET", "/admin/sessions", authorization=mine).status == 200
    assert world.admin("GET", "/admin/members", authorization=mine).status == 200


def an_export_that_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 forgets the upload when it is to be made whole: the writer looks whether the file is there, and begins anew."""
    asked = world.admin("POST", EXPORTS, {"format": "csv"})
    assert asked.status == 202
    world.before_call = lambda: None
    world.cold_start()
    files = wiring().export_files
    client, taken = files._client, []

    def complete(**request: Any) -> Any:
        taken.append(request)
        client.abort_multipart_upload(Bucket=request["Bucket"], Key=request["Key"], UploadId=request["UploadId"])
        raise ClientError({"Error": {"Code": "NoSuchUpload", "Message": ""}}, "CompleteMultipartUpload")

    with monkeypatch.context() as patched:
        patched.setattr(client, "complete_multipart_upload", complete)
        world.run_exports()
    assert len(taken) == 1
    world.before_call = world.cold_start


def a_night(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("domain.abuse.anomalies", "services.signatures.anomaly_detection"):
        monkeypatch.setattr(f"chalicelib.{module}.MIN_SIGNATURES", 1)
    world.sign(email="later@example.org")
    world.run_scheduled()  # one network makes all of this hour's signatures
    world.sign(email="flood@example.org", source="flood")
    world.drain()
    withdrawn = world.admin("POST", "/admin/campaigns/peru/signatures/withdraw", {"source": "flood"}).json
    assert withdrawn["signatures"] == 1, "what is kept of it goes with a later round"
    world.sign(email="lost@example.org")
    world.run_projector()
    assert world.take_jobs(), "a job that is lost: the round queues the mail again"
    world.later(days=3)
    world.run_scheduled()
    world.later(days=30)  # hourly counters are forgotten
    world.run_scheduled()
    for item in world.signatures():
        if item["state"]["S"] == "withdrawn":  # DynamoDB deletes what is left of it
            world.delete_as_expired(item)
    world.drain()
    world.publish(state="closed", retention_days=1)
    world.later(days=2)
    world.run_scheduled()


@pytest.mark.parametrize(
    ("function", "service", "operation", "request_"),
    [
        ("api_handler", "sqs", "send_message_batch", {"QueueUrl": "{mail_dead_letters_url}", "Entries": []}),
        ("api_handler", "dynamodb", "scan", {"TableName": "{signatures_table}"}),
        ("project", "secretsmanager", "get_secret_value", {"SecretId": "any"}),
        ("mail", "dynamodb", "get_item", {"TableName": "{registry_table}", "Key": {"pk": {"S": "key#1"}, "sk": {"S": "key"}}}),
        ("export", "s3", "put_object", {"Bucket": "undersigned-local-exportbucket", "Key": "elsewhere/x"}),
        ("feedback", "sqs", "delete_message", {"QueueUrl": "{mail_queue_url}", "ReceiptHandle": "x"}),
    ],
)  # fmt: skip
def test_what_a_policy_does_not_allow_is_refused(
    world: World, function: str, service: str, operation: str, request_: dict[str, Any]
) -> None:
    places = {name: getattr(world.resources, name) for name in world.resources.__slots__}
    filled = {name: value.format(**places) if isinstance(value, str) else value for name, value in request_.items()}
    client = wiring().client(service)
    with running_as(function), pytest.raises(ClientError, match=f"{function} may not"):
        getattr(client, operation)(**filled)
    world.permissions.denied.clear()


def test_a_function_that_lacks_a_permission_fails_where_it_needs_it(world: World) -> None:
    client = wiring().client("dynamodb")
    table, key = world.resources.registry_table, {"pk": {"S": "key#1"}, "sk": {"S": "key"}}
    with running_as("mail"), pytest.raises(ClientError, match="mail may not dynamodb:GetItem"):
        client.get_item(TableName=table, Key=key)
    assert client.get_item(TableName=table, Key=key)["ResponseMetadata"]["HTTPStatusCode"] == 200, "no function"
    assert len(world.permissions.denied) == 1
    world.permissions.denied.clear()


def test_what_is_said_to_be_unseen_stands_in_the_policies_and_has_a_reason(world: World) -> None:
    granted = world.permissions.grants()
    assert set(UNSEEN) <= {(grant.function, grant.action) for grant in granted}
    assert set(UNSEEN_STATEMENTS) <= {(grant.function, grant.statement) for grant in granted}
    assert all([*UNSEEN.values(), *UNSEEN_STATEMENTS.values()])


def test_no_function_reaches_more_than_it_names() -> None:
    """A star alone stands only where AWS knows nothing finer."""
    for path in PATH.parent.glob("policy-*.json"):
        for statement in json.loads(path.read_text())["Statement"]:
            assert "*" not in "".join(statement["Action"]), path.name
            assert statement["Resource"] != "*" or statement["Action"][0] in NOTHING_FINER, path.name
