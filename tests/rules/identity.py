#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each source says its licence and its purpose, and nothing of the machine it was written on.
usage: identity.py [ROOT]"""
import os
import re

from source_tree import CODE, finish, root_from_arguments

LICENCE = "SPDX-License-Identifier: Apache-2.0"
SKIPPED = {".git", "build", "golden", "corpus", "__pycache__", ".cache"}
SCRIPTS = (".py", ".cmake", ".sh", ".yml", ".in")
SCRIPT_NAMES = {"CMakeLists.txt", "dev", "run", ".clang-format", ".clang-tidy"}
MACHINE = re.compile(r"(?<![\w.})>*])/(?:work|root|home|tmp|farm)/[\w.]")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def files(root):
    for folder, below, names in os.walk(root):
        below[:] = sorted(set(below) - SKIPPED)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def check_head(path, text, findings):
    """The licence in the first lines; in C++ the purpose right after it, and `#pragma once`."""
    lines = text.split("\n")
    if not any(LICENCE in line for line in lines[:3]):
        findings.append(f"{path}:1: no '{LICENCE}' in the first lines")
    elif path.endswith(CODE) and not re.match(r"// \S", lines[1]):
        findings.append(f"{path}:2: no sentence of purpose after the licence line")
    # Vector code is included once for each instruction set, as Highway's guard says.
    guard = "HWY_TARGET_TOGGLE" if path.endswith("-inl.hpp") else "#pragma once"
    if path.endswith(".hpp") and guard not in text:
        findings.append(f"{path}: no {guard}")


def check_words(path, text, findings):
    for number, line in enumerate(text.split("\n"), 1):
        if MACHINE.search(line):
            findings.append(f"{path}:{number}: a path of some machine: {line.strip()[:80]}")
        if UNFINISHED.search(line):
            findings.append(f"{path}:{number}: unfinished: {line.strip()[:80]}")


def main():
    root = root_from_arguments()
    findings = []
    for path in files(root):
        name = os.path.basename(path)
        if os.path.splitext(name)[0] in VAGUE_NAMES:
            findings.append(f"{path}: the name says nothing; name what is in it")
        try:
            with open(root / path, encoding="utf-8") as file:
                text = file.read()
        except (UnicodeDecodeError, OSError):
            continue
        if path.endswith(CODE) or path.endswith(SCRIPTS) or name in SCRIPT_NAMES:
            check_head(path, text, findings)
        check_words(path, text, findings)
    finish("identity", findings)


if __name__ == "__main__":
    main()
