"""`make rig RUNTIME=python3.13`: prints what each packaged function answers to each event of AWS; exits with 1 when one answer is not right."""

from __future__ import annotations

import sys
import time

from deploy.packaging import runtimes, stage_package
from deploy.packaging.architectures import of_this_machine
from tools.rig.cases import every_case
from tools.rig.rig import Rig

ROW = "{:10} {:50} {:>7}  {}"


def main(name: str = "") -> int:
    """Play all cases on the runtime `name`, by default the one that is deployed."""
    wrong = 0
    packaged = stage_package.checked(of_this_machine(), runtimes.runtime(name) if name else None)
    with Rig(packaged, name) as rig:
        print(ROW.format("function", "event", "seconds", f"answer under {rig.runtime.name}"))
        for case in every_case():
            begun = time.monotonic()
            answer = case.run(rig)
            took = time.monotonic() - begun
            is_right = answer == case.expected
            wrong += not is_right
            print(
                ROW.format(
                    case.function, case.event, f"{took:.2f}", answer if is_right else f"{answer} - NOT {case.expected}"
                )
            )
        for function, container in rig.containers.items():
            most = container.most_megabytes()
            print(f"{function} had at most {most:.0f} of its {container.function.megabytes} MB")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
