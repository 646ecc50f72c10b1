#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes pickle_samples.hpp: what Python, NumPy and joblib write, and what it means.
usage: make_pickle_samples.py >pickle_samples.hpp (made with Python 3.11, NumPy 2.4, joblib 1.6)"""
import collections
import io
import pickle

import joblib
import numpy as np


def cells(array):
    if array.dtype.names:
        return ["(" + ", ".join(f"{n}={show(row[n])}" for n in array.dtype.names) + ")"
                for row in array.reshape(-1)]
    return [show(cell) for cell in array.reshape(-1)]


def show(value):
    """As pickle_shown.hpp writes it."""
    if isinstance(value, np.ndarray):
        shape = "x".join(map(str, value.shape))
        name = "|O" if value.dtype.kind == "O" else value.dtype.str
        return f"array {name} {shape} [{', '.join(cells(value))}]"
    if isinstance(value, np.generic):
        return show(value.item())
    if isinstance(value, np.dtype):
        return "dtype " + value.str
    if isinstance(value, str):
        return '"' + value + '"'
    if isinstance(value, (bytes, bytearray)):
        return "b" + value.hex()
    if isinstance(value, list):
        return "[" + ", ".join(map(show, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + ")"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(show, value))) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, slice):
        return f"builtins.slice({show(value.start)}, {show(value.stop)}, {show(value.step)})"
    return repr(value)


SHARED = [1, 2]
VALUES = {
    "plain": [None, True, False, {}, [], (), ""],
    "ints": [0, 1, -1, 255, 256, 65535, 65536, -2**31, 2**31, 2**40, -2**63, 2**63 - 1],
    "floats": [0.0, -0.0, 1.5, -1e300, 5e-324, float("inf"), float("-inf")],
    "texts": ["a", "é", "€", "𝄞", "back\\slash", "\\u0041", "x" * 300],
    "bytes": [b"", b"a", bytes(range(0, 256, 5)), bytearray(b"\x00\xff"), bytearray()],
    "containers": [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {1}, frozenset([2]), set(), {"k": [{}]}],
    "shared": [SHARED, SHARED, (SHARED, "t"), "t"],
    "ordered": collections.OrderedDict([("b", 1), ("a", (2,))]),
    "slice": [slice(1, None, 2)],
}

RECORD = np.dtype([("left", "<i8"), ("cut", "<f4"), ("is_leaf", "u1")])
ALIGNED = np.dtype([("left", "<i4"), ("cut", "<f8")], align=True)
WHOLE = np.arange(24, dtype="<i4").reshape(2, 3, 4)
ARRAYS = {
    "numbers": [np.array([1.5, -2.25]), np.array([1, -2], "i1"), np.array([1, 65535], "u2"),
                np.array([0.5, 65504, 6e-8], "f2"), np.array([3, 4], ">i4"), np.array([0.1], ">f8"),
                np.array([True, False]), np.float32([0.1])],
    "shapes": [np.array(7.5), np.zeros((0, 3)), np.asfortranarray([[1, 2, 3], [4, 5, 6]]),
               WHOLE.transpose(1, 2, 0), WHOLE[:, ::2, 1], np.zeros((2, 0, 3), "i4")],
    "texts": [np.array(["a", "bcd", ""]), np.array(["ß", "𝄞"]), np.array([b"xy", b"z"])],
    "objects": [np.array(["a", None, 2, 1.5], object), np.array([[1, "b"], [(3,), []]], object),
                np.asfortranarray(np.array([[1, 2, 3], ["a", "b", "c"]], object))],
    "records": [np.array([(1, 0.5, 0), (-1, -2, 1)], RECORD), np.array([(7, 0.25)], ALIGNED)],
    "scalars": [np.float64(0.1), np.float32(0.1), np.float16(0.5), np.int64(-3), np.uint8(200),
                np.bool_(True), np.str_("née"), np.bytes_(b"ab")],
}


def dumped(value, **options):
    file = io.BytesIO()
    joblib.dump(value, file, **options)
    return file.getvalue()


def rows():
    for protocol in range(6):
        for name, value in {**VALUES, **ARRAYS}.items():
            yield f"{name}, protocol {protocol}", pickle.dumps(value, protocol), value
    for name in ("numbers", "shapes", "texts", "objects", "records"):
        for protocol in (2, 5):
            value = {"before": 1, "arrays": ARRAYS[name], "after": [2]}
            yield f"{name}, joblib, protocol {protocol}", dumped(value, protocol=protocol), value
    # As NumPy 1 names its modules; the lengths of lines don't matter before protocol 4.
    for name in ("numbers", "scalars", "records"):
        data = pickle.dumps(ARRAYS[name], 2).replace(b"numpy._core", b"numpy.core")
        yield f"{name}, NumPy 1", data, ARRAYS[name]
    value = [np.arange(40.0), ["a"] * 3]
    for method in ("zlib", "gzip", "bz2", "xz", "lzma"):
        yield f"joblib, {method}", dumped(value, compress=(method, 3)), value


def main():
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// What Python, NumPy and joblib wrote, and what it means: a data table.")
    print("// Made by make_pickle_samples.py; not for editing.")
    print("#pragma once\n\n#include <string_view>\n")
    print("namespace trivet::test {\n")
    print("struct PickleSample {\n  std::string_view name;\n  std::string_view hex;")
    print("  std::string_view shown;\n};\n")
    print("// clang-format off\ninline constexpr PickleSample kPickleSamples[] = {")
    for name, data, value in rows():
        print(f'    {{"{name}",')
        text = data.hex()
        for at in range(0, len(text), 88):
            print(f'     "{text[at:at + 88]}"')
        print("     ,")
        shown = show(value)
        for at in range(0, len(shown), 80):
            print(f'     R"~({shown[at:at + 80]})~"')
        print("    },")
    print("};\n// clang-format on\n\n}  // namespace trivet::test")


if __name__ == "__main__":
    main()
