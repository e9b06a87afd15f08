"""CPU of importing the app and making its clients, with the AWS SDK that the zip holds compared to the whole one.

Prints medians of seven in turns, in CPU ms and relative. Both have byte code for everything, and the same app from the same zip.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from deploy.packaging import runtimes, stage_package
from deploy.packaging.architectures import of_this_machine
from deploy.packaging.archives import DEPLOYMENT

RUNS = 7
CLIENTS = {
    "api": ("dynamodb", "secretsmanager"),
    "mail": ("dynamodb", "secretsmanager", "sqs", "sesv2"),
    "export": ("dynamodb", "sqs", "s3"),
}
CODE = """
import sys, time
sys.path[:0] = sys.argv[1].split(":")
began = time.process_time()
import app
from chalicelib.wiring import wiring
for service in sys.argv[2].split(","):
    wiring().client(service)
print((time.process_time() - began) * 1000)
"""


def measure() -> dict[str, dict[str, float]]:
    """For each function: CPU ms with either SDK, and the zip's relative to the whole one."""
    runtime = runtimes.runtime(runtimes.configured())
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        task, whole = Path(folder) / "task", Path(folder) / "whole"
        with zipfile.ZipFile(stage_package.checked(of_this_machine()) / DEPLOYMENT) as archive:
            archive.extractall(task)
        _copy_whole_sdk(whole, runtime.python)
        for function, services in CLIENTS.items():
            results[function] = _compare(runtime.python, services, {"zip": f"{task}", "whole": f"{whole}:{task}"})
    return results


def _copy_whole_sdk(folder: Path, python: str) -> None:
    import botocore

    installed = Path(botocore.__file__).parent
    shutil.copytree(installed, folder / "botocore", ignore=shutil.ignore_patterns("__pycache__"))
    compiler = [python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(compiler, check=True)


def _compare(python: str, services: tuple[str, ...], paths: dict[str, str]) -> dict[str, float]:
    environment = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    times: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(RUNS + 1):
        for name, path in paths.items():
            command = [python, "-S", "-c", CODE, path, ",".join(services)]
            done = subprocess.run(command, env=environment, cwd="/", check=True, stdout=subprocess.PIPE)
            if turn:  # the first one reads the files into memory
                times[name].append(float(done.stdout))
    medians = {name: round(statistics.median(runs), 1) for name, runs in times.items()}
    return {**medians, "ratio": round(medians["zip"] / medians["whole"], 2)}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=1)
    print()
