"""`make release`: a folder with the zips, their template for the console, their sums, and what is inside under which licence.

It publishes nothing. The same checkout gives the same files, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from deploy.packaging import stage_package, template_checks
from deploy.packaging.archives import ARCHIVES, DEPLOYMENT, EXPORT
from deploy.packaging.lambda_zip import PackageFailed
from deploy.release import bill_of_materials, package_contents
from deploy.release.console_template import for_console

ROOT = stage_package.ROOT
SUMS = "SHA256SUMS"
MAX_TEMPLATE_BYTES = 1_000_000  # what CloudFormation takes from S3, where the console puts an uploaded template


def write(package: Path, target: Path) -> list[Path]:
    """Fill the folder `target` anew from a package, as `stage_package.build` leaves it. Raises PackageFailed."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    codes, sam = [(package / name).read_bytes() for name in ARCHIVES], json.loads((package / "sam.json").read_text())
    tag = hashlib.sha256(b"".join(codes) + json.dumps(sam, sort_keys=True).encode()).hexdigest()[:12]
    name = f"undersigned-{version}-{tag}"
    keys = {DEPLOYMENT: f"{name}.zip", EXPORT: f"{name}.export.zip"}
    template = json.dumps(for_console(sam, keys, version), sort_keys=True, separators=(",", ":"))
    if len(template) > MAX_TEMPLATE_BYTES:
        raise PackageFailed(f"the template is {len(template):,} bytes, more than CloudFormation takes")
    parts = package_contents.components(package / EXPORT)  # the other zip holds nothing more
    zips = dict(zip(keys.values(), codes, strict=True))
    digests = {key: hashlib.sha256(code).hexdigest() for key, code in zips.items()}
    contents = zips | {
        f"{name}.template.json": template.encode(),
        f"{name}.cdx.json": bill_of_materials.cyclonedx(parts, version=version, archives=digests).encode(),
        f"{name}.licences.txt": bill_of_materials.licences(parts, (ROOT / "LICENSE").read_text()).encode(),
    }
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in sorted(contents.items()))
    return _fill(target, contents | {SUMS: sums.encode()})


def _fill(target: Path, contents: dict[str, bytes]) -> list[Path]:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file, content in contents.items():
        (target / file).write_bytes(content)
    return [target / file for file in contents]


def main(arguments: list[str]) -> int:
    """Package and write to the named folder; return the exit code."""
    target = Path(arguments[0])
    try:
        with tempfile.TemporaryDirectory() as folder:
            stage_package.build(Path(folder) / "package")
            files = write(Path(folder) / "package", target)
        template_checks.lint(next(one for one in files if one.name.endswith(".template.json")), stage_package.REGION)
    except PackageFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"{(target / SUMS).read_text()}\nWrote {target}. docs/deploying.md says what to do with it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
