#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each format and backend has its line in the table, and its tests. usage: tables.py [ROOT]

src/format/NAME (a folder or one file) needs its line in src/builtin.cpp, a fuzz target and fixtures
in tests/golden/NAME; src/backend/NAME needs its line. A finding holds the line that is missing.
"""
import re

from source_tree import finish, root_from_arguments

TABLE = "src/builtin.cpp"


def names_below(folder):
    """Folders and single .cpp files; `name.hpp` beside them belongs to one of these."""
    if not folder.is_dir():
        return []
    return sorted({p.stem for p in folder.iterdir()
                   if (p.is_dir() and any(p.rglob("*.cpp"))) or p.suffix == ".cpp"})


def check_lines(kind, names, table, findings):
    """Every name has its line, every line has its name."""
    made = set(re.findall(rf"^\s*\w+::make_(\w+)_{kind},", table, re.MULTILINE))
    for name in names:
        if name not in made:
            findings.append(f"{TABLE}: the {kind} {name} has no line; add\n"
                            f"    {name}::make_{name}_{kind},")
    for name in sorted(made - set(names)):
        findings.append(f"{TABLE}: make_{name}_{kind} has no src/{kind}/{name}")


def check_format_tests(root, name, findings):
    fuzz = root / "tests" / "fuzz" / f"{name}_fuzz.cpp"
    if not fuzz.is_file():
        findings.append(f"src/format/{name}: no fuzz target; add tests/fuzz/{name}_fuzz.cpp")
    golden = root / "tests" / "golden" / name
    if not golden.is_dir() or not any(golden.glob("*/case.json")):
        findings.append(f"src/format/{name}: no fixtures; add tests/golden/{name}/CASE/ with model/, "
                        "request.json, response.json, case.json")


def main():
    root = root_from_arguments()
    table = (root / TABLE).read_text(encoding="utf-8")
    formats = names_below(root / "src" / "format")
    backends = names_below(root / "src" / "backend")
    findings = []
    check_lines("format", formats, table, findings)
    check_lines("backend", backends, table, findings)
    for name in formats:
        check_format_tests(root, name, findings)
    finish("tables", findings, note=f"{len(formats)} formats, {len(backends)} backends")


if __name__ == "__main__":
    main()
