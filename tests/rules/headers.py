#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a public header may cost. usage: headers.py [ROOT] [COMPILER]

Each header: at most 250 lines, none of the dear standard headers. All of them together compile
without exceptions and run-time type information (throwing.hpp excepted). The umbrella: at most
45 000 preprocessed lines. Lines are counted, not time: they are the same on every machine.
"""
import os
import re
import subprocess
import sys

from source_tree import finish, root_from_arguments

LINES = 250
UMBRELLA = "trivet/trivet.hpp"
UMBRELLA_LINES = 45_000
THROWS = {"trivet/throwing.hpp"}
DEAR = {
    "atomic", "chrono", "condition_variable", "filesystem", "format", "fstream", "functional",
    "future", "iomanip", "iostream", "istream", "locale", "mutex", "ostream", "random", "ranges",
    "regex", "shared_mutex", "sstream", "thread", "unordered_map", "unordered_set",
}


def compile_text(compiler, root, text, *options):
    """The compiler's run on a source text with our headers in reach."""
    command = [compiler, "-std=c++20", f"-I{root / 'include'}", "-x", "c++", *options, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def check_text(name, text, findings):
    lines = text.count("\n")
    if lines > LINES:
        findings.append(f"include/{name}: {lines} lines, at most {LINES}")
    for dear in re.findall(r"^\s*#\s*include\s*<(\w+)>", text, re.MULTILINE):
        if dear in DEAR:
            findings.append(f"include/{name}: includes <{dear}>, which costs every user")


def check_compiles(compiler, root, headers, findings):
    """All of them, twice, without exceptions. (That each compiles alone is what the target
    trivet_verify_interface_header_sets shows.)"""
    text = "".join(f'#include "{name}"\n' for name in sorted(headers) if name not in THROWS)
    run = compile_text(compiler, root, text + text, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic",
                       "-Wshadow", "-Wconversion", "-Werror", "-fno-exceptions", "-fno-rtti")
    if run.returncode:
        findings.append(f"include: does not compile without exceptions\n{run.stderr[:4000]}")


def comment_share(texts):
    """Per cent of the lines that are comments."""
    lines = [line.strip() for text in texts for line in text.split("\n") if line.strip()]
    return 100 * sum(line.startswith("//") for line in lines) // max(1, len(lines))


def main():
    root = root_from_arguments()
    compiler = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("CXX", "g++")
    include = root / "include"
    headers = {p.relative_to(include).as_posix(): p.read_text(encoding="utf-8")
               for p in sorted(include.rglob("*.hpp"))}
    findings = []
    for name, text in headers.items():
        check_text(name, text, findings)
    check_compiles(compiler, root, headers, findings)
    run = compile_text(compiler, root, f'#include "{UMBRELLA}"\n', "-E", "-P")
    lines = run.stdout.count("\n")
    if run.returncode or lines > UMBRELLA_LINES:
        findings.append(f"include/{UMBRELLA}: {lines} preprocessed lines, at most {UMBRELLA_LINES}")
    finish("headers", findings, note=f"{len(headers)} headers, umbrella {lines} preprocessed lines, "
                                     f"{comment_share(headers.values())} % comments")


if __name__ == "__main__":
    main()
