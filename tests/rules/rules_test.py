#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules, tried on small trees: each must pass the sound tree and refuse the broken one."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// For the test of a rule.\n"
HEADER = HEAD + "#pragma once\n"
TABLE = HEAD + ('#include "format/bonsai/bonsai.hpp"\n'
                "constexpr MakeFormat kFormats[] = {\n    bonsai::make_bonsai_format,\n};\n"
                "constexpr MakeBackend kBackends[] = {\n    tree::make_tree_backend,\n};\n")

SOUND = {
    "include/trivet/result.hpp": HEADER + "#include <optional>\n",
    "include/trivet/value.hpp": HEADER + '#include "trivet/result.hpp"\n',
    "include/trivet/trivet.hpp": HEADER + '#include "trivet/value.hpp"\n',
    "include/trivet/spi/graph.hpp": HEADER + '#include "trivet/value.hpp"\n',
    "src/base/bytes.hpp": HEADER + '#include <vector>\n#include "trivet/result.hpp"\n',
    "src/base/bytes.cpp": HEAD + '#include "base/bytes.hpp"\n#include <unistd.h>\n',
    "src/text/message.hpp": HEADER + "#include <fmt/core.h>\n",
    "src/json/document.hpp": HEADER + '#include "trivet/result.hpp"\n',
    "src/json/request.cpp": HEAD + '#include <simdjson.h>\n#include "text/message.hpp"\n',
    "src/json/request.hpp": HEADER,
    "src/format/bonsai/bonsai.hpp": HEADER,
    "src/format/bonsai/bonsai.cpp": HEAD + '#include "format/bonsai/bonsai.hpp"\n'
                                           '#include "json/document.hpp"\n'
                                           '#include "trivet/spi/graph.hpp"\n',
    "src/backend/tree/tree.cpp": HEAD + '#include "trivet/spi/graph.hpp"\n',
    "src/backend/tree/tree.hpp": HEADER,
    "src/core/model.cpp": HEAD + '#include "json/document.hpp"\n',
    "src/builtin.cpp": TABLE,
    "src/cli/main.cpp": HEAD + '#include <CLI/CLI.hpp>\n#include "trivet/value.hpp"\n',
    "tests/fuzz/bonsai_fuzz.cpp": HEAD,
    "tests/golden/bonsai/small/case.json": "{}",
}

# rule, what it must say, the change that breaks the sound tree (None removes the file)
BROKEN = [
    ("layers", "src/base/bytes.cpp:4: includes text/message.hpp: base may not see text",
     {"src/base/bytes.cpp": HEAD + '\n#include "text/message.hpp"\n'}),
    ("layers", "of include, base may only see", {
        "src/base/bytes.cpp": HEAD + '#include "trivet/value.hpp"\n'}),
    ("layers", "format/bonsai may not see backend/tree", {
        "src/format/bonsai/bonsai.cpp": HEAD + '#include "backend/tree/tree.hpp"\n'}),
    ("layers", "format/bonsai may only see json/document.hpp", {
        "src/format/bonsai/bonsai.cpp": HEAD + '#include "json/request.hpp"\n'}),
    ("layers", "backend/linear may not see backend/tree", {
        "src/backend/linear.cpp": HEAD + '#include "backend/tree/tree.hpp"\n'}),
    ("layers", "core may not see format/bonsai", {
        "src/core/model.cpp": HEAD + '#include "format/bonsai/bonsai.hpp"\n'}),
    ("layers", "include may not see include/spi", {
        "include/trivet/value.hpp": HEADER + '#include "trivet/spi/graph.hpp"\n'}),
    ("layers", "includes the umbrella", {
        "src/core/model.cpp": HEAD + '#include "trivet/trivet.hpp"\n'}),
    ("layers", "fmt is only for text", {"src/core/model.cpp": HEAD + "#include <fmt/core.h>\n"}),
    ("layers", "simdjson is only for json", {
        "src/format/bonsai/bonsai.cpp": HEAD + "#include <simdjson.h>\n"}),
    ("layers", "Eigen is only for", {
        "src/backend/tree/tree.cpp": HEAD + "#include <Eigen/Core>\n"}),
    ("layers", "a package without a row", {
        "src/core/model.cpp": HEAD + "#include <nlohmann/json.hpp>\n"}),
    ("layers", "which does not exist", {"src/core/model.cpp": HEAD + '#include "core/gone.hpp"\n'}),
    ("layers", "stands in attic, which has no row", {
        "src/attic/old.cpp": HEAD + '#include "base/bytes.hpp"\n'}),
    ("tables", "oak::make_oak_format,", {
        "src/format/oak.cpp": HEAD, "tests/fuzz/oak_fuzz.cpp": HEAD,
        "tests/golden/oak/small/case.json": "{}"}),
    ("tables", "linear::make_linear_backend,", {"src/backend/linear/linear.cpp": HEAD}),
    ("tables", "make_tree_backend has no src/backend/tree", {
        "src/backend/tree/tree.cpp": None, "src/backend/tree/tree.hpp": None}),
    ("tables", "no fuzz target", {"tests/fuzz/bonsai_fuzz.cpp": None}),
    ("tables", "no fixtures", {"tests/golden/bonsai/small/case.json": None}),
    ("headers", "251 lines, at most 250", {
        "include/trivet/value.hpp": HEADER + "// one more\n" * 248}),
    ("headers", "includes <iostream>", {
        "include/trivet/value.hpp": HEADER + "#include <iostream>\n"}),
    ("headers", "does not compile without exceptions", {
        "include/trivet/value.hpp": HEADER + "inline std::string name();\n"}),
    ("headers", "does not compile without exceptions", {
        "include/trivet/value.hpp": HEADER + "inline void refuse() { throw 1; }\n"}),
    ("headers", "preprocessed lines, at most 45000", {
        "include/trivet/trivet.hpp": HEADER + "extern int line;\n" * 45_001}),
    ("sizes", "601 lines, at most 600", {"src/core/model.cpp": HEAD + "// one more\n" * 599}),
    ("sizes", "too_long has 61 lines", {
        "src/core/model.cpp": HEAD + "int too_long(int x) {\n" + "  ++x;\n" * 59 + "}\n"}),
    ("sizes", "101 columns", {"src/core/model.cpp": HEAD + "//" + "x" * 99 + "\n"}),
    ("identity", "no 'SPDX", {"src/core/model.cpp": "// A model.\n"}),
    ("identity", "no sentence of purpose", {
        "src/core/model.cpp": "// SPDX-License-Identifier: Apache-2.0\n#include <vector>\n"}),
    ("identity", "no #pragma once", {"src/json/request.hpp": HEAD}),
    ("identity", "a path of some machine", {"src/core/model.cpp": HEAD + '"/' + 'home/me/x"\n'}),
    ("identity", "unfinished", {"src/core/model.cpp": HEAD + "// TO" + "DO: think\n"}),
    ("identity", "the name says nothing", {"src/core/utils.cpp": HEAD}),
]


def write(root, files):
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run_rule(rule, *arguments):
    command = [sys.executable, "-B", str(HERE / f"{rule}.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Rules(unittest.TestCase):
    def test_sound_tree_passes(self):
        with tempfile.TemporaryDirectory() as folder:
            write(pathlib.Path(folder), SOUND)
            for rule in sorted({rule for rule, _, _ in BROKEN}):
                with self.subTest(rule):
                    run = run_rule(rule, folder)
                    self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_broken_trees_are_refused(self):
        for rule, expected, change in BROKEN:
            with self.subTest(f"{rule}: {expected}"), tempfile.TemporaryDirectory() as folder:
                write(pathlib.Path(folder), {**SOUND, **{k: v for k, v in change.items() if v}})
                write(pathlib.Path(folder), {k: v for k, v in change.items() if v is None})
                run = run_rule(rule, folder)
                self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
                self.assertIn(expected, run.stdout)

    def test_a_data_table_may_be_long(self):
        with tempfile.TemporaryDirectory() as folder:
            text = HEAD.replace("For the test of a rule", "A data table") + "// row\n" * 700
            write(pathlib.Path(folder), {**SOUND, "src/core/model.cpp": text})
            self.assertEqual(run_rule("sizes", folder).returncode, 0)

    def symbols_of(self, source):
        with tempfile.TemporaryDirectory() as folder:
            library = pathlib.Path(folder) / "library.so"
            subprocess.run(["c++", "-std=c++20", "-shared", "-fPIC", "-x", "c++", "-", "-o",
                            str(library)], input=source, text=True, check=True)
            return run_rule("symbols", library)

    def test_exported_names(self):
        ours = ("#include <string>\nnamespace trivet::inline v0 { struct A { virtual ~A(); };"
                " A::~A() = default; std::string f(int) { return std::string(9, 'x'); } }\n")
        self.assertEqual(self.symbols_of(ours).returncode, 0)
        leak = self.symbols_of(ours + "namespace fmt { int leaked() { return 1; } }\n")
        self.assertEqual(leak.returncode, 1)
        self.assertIn("fmt::leaked()", leak.stdout)
        inside = self.symbols_of(ours + "namespace trivet::core { int inside() { return 1; } }\n")
        self.assertIn("trivet::core::inside()", inside.stdout)


if __name__ == "__main__":
    unittest.main()
