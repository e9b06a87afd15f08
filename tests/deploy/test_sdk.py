"""The AWS SDK in the zip knows every operation that the functions call, as the whole SDK does, and goes to the same places."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from deploy.packaging import sdk
from deploy.packaging.sdk import OPERATIONS

if TYPE_CHECKING:
    from botocore.model import Shape

WHOLE = Path(botocore.__file__).parents[1]
KEYS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
REGIONS = ("us-east-1", "eu-west-1", "eu-south-2", "ap-east-1", "us-gov-west-1", "cn-north-1")
PLACES = """
import json, sys
sys.path.insert(0, sys.argv[1])
import botocore.session
from botocore.config import Config
where = {}
for region in json.loads(sys.argv[3]):
    for service in json.loads(sys.argv[2]):
        settings = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}) if service == "s3" else None
        client = botocore.session.get_session().create_client(service, region, config=settings)
        where[f"{service} {region}"] = [client.meta.endpoint_url, client._client_config.region_name]
        if service == "s3":
            link = client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
            where[f"{service} {region}"].append(link.partition("?")[0])
print(json.dumps(where))
"""


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdk")
    shutil.copytree(WHOLE / "botocore", folder / "botocore", ignore=shutil.ignore_patterns("__pycache__"))
    sdk.cut(folder)
    return folder


def outline(shape: Shape | None, seen: tuple[str, ...] = ()) -> Any:
    """All that botocore reads of a shape and of those in it."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    inner = {name: outline(one, (*seen, shape.name)) for name, one in getattr(shape, "members", {}).items()}
    parts = {
        part: getattr(shape, part, None) for part in ("member", "key", "value") if shape.type_name in {"list", "map"}
    }
    within = {part: outline(one, (*seen, shape.name)) for part, one in parts.items() if one is not None}
    return [shape.name, shape.type_name, shape.serialization, shape.metadata, inner, within]


@pytest.mark.parametrize("service", OPERATIONS)
def test_each_operation_is_described_as_in_the_whole_sdk(cut: Path, service: str) -> None:
    # Each read anew: botocore changes those that its clients use.
    loader = Loader(extra_search_paths=[str(cut / "botocore" / "data")], include_default_search_paths=False)
    small = ServiceModel(loader.load_service_model(service, "service-2"), service)
    whole = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    assert set(small.operation_names) == OPERATIONS[service] <= set(whole.operation_names)
    assert small.metadata == whole.metadata
    for name in OPERATIONS[service]:
        ours, theirs = small.operation_model(name), whole.operation_model(name)
        assert outline(ours.input_shape) == outline(theirs.input_shape)
        assert outline(ours.output_shape) == outline(theirs.output_shape)
        assert list(map(outline, ours.error_shapes)) == list(map(outline, theirs.error_shapes))
        assert (ours.http, ours.context_parameters, ours.http_checksum) == (
            theirs.http, theirs.context_parameters, theirs.http_checksum
        )  # fmt: skip


@pytest.mark.slow
def test_it_goes_to_the_same_places_in_every_region(cut: Path) -> None:
    found = []
    for folder in (str(cut), str(WHOLE)):
        command = [sys.executable, "-c", PLACES, folder, json.dumps(list(OPERATIONS)), json.dumps(REGIONS)]
        done = subprocess.run(command, env=KEYS, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]
    assert len(found[0]) == len(REGIONS) * len(OPERATIONS)


def test_nothing_else_is_left_that_botocore_would_read(cut: Path) -> None:
    data = cut / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == set(OPERATIONS)
    assert [path for path in data.rglob("*") if path.name.startswith(("examples", "waiters", "paginators"))] == []
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    assert size < 500_000  # of 25 million


def test_a_package_without_the_sdk_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    sdk.cut(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


def test_no_text_is_written_for_help_but_every_name_is_there(cut: Path) -> None:
    import botocore.docs.docstring as whole

    code = """
import json, sys
sys.path.insert(0, sys.argv[1])
import botocore.docs.docstring as small, botocore.session
client = botocore.session.get_session().create_client("dynamodb", "us-east-1")
names = [name for name, one in vars(small).items() if isinstance(one, type)]
print(json.dumps([small.__file__, names, client.get_item.__doc__, len([m for m in sys.modules if m.startswith("botocore.docs")])]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(cut)], env=KEYS, check=True, capture_output=True, text=True)
    file, names, text, modules = json.loads(done.stdout)
    assert file.startswith(str(cut))
    theirs = {name for name, one in vars(whole).items() if isinstance(one, type) and one.__module__ == whole.__name__}
    assert (set(names), text, modules) == (theirs, "", 3)
