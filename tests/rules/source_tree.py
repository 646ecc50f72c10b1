# SPDX-License-Identifier: Apache-2.0
"""The files of a source tree and the findings of a rule, for the scripts beside this one."""
import pathlib
import sys

CODE = (".hpp", ".h", ".cpp")
DEFAULT_ROOT = pathlib.Path(__file__).resolve().parents[2]


def root_from_arguments():
    """The tree that a rule is asked about: its first argument, or the one that it stands in."""
    return pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DEFAULT_ROOT


def code_files(root, *folders):
    """C++ files below the folders, as (path relative to root, text), sorted."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in CODE and path.is_file():
                yield path.relative_to(root), path.read_text(encoding="utf-8")


def finish(rule, findings, warnings=(), note=""):
    """Prints what was found and ends with the status that ctest looks at."""
    for warning in warnings:
        print(f"warning: {warning}")
    for finding in findings:
        print(finding)
    print(f"{rule}: {len(findings)} findings, {len(warnings)} warnings{'; ' + note if note else ''}")
    sys.exit(1 if findings else 0)
