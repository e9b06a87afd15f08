"""What `make release` writes deploys without a checkout: created, updated and taken back as somebody does in the console."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import app
from deploy.commands import next_steps
from deploy.packaging import stage_package, template_checks
from deploy.packaging.archives import ARCHIVES, EXPORTER
from deploy.packaging.lambda_zip import PackageFailed
from deploy.release import console_template, package_contents, release
from local.aws.template import PATH, Template
from tests.kit.expanded_template import transformed

if TYPE_CHECKING:
    from boto3.session import Session

pytestmark = pytest.mark.slow
BUCKET, STACK = "a-bucket-of-ours", "undersigned-prod"
PINS = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "dist"
    release.write(stage_package.checked(), folder)
    return folder


@pytest.fixture(scope="module")
def next_dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A later release, whose zips hold one more file."""
    folder = tmp_path_factory.mktemp("later")
    shutil.copytree(stage_package.checked(), folder / "package")
    for name in ARCHIVES:
        with zipfile.ZipFile(folder / "package" / name, "a") as packed:
            packed.writestr("later.txt", "")
    release.write(folder / "package", folder / "dist")
    return folder / "dist"


def only(folder: Path, ending: str) -> Path:
    (found,) = folder.glob(f"*{ending}")
    return found


def zips(folder: Path) -> dict[bool, Path]:
    """The zips of a release, by whether it is that of exports."""
    found = {one.name.endswith(".export.zip"): one for one in folder.glob("*.zip")}
    assert len(found) == len(list(folder.glob("*.zip"))) == 2
    return found


def the_template(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(only(folder, ".template.json").read_text())
    return document


# ── what is written ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_package_gives_the_same_files_and_their_sums_are_right(dist: Path, tmp_path: Path) -> None:
    release.write(stage_package.checked(), tmp_path / "again")
    sums = dict(line.split("  ")[::-1] for line in (dist / release.SUMS).read_text().splitlines())
    assert set(sums) == {one.name for one in dist.iterdir()} - {release.SUMS}
    for name, digest in sums.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
    assert (tmp_path / "again" / release.SUMS).read_text() == (dist / release.SUMS).read_text()


def test_nothing_of_an_earlier_release_is_left(tmp_path: Path) -> None:
    (tmp_path / "undersigned-0.0.1-0123.zip").touch()
    release.write(stage_package.checked(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 6


def test_another_zip_has_another_name_and_its_template_says_so(dist: Path, next_dist: Path) -> None:
    for folder in (dist, next_dist):
        for name, one in template_checks.functions(the_template(folder)["Resources"]).items():
            key = zips(folder)[name == EXPORTER].name
            assert one["CodeUri"] == {"Bucket": {"Ref": "CodeBucket"}, "Key": key}
    assert not {one.name for one in zips(dist).values()} & {one.name for one in zips(next_dist).values()}


def test_the_template_passes_the_linter_and_the_console_asks_for_every_parameter_once(dist: Path) -> None:
    template_checks.lint(only(dist, ".template.json"), "eu-west-1")
    template = the_template(dist)
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    asked = [name for group in groups for name in group["Parameters"]]
    assert sorted(asked) == sorted(template["Parameters"])
    assert {name for name, facts in template["Parameters"].items() if "Default" not in facts} == {"CodeBucket"}


@pytest.mark.parametrize(
    ("name", "is_allowed"), [("a-bucket.of-ours1", True), ("s3://bucket", False), ("bucket/folder", False), ("", False)]
)
def test_a_bucket_is_named_without_its_scheme_and_folder(name: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(console_template.BUCKET["AllowedPattern"], name)) is is_allowed


# ── what is inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_bill_names_every_library_that_is_deployed_and_what_else_others_made(dist: Path) -> None:
    bill = json.loads(only(dist, ".cdx.json").read_text())
    pinned = dict(PINS.findall((stage_package.ROOT / "requirements.txt").read_text()))
    named = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one.get("version") for one in bill["components"]}
    assert {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pinned.items()}.items() <= named.items()
    assert {"chalice", "uplot", "noto fonts", "cldr"} <= set(named)
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])
    files = {one["name"]: one["hashes"] for one in bill["metadata"]["component"]["components"]}
    assert files == {
        one.name: [{"alg": "SHA-256", "content": hashlib.sha256(one.read_bytes()).hexdigest()}]
        for one in zips(dist).values()
    }


def test_every_folder_of_the_zip_is_ours_or_somebodys_in_the_bill(dist: Path) -> None:
    """What comes in by another way than a wheel has to be added to `package_contents`."""
    with zipfile.ZipFile(zips(dist)[True]) as packed:
        records = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith("/RECORD"))
        top = {name.partition("/")[0] for name in packed.namelist()}
    installed = {line.partition(",")[0].partition("/")[0] for line in records.splitlines()}
    assert {one for one in top if one not in installed and not one.endswith((".data", ".dist-info"))} <= {
        "app.py", "chalice", "chalicelib", "__pycache__",
    }  # fmt: skip
    ours = Path(app.__file__).parent / "chalicelib"
    texts = [
        path.name
        for path in ours.rglob("*")
        if package_contents.LICENCE_FILE.search(path.name) and path.suffix == ".txt"
    ]
    assert texts == ["uplot.LICENSE.txt"], "and OFL.txt of the fonts: these are named one by one"


def test_every_licence_stands_there_in_full(dist: Path) -> None:
    written = only(dist, ".licences.txt").read_text()
    for one in package_contents.components(zips(dist)[True]):
        assert f"{one.name} {one.version}".strip() in written
        assert all(text.strip() in written for text in one.texts)
    for words in ("Apache License", "UNICODE LICENSE V3", "SIL OPEN FONT LICENSE", "Permission is hereby granted"):
        assert words in written


def test_a_library_without_the_text_of_its_licence_is_refused(dist: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(zips(dist)[True]) as packed, zipfile.ZipFile(bare, "w") as copied:
        for name in packed.namelist():
            if not name.startswith("nh3-") or name.endswith("METADATA"):
                copied.writestr(name, packed.read(name))
    with pytest.raises(PackageFailed, match="without the text of a licence: nh3"):
        package_contents.components(bare)


# ── the way of somebody who has the console alone ────────────────────────────────────────────────────────────────────────────
class Console:
    """What the console asks of CloudFormation when somebody uploads three files and clicks through its forms."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._s3: Any = session.client("s3")
        self._cloudformation: Any = session.client("cloudformation")
        self._s3.create_bucket(Bucket=BUCKET)

    def upload(self, folder: Path) -> str:
        """The files of a release that are deployed, into the bucket; no engine has SAM's transform, so the template is as it comes out of that."""
        for code in zips(folder).values():
            self._s3.put_object(Bucket=BUCKET, Key=code.name, Body=code.read_bytes())
        name = only(folder, ".template.json").name
        self._s3.put_object(Bucket=BUCKET, Key=name, Body=json.dumps(transformed(the_template(folder))).encode())
        return f"https://s3.us-east-1.amazonaws.com/{BUCKET}/{name}"

    def create(self, url: str, **parameters: str) -> None:
        self._send("create", url, parameters, {})

    def update(self, url: str, **parameters: str) -> None:
        """The form is filled in with what the stack has."""
        self._send(
            "update",
            url,
            parameters,
            {one["ParameterKey"]: one["ParameterValue"] for one in self.stack()["Parameters"]},
        )

    def _send(self, verb: str, url: str, parameters: dict[str, str], current: dict[str, str]) -> None:
        filled = [{"ParameterKey": name, "ParameterValue": value} for name, value in {**current, **parameters}.items()]
        send = getattr(self._cloudformation, f"{verb}_stack")
        send(
            StackName=STACK,
            TemplateURL=url,
            Parameters=filled,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        while self.stack()["StackStatus"].endswith("IN_PROGRESS"):
            time.sleep(0.2)
        events = self._cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [one.get("ResourceStatusReason") for one in events if one.get("ResourceStatusReason")]
        assert self.stack()["StackStatus"] == f"{verb.upper()}_COMPLETE", failed

    def stack(self) -> dict[str, Any]:
        (stack,) = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return dict(stack)

    def outputs(self) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.stack()["Outputs"]}

    def functions(self) -> dict[str, dict[str, Any]]:
        """The configuration of each function, by logical id."""
        resources = self._cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        client = self.session.client("lambda")
        return {
            one["LogicalResourceId"]: dict(client.get_function_configuration(FunctionName=one["PhysicalResourceId"]))
            for one in resources
            if one["ResourceType"] == "AWS::Lambda::Function"
        }

    def versions(self) -> set[str]:
        """The digests of what the functions run."""
        return {one["CodeSha256"] for one in self.functions().values()}

    def protected(self) -> list[bool]:
        client = self.session.client("dynamodb")
        names = [value for name, value in self.outputs().items() if name in {"SignaturesTable", "RegistryTable"}]
        return [client.describe_table(TableName=one)["Table"].get("DeletionProtectionEnabled", False) for one in names]


@pytest.mark.engine
def test_a_stack_is_made_updated_and_taken_back_in_the_console(session: Session, dist: Path, next_dist: Path) -> None:
    console = Console(session)
    first = console.upload(dist)
    console.create(first, CodeBucket=BUCKET)
    assert console.protected() == [False, False], "a first deployment can be rolled back"
    outputs = console.outputs()
    assert outputs["Do1Protect"] == "Production=true"
    address = outputs["Do1Address"].removeprefix("PublicUrl=")
    assert address == outputs["EndpointURL"].rstrip("/")
    assert outputs["Do5Dashboard"] == f"{address}/admin"
    assert f"#/functions/{console.functions()['FirstKey']['FunctionName']}?tab=testing" in outputs["Do4FirstKey"]

    console.update(first, Production="true", PublicUrl=address)
    assert console.protected() == [True, True]
    assert {"Do1Protect", "Do1Address"} & set(console.outputs()) == set(), "done"
    assert console.functions()["Mail"]["Environment"]["Variables"]["PUBLIC_URL"] == address

    before = console.versions()
    assert len(before) == 2
    console.update(console.upload(next_dist))
    assert not console.versions() & before
    console.update(first)
    assert console.versions() == before
    assert console.protected() == [True, True]


@pytest.mark.parametrize("zone", ["", "Z0123456789ABC"])
def test_the_outputs_name_the_dns_records_that_make_deploy_prints(zone: str) -> None:
    parameters = {"MailDomain": "example.org", "ApiDomain": "sign.example.org", "HostedZone": zone}
    template = Template(parameters)
    tokens = {("MailIdentity", f"DkimDNSToken{part}{i}"): f"{part}{i}" for part in ("Name", "Value") for i in (1, 2, 3)}
    template.attributes |= {**tokens, ("ApiDomainName", "RegionalDomainName"): "d-1.execute-api.example"}
    declared = json.loads(PATH.read_text())["Outputs"]
    told = {
        name: str(template.resolve(one["Value"]))
        for name, one in declared.items()
        if name.startswith(("Do2Dns", "Dkim", "ApiT", "MailFrom")) and template.resolve({"Condition": one["Condition"]})
    }
    printed = [f"{name} {kind} {value}" for kind, name, value in next_steps.records(told, parameters, "us-east-1")]
    assert sorted(printed) == sorted(value for name, value in told.items() if name.startswith("Do2Dns"))
    assert len(printed) == (1 if zone else 7)


def test_no_secret_is_in_an_output(dist: Path) -> None:
    outputs = the_template(dist)["Outputs"]
    told = json.dumps(outputs)
    assert "resolve:" not in told
    assert [name for name, one in outputs.items() if one["Value"] == {"Ref": "Secret"}] == ["Secret"], "its ARN"


def test_links_follow_from_the_domain_where_no_address_is_given(dist: Path) -> None:
    for name, properties in template_checks.functions(the_template(dist)["Resources"]).items():
        if name != "FirstKey":
            variables = properties["Environment"]["Variables"]
            assert variables["PUBLIC_URL"]["Fn::If"][2] == {
                "Fn::If": ["HasApiDomain", {"Fn::Sub": "https://${ApiDomain}"}, ""]
            }
