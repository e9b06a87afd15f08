"""What `make package` makes works on Lambda and is the same wherever it is made; what would not work is refused."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
import sysconfig
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import PIL
import pytest

from deploy.packaging import lambda_zip, pillow, runtimes, stage_package, template_checks, wheels
from deploy.packaging.architectures import ARM
from deploy.packaging.archives import ARCHIVES, DEPLOYMENT, EXPORT, is_for_exports
from deploy.packaging.lambda_zip import PackageFailed
from tests.kit.pictures import a_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEADER = bytes(18) + struct.pack("<H", 183) + bytes(44)
INTEL = bytes(18) + struct.pack("<H", 62) + bytes(44)
SOURCES: dict[str, str | bytes] = {
    "app.py": 'KINDS = {"a", "b", "c"}\n\ndef f(x):\n    return x in {"petition", "letter", "paper", "draft"}\n',
    "chalice/app.py": "HOME = 'HOME'\n",
    "chalicelib/settings.py": "x = frozenset(('one', 'two', 'three'))\n",
    "fast/fast.so": HEADER,
    "Fast_Thing-1.0.dist-info/METADATA": "Name: fast-thing\n",
}


@pytest.fixture(scope="module")
def built() -> Path:
    return stage_package.checked()


def a_zip(path: Path, files: Mapping[str, str | bytes], *, backwards: bool = False) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in sorted(files.items(), reverse=backwards):
            packed.writestr(zipfile.ZipInfo(name, (2001 + backwards, 2, 3, 4, 5, 6)), content)
    return path


def a_template(path: Path, **changes: object) -> Path:
    properties = {"Runtime": "python3.11", "Architectures": ["arm64"], "CodeUri": "./deployment.zip"}
    function = {"Type": "AWS::Serverless::Function", "Properties": properties | changes}
    path.write_text(json.dumps({"Resources": {"APIHandler": function}}))
    return path


def test_pillow_still_makes_pictures_when_what_nothing_uses_is_cut(tmp_path: Path) -> None:
    whole = Path(PIL.__file__).parents[1]
    for name in ("PIL", "pillow.libs"):
        shutil.copytree(whole / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = {file.name for file in tmp_path.rglob("*.so*")}
    pillow.cut(tmp_path)
    gone = before - {file.name for file in tmp_path.rglob("*.so*")}
    assert len(gone) == len(pillow.MODULES) + len(pillow.LIBRARIES), gone
    work = tmp_path / "work"
    work.mkdir()
    for kind in ("JPEG", "PNG", "WEBP"):
        (work / "upload").write_bytes(a_file(kind=kind))
        command = [sys.executable, "-S", "-m", "chalicelib.services.pictures.resizing", str(work), "picture"]
        subprocess.run(command, env={"PYTHONPATH": f"{tmp_path}:{stage_package.ROOT}"}, check=True)
        assert json.loads((work / "answer.json").read_text())["id"].endswith("-1200x800")


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHIVES)
def test_the_zips_are_whole_for_arm_and_small(built: Path, name: str) -> None:
    catalogues = [one for one in zipfile.ZipFile(built / name).namelist() if one.endswith(".mo")]
    assert catalogues
    lambda_zip.check(built / name, stage_package._requirements(name), stage_package._catalogues())


@pytest.mark.slow
def test_what_only_exports_load_is_in_their_zip_alone(built: Path) -> None:
    light, whole = (set(zipfile.ZipFile(built / name).namelist()) for name in (DEPLOYMENT, EXPORT))
    assert light < whole
    assert {name.partition("/")[0].partition("-")[0].lower() for name in whole - light} == {
        "chalicelib", "pil", "pillow", "pillow.libs", "uharfbuzz", "xlsxwriter",
    }  # fmt: skip
    assert {name for name in whole if is_for_exports(name)} == whole - light
    sizes = [(built / name).stat().st_size for name in (DEPLOYMENT, EXPORT)]
    assert sizes[0] < 0.6 * sizes[1]


@pytest.mark.slow
def test_each_function_takes_its_code_from_its_own_zip(built: Path) -> None:
    resources = json.loads((built / "sam.json").read_text())["Resources"]
    taken = {name: one["CodeUri"] for name, one in template_checks.functions(resources).items()}
    assert {name for name, place in taken.items() if place == f"./{EXPORT}"} == {"Export"}
    assert set(taken.values()) == {f"./{EXPORT}", f"./{DEPLOYMENT}"}


@pytest.mark.slow
def test_the_zip_holds_byte_code_of_one_python_and_nothing_that_only_development_needs(built: Path) -> None:
    names = zipfile.ZipFile(built / EXPORT).namelist()
    compiled = [name for name in names if name.endswith(".pyc")]
    assert compiled
    tag = runtimes.runtime(runtimes.configured()).cache_tag
    assert [name for name in compiled if not name.endswith(f".{tag}.pyc")] == []
    assert [name for name in names if "/tests/" in name or name.endswith((".po", ".pot", ".pyi"))] == []
    assert [
        name
        for name in names
        if name.startswith(("boto3/", "s3transfer/", "chalice/cli", "local/", "deploy/", ".chalice"))
    ] == []


@pytest.mark.slow
def test_packing_the_real_zip_again_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    lambda_zip.pack(built / EXPORT, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (built / EXPORT).read_bytes()
    lambda_zip.lighten(tmp_path / "again.zip", tmp_path / "light.zip")
    assert (tmp_path / "light.zip").read_bytes() == (built / DEPLOYMENT).read_bytes()


def test_order_times_and_hash_seed_change_no_byte(tmp_path: Path) -> None:
    made = []
    for seed, backwards in (("1", False), ("2", True)):
        raw = a_zip(tmp_path / f"raw{seed}.zip", SOURCES, backwards=backwards)
        target = tmp_path / f"out{seed}.zip"
        code = "import sys; from pathlib import Path; from deploy.packaging.lambda_zip import pack; pack(*map(Path, sys.argv[1:]))"
        subprocess.run(
            [sys.executable, "-c", code, raw, target],
            cwd=stage_package.ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": seed, "PETITION": "letter"},
        )  # fmt: skip
        made.append(target.read_bytes())
    assert made[0] == made[1]


def test_byte_code_is_trusted_without_looking_at_the_source(tmp_path: Path) -> None:
    lambda_zip.pack(a_zip(tmp_path / "raw.zip", SOURCES), tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        flags = packed.read(f"__pycache__/app.{sys.implementation.cache_tag}.pyc")[4:8]
        assert b"/var/task/app.py" in packed.read(f"__pycache__/app.{sys.implementation.cache_tag}.pyc")
    assert int.from_bytes(flags, "little") == 0b01  # hash-based, unchecked: PEP 552


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda files: files.update({"fast/fast.so": INTEL}), "another processor: fast/fast.so"),
        (lambda files: files.pop("Fast_Thing-1.0.dist-info/METADATA"), "lacks fast-thing==1.0"),
        (lambda files: files.pop("chalice/app.py"), "lacks chalice/app.py"),
        (lambda files: files.update({"big": os.urandom(max(lambda_zip.MAX_BYTES.values()))}), "bytes, more than"),
    ],
)
def test_a_zip_that_would_not_work_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, str | bytes]], object], said: str
) -> None:
    files: dict[str, str | bytes] = dict(SOURCES)
    spoil(files)
    lambda_zip.pack(a_zip(tmp_path / "raw.zip", files), tmp_path / "out.zip")
    with pytest.raises(PackageFailed, match=said):
        lambda_zip.check(tmp_path / "out.zip", "fast-thing==1.0\n", [])


def test_a_source_that_does_not_compile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageFailed, match="SyntaxError"):
        lambda_zip.pack(a_zip(tmp_path / "raw.zip", {"app.py": "def"}), tmp_path / "out.zip")


def test_a_catalogue_that_is_missing_is_refused(tmp_path: Path) -> None:
    lambda_zip.pack(a_zip(tmp_path / "raw.zip", SOURCES), tmp_path / "out.zip")
    with pytest.raises(PackageFailed, match=r"lacks es\.mo"):
        lambda_zip.check(tmp_path / "out.zip", "", ["es.mo"])


def test_a_merged_resource_without_a_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sam.json").write_text(json.dumps({"Resources": {"Misspelt": {"Properties": {}}}}))
    with pytest.raises(PackageFailed, match="Misspelt"):
        template_checks.check(tmp_path / "sam.json", "us-east-1", "python3.11")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Runtime": "python3.9"}, "would run on python3.9"),
        ({"Architectures": ["x86_64"]}, "not built for arm64"),
        ({"CodeUri": "s3://other/x.zip"}, "from elsewhere"),
    ],
)
def test_functions_that_would_run_something_else_are_refused(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    with pytest.raises(PackageFailed, match=said):
        template_checks.check(a_template(tmp_path / "sam.json", **change), "us-east-1", "python3.11")


@pytest.mark.slow
def test_the_template_is_checked_for_the_region_it_is_for(built: Path) -> None:
    template_checks.check(built / "sam.json", "eu-west-1", runtimes.configured())
    with pytest.raises(PackageFailed, match=r"AWS::SES::EmailIdentity' does not exist in 'eu-south-2'"):
        template_checks.check(built / "sam.json", "eu-south-2", runtimes.configured())


def test_a_stage_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PackageFailed, match="no stage prodd, only dev, prod"):
        stage_package._check_stage("prodd")


@pytest.mark.parametrize(
    "policy", sorted((stage_package.ROOT / ".chalice").glob("policy-*.json")), ids=lambda path: path.stem
)
def test_no_policy_names_two_statements_alike(policy: Path) -> None:
    """IAM refuses it, and two changes that meet leave it behind easily."""
    names = [statement["Sid"] for statement in json.loads(policy.read_text())["Statement"]]
    assert sorted(names) == sorted(set(names))


def test_a_python_that_lambda_does_not_have_is_refused() -> None:
    with pytest.raises(PackageFailed, match=r"Lambda has no python3\.99"):
        runtimes.runtime("python3.99")


def test_functions_run_on_what_the_configuration_says_whoever_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runtimes.runtime(runtimes.OWN).python == sys.executable
    monkeypatch.setattr(runtimes, "CACHE", tmp_path)
    monkeypatch.setattr(runtimes, "OWN", "python3.10")
    monkeypatch.setattr(runtimes, "find", lambda _: None)
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("UV_NO_MANAGED_PYTHON", "1")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        PackageFailed, match=r"run on python3\.13 .*, this is python3\.10, and there is no python3\.13 here"
    ):
        runtimes.runtime("python3.13")


def test_a_wheel_that_cannot_be_had_stops_the_packaging(tmp_path: Path) -> None:
    """There is one for this machine only. Chalice just says so, and exits with 0."""
    project = tmp_path / "project"
    (project / ".chalice").mkdir(parents=True)
    other = "x86_64" if platform.machine() == "aarch64" else "arm64"
    settings = {"version": "2.0", "app_name": "a", "stages": {"prod": {}}, "lambda_architecture": other}
    (project / ".chalice" / "config.json").write_text(json.dumps(settings))
    (project / ".chalice" / "resources.json").write_text("{}")
    (project / "app.py").write_text("from chalice import Chalice\napp = Chalice('a')\napp.route('/')(dict)\n")
    (project / "requirements.txt").write_text("native==1.0\n")
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}-none-{sysconfig.get_platform().replace('-', '_')}"
    metadata = {
        "native.py": "",
        "native-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: native\nVersion: 1.0\n",
        "native-1.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: false\nTag: {tag}\n",
        "native-1.0.dist-info/RECORD": "",
    }
    a_zip(tmp_path / f"native-1.0-{tag}.whl", metadata)
    here_alone = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    with pytest.raises(PackageFailed, match=r"(?s)Could not install dependencies.*native==1\.0"):
        stage_package._run_chalice(project, "prod", tmp_path / "out", here_alone, sys.executable)


@pytest.mark.parametrize("is_honest", [True, False])
def test_only_wheels_with_the_contents_that_the_lock_names_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_honest: bool
) -> None:
    metadata = {
        "plain.py": "",
        "plain-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: plain\nVersion: 1.0\n",
        "plain-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "plain-1.0.dist-info/RECORD": "",
    }
    wheel = tmp_path / "plain-1.0-py3-none-any.whl"
    a_zip(wheel, metadata)
    lock, folder = tmp_path / "lock.txt", tmp_path / "wheels"
    lock.write_text(f"plain==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    if not is_honest:
        a_zip(wheel, metadata | {"plain.py": "import os"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with nullcontext() if is_honest else pytest.raises(PackageFailed, match="DO NOT MATCH THE HASHES"):
        assert wheels.download(lock, folder, ARM, runtimes.runtime(runtimes.OWN))["PIP_FIND_LINKS"] == str(folder)
        assert [one.name for one in folder.iterdir()] == [wheel.name]


def test_a_package_is_made_anew_when_any_source_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stage_package, "ROOT", tmp_path)
    monkeypatch.setattr(stage_package, "SHIPPED", ("app.py", "chalicelib"))
    made_by = [f"deploy/{name}.py" for name in ("package", "archive", "template")]
    for name in ("app.py", *made_by, "requirements-dev.txt", "local/requirements.txt", "chalicelib/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    prints = {stage_package._fingerprint()}
    (tmp_path / "chalicelib" / "a.py").rename(tmp_path / "chalicelib" / "b.py")  # Chalice's own cache misses this
    prints.add(stage_package._fingerprint())
    (tmp_path / "app.py").write_text("y")
    prints.add(stage_package._fingerprint())
    assert len(prints) == 3
