#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long files and functions may be. usage: sizes.py [ROOT]

Refused: files above 600 lines, functions above 60, lines above 100 columns. Warned about: files
above 400, functions above 40, such lines in tests. A file that is a data table says so in its first lines with the words
`data table` and may be of any length. Functions are found by matching braces, which is
good enough for code that clang-format wrote.
"""
import re

from source_tree import code_files, finish, root_from_arguments

FILE_REFUSE, FILE_WARN = 600, 400
FUNCTION_REFUSE, FUNCTION_WARN = 60, 40
COLUMNS = 100

LITERAL = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
                     re.DOTALL)
NOT_A_FUNCTION = re.compile(
    r"^\s*(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern\s*\"?C?\"?\s*$)\b|=\s*$|^\s*$")
NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def blank(match):
    """A literal or comment, replaced by as many lines of nothing: braces inside don't count."""
    text = match.group(0)
    if text.startswith("'") and not text.endswith("'"):
        return text
    return "\n" * text.count("\n") or " "


def functions(text):
    """(name, first line, lines) of the outermost function bodies."""
    # 1'000'000 is a number, not two characters
    text = LITERAL.sub(blank, re.sub(r"(?<=\d)'(?=\d)", "", text))
    text = re.sub(r"^\s*#.*(\\\n.*)*$", "", text, flags=re.MULTILINE)
    depth_of_function = None
    depth = 0
    head_begin = 0
    start = None
    for match in re.finditer(r"[{};]", text):
        at, mark = match.start(), match.group(0)
        if mark == "{":
            head = text[head_begin:at]
            if depth_of_function is None and "(" in head and not NOT_A_FUNCTION.search(head.strip()):
                depth_of_function, start = depth, (head, head_begin)
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == depth_of_function:
                head, begin = start
                first = text.count("\n", 0, begin + len(head) - len(head.lstrip())) + 1
                last = text.count("\n", 0, at) + 1
                name = NAME.search(head)
                yield (name.group(1) if name else head.strip()[:40]), first, last - first + 1
                depth_of_function = None
        head_begin = at + 1


def check_lines(path, text, findings):
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS and "http" not in line:
            findings.append(f"{path}:{number}: {len(line)} columns, {COLUMNS} fit")


def check_file(path, text, findings, warnings):
    lines = text.count("\n")
    if "data table" not in "\n".join(text.split("\n")[:5]):
        if lines > FILE_REFUSE:
            findings.append(f"{path}: {lines} lines, at most {FILE_REFUSE}; split it by idea")
        elif lines > FILE_WARN:
            warnings.append(f"{path}: {lines} lines, better {FILE_WARN}")
    for name, first, count in functions(text):
        if count > FUNCTION_REFUSE:
            findings.append(f"{path}:{first}: {name} has {count} lines, at most {FUNCTION_REFUSE}")
        elif count > FUNCTION_WARN:
            warnings.append(f"{path}:{first}: {name} has {count} lines, better {FUNCTION_WARN}")
    check_lines(path, text, findings)


def main():
    root = root_from_arguments()
    findings, warnings = [], []
    counted = 0
    for path, text in code_files(root, "include", "src", "examples", "bench"):
        check_file(path, text, findings, warnings)
        counted += 1
    for path, text in code_files(root, "tests"):
        check_lines(path, text, warnings)  # JSON texts in tests may run on
        counted += 1
    finish("sizes", findings, warnings, f"{counted} files")


if __name__ == "__main__":
    main()
