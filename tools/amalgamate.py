#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the two-file drop-in, for programs that do not use CMake. usage: amalgamate.py OUTPUT_FOLDER

trivet.hpp holds all public headers, trivet.cpp all sources of the library. Build it as

    c++ -std=c++20 -O2 -ffp-contract=off -c trivet.cpp    (needs simdjson, fmt, Highway, Eigen,
                                                                zlib, bzip2, xz, lz4 installed)
    c++ -std=c++20 program.cpp trivet.o -lsimdjson -lfmt -lhwy -lz -lbz2 -llzma -llz4 -pthread

Vector code, which the library has once for each instruction set, is there once, for the one that the
compiler is told: add -march=native, or what the program's machines have in common.

The two files are made, never edited; the tree is the source of truth (docs/decisions/0002).
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|endif)\b")
LICENCE = "// SPDX-License-Identifier: Apache-2.0"


class Writer:
    """One output file: own headers are written where they are first asked for, others' once."""

    def __init__(self, written=()):
        self.lines = []
        self.written = set(written)
        self.conditions = 0

    def add(self, path):
        """Appends a file of ours with everything that it includes."""
        if path in self.written:
            return
        self.written.add(path)
        self.lines += ["", f"// ---- {path.relative_to(ROOT)}"]
        for line in path.read_text(encoding="utf-8").splitlines():
            self.add_line(path, line)

    def add_line(self, path, line):
        condition = CONDITION.match(line)
        if condition:
            self.conditions += -1 if condition.group(1) == "endif" else 1
        if line == LICENCE or line.startswith("#pragma once"):
            return
        include = INCLUDE.match(line)
        if include is None:
            self.lines.append(line)
            return
        own = find(path, include.group(2))
        if own is not None:
            self.add(own)
        elif self.conditions > 0:
            self.lines.append(line)
        elif include.group(2) not in self.written:
            self.written.add(include.group(2))
            self.lines.append(line)

    def text(self, purpose):
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines))
        return f"{LICENCE}\n// {purpose}\n// Made by tools/amalgamate.py; not for editing.\n{body}\n"


def find(path, name):
    """The file of ours that an include means, or None."""
    for folder in (ROOT / "include", ROOT / "src", path.parent):
        if (folder / name).is_file():
            return (folder / name).resolve()
    return None


def sources():
    """The library's sources; the program's and those of optional libraries are not among them."""
    optional = {"cli", "batch", "service", "http", "grpc", "c"}
    return [p for p in sorted((ROOT / "src").rglob("*.cpp"))
            if p.relative_to(ROOT / "src").parts[0] not in optional]


def version():
    """`project(trivet VERSION x.y.z` of the build: the one place that has it."""
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(trivet\s+VERSION\s+([\d.]+)", text).group(1)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    output = pathlib.Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)

    header = Writer()
    header.lines = ["#pragma once"]
    throwing = ROOT / "include" / "trivet" / "throwing.hpp"
    for path in sorted((ROOT / "include" / "trivet").rglob("*.hpp")):
        if path != throwing:
            header.add(path)
    header.lines.append("#if defined(__cpp_exceptions)")
    header.add(throwing)
    header.lines.append("#endif")
    source = Writer({p for p in header.written if isinstance(p, pathlib.Path)})
    source.lines = ['#include "trivet.hpp"', "", f'#define TRIVET_VERSION_STRING "{version()}"',
                    "#define HWY_COMPILE_ONLY_STATIC"]
    for path in sources():
        source.add(path)

    (output / "trivet.hpp").write_text(
        header.text(f"trivet {version()}: the public headers in one."), encoding="utf-8")
    (output / "trivet.cpp").write_text(
        source.text(f"trivet {version()}: the library in one source file."), encoding="utf-8")


if __name__ == "__main__":
    main()
