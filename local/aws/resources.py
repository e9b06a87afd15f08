"""Creates the template's tables, queues, topic, bucket and secret in the local engine, unless they exist.

It never changes what exists, and leaves out what only AWS has (alarms, protection, time to live).
"""

from __future__ import annotations

import contextlib
import json
import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session

    from local.aws.template import Template

# Protection, recovery and encryption mean nothing here. Expired items are deleted by `time_to_live`: the engines
# would delete them without a stream record.
TABLE_KEYS = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
)
QUEUE_KEYS = ("MessageRetentionPeriod", "RedrivePolicy", "VisibilityTimeout")


@dataclass(frozen=True, slots=True)
class Resources:
    """Names, addresses and ARNs that the pump needs."""

    signatures_table: str
    registry_table: str
    stream_arn: str
    mail_queue_url: str
    mail_dead_letters_url: str
    projector_dead_letters_url: str
    export_queue_url: str
    update_queue_url: str
    feedback_topic_arn: str
    feedback_queue_url: str


def create(template: Template, session: Session) -> Resources:
    """Create what is missing, and record names and addresses of everything in `template`."""
    for name in template.of_type("AWS::DynamoDB::Table"):
        _table(template, session, name)
    queues = template.of_type("AWS::SQS::Queue")
    for name in sorted(queues, key=lambda queue: "RedrivePolicy" in template.resources[queue].get("Properties", {})):
        _queue(template, session, name)
    for name in template.of_type("AWS::SNS::Topic"):
        template.refs[name] = session.client("sns").create_topic(Name=_physical(name))["TopicArn"]
    for name in template.of_type("AWS::S3::Bucket"):
        _bucket(template, session, name)
    for name in template.of_type("AWS::SecretsManager::Secret"):
        _secret(template, session, name)
    for name in template.of_type("AWS::SES::ConfigurationSet"):
        template.refs[name] = _physical(name)
    for name in template.of_type("AWS::Logs::LogGroup"):  # nothing is written there, but policies refer to it
        group = template.resolve({"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group"})
        template.attributes[name, "Arn"] = f"{group}:{_physical(name)}:*"
    return Resources(
        signatures_table=template.refs["SignaturesTable"],
        registry_table=template.refs["RegistryTable"],
        stream_arn=template.attributes["SignaturesTable", "StreamArn"],
        mail_queue_url=template.refs["MailQueue"],
        mail_dead_letters_url=template.refs["MailDeadLetters"],
        projector_dead_letters_url=template.refs["ProjectorDeadLetters"],
        export_queue_url=template.refs["ExportQueue"],
        update_queue_url=template.refs["UpdateQueue"],
        feedback_topic_arn=template.refs["FeedbackTopic"],
        feedback_queue_url=_subscribe(session, template.refs["FeedbackTopic"]),
    )


def _physical(name: str) -> str:
    return f"undersigned-local-{name}"


def _table(template: Template, session: Session, name: str) -> None:
    client = session.client("dynamodb")
    properties = template.properties(name)
    settings: dict[str, Any] = {key: properties[key] for key in TABLE_KEYS if key in properties}
    if "StreamSpecification" in properties:
        settings["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    try:
        description = client.create_table(TableName=_physical(name), **settings)["TableDescription"]
    except client.exceptions.ResourceInUseException:
        description = client.describe_table(TableName=_physical(name))["Table"]
    if description["TableStatus"] != "ACTIVE":
        client.get_waiter("table_exists").wait(TableName=_physical(name), WaiterConfig={"Delay": 1})
        description = client.describe_table(TableName=_physical(name))["Table"]
    template.refs[name] = _physical(name)
    template.attributes[name, "Arn"] = description["TableArn"]
    template.attributes[name, "StreamArn"] = description.get("LatestStreamArn", "")


def _queue(template: Template, session: Session, name: str) -> None:
    properties = template.properties(name)
    attributes = {key: _text(properties[key]) for key in QUEUE_KEYS if key in properties}
    client = session.client("sqs")
    try:
        url = client.create_queue(QueueName=_physical(name), Attributes=attributes)["QueueUrl"]
    except client.exceptions.QueueNameExists:  # with other attributes, from an earlier template
        url = client.get_queue_url(QueueName=_physical(name))["QueueUrl"]
    template.refs[name] = url
    template.attributes[name, "Arn"] = _queue_arn(session, url)
    template.attributes[name, "QueueName"] = _physical(name)


def _bucket(template: Template, session: Session, name: str) -> None:
    """Only the bucket: here nobody else can reach it, and `make clean` deletes its files."""
    client, bucket = session.client("s3"), _physical(name).lower()
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=bucket)
    template.refs[name] = bucket
    template.attributes[name, "Arn"] = f"arn:aws:s3:::{bucket}"


def _queue_arn(session: Session, url: str) -> str:
    facts = session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(facts["Attributes"]["QueueArn"])


def _secret(template: Template, session: Session, name: str) -> None:
    generate = template.properties(name)["GenerateSecretString"]
    client = session.client("secretsmanager")
    try:
        arn = client.describe_secret(SecretId=_physical(name))["ARN"]
    except client.exceptions.ResourceNotFoundException:
        value = json.loads(generate["SecretStringTemplate"])
        letters = string.ascii_letters + string.digits
        value[generate["GenerateStringKey"]] = "".join(
            secrets.choice(letters) for _ in range(generate["PasswordLength"])
        )
        arn = client.create_secret(Name=_physical(name), SecretString=json.dumps(value))["ARN"]
    template.refs[name] = arn


def _subscribe(session: Session, topic_arn: str) -> str:
    """Subscribe a queue of our own to the topic, in place of the function; the pump reads it."""
    sqs, sns = session.client("sqs"), session.client("sns")
    url = str(sqs.create_queue(QueueName=_physical("Feedback"))["QueueUrl"])
    arn = _queue_arn(session, url)
    existing = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    if arn not in {subscription["Endpoint"] for subscription in existing}:
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return url


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)
