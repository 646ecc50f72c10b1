#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/base/unicode_tables.cpp from the Unicode database of the Python that runs it.

python3.13 tools/unicode_tables.py > src/base/unicode_tables.cpp
"""

import sys
import unicodedata

ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
BLOCK = 64
HANGUL = range(0xAC00, 0xD7A4)


def ranges(holds):
    out = []
    for c in ALL:
        if not holds(c):
            continue
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def is_cased(c):
    """What str.lower() looks for around a final sigma: a letter in front of one makes the difference."""
    return ("\u0041" + chr(c) + "\u03a3").lower()[-1] == "\u03c2" and ("." + chr(c) + "\u03a3").lower()[-1] == "\u03c2"


def is_ignorable(c):
    """Skipped on the way to the letter in front: neither cased nor an end."""
    return ("A" + chr(c) + "\u03a3").lower()[-1] == "\u03c2" and not is_cased(c)


def is_both(c):
    """Ignorable and cased; ignorable counts."""
    return is_cased(c) and (chr(c) + "\u03a3").lower()[-1] != "\u03c2"


def lower_runs():
    """(first, last, step, difference): every step-th one from first to last moves by the difference."""
    moves = [(c, ord(chr(c).lower()) - c) for c in ALL if len(chr(c).lower()) == 1 and chr(c).lower() != chr(c)]
    runs = []
    for c, move in moves:
        if runs:
            first, last, step, difference = runs[-1]
            gap = c - last
            if difference == move and gap in (1, 2) and step in (0, gap):
                runs[-1] = (first, c, gap, move)
                continue
        runs.append((c, c, 0, move))
    return [(first, last, step or 1, difference) for first, last, step, difference in runs]


def stripped(c):
    """The compatibility decomposition without combining marks; None where nothing changes."""
    whole = unicodedata.normalize("NFKD", chr(c))
    return None if whole == chr(c) else "".join(x for x in whole if not unicodedata.combining(x))


def decompositions():
    pool = bytearray(b"\0")  # a length and so many bytes of UTF-8; 0: nothing changes
    place = {}
    blocks = [tuple([0] * BLOCK)]
    block_of = []
    for first in range(0, 0x110000, BLOCK):
        block = []
        for c in range(first, first + BLOCK):
            text = None if 0xD800 <= c <= 0xDFFF or c in HANGUL else stripped(c)
            if text is None:
                block.append(0)
                continue
            bytes_ = text.encode()
            if bytes_ not in place:
                place[bytes_] = len(pool)
                pool.extend(bytes([len(bytes_)]) + bytes_)
            block.append(place[bytes_])
        if tuple(block) not in blocks:
            blocks.append(tuple(block))
        block_of.append(blocks.index(tuple(block)))
    while block_of[-1] == 0:
        block_of.pop()
    assert len(pool) < 1 << 16 and len(blocks) < 256
    return pool, blocks, block_of


def lines(items):
    text, out = "", []
    for item in items:
        if len(text) + len(item) + 5 > 100:
            out.append("    " + text.rstrip())
            text = ""
        text += item + ", "
    return "\n".join(out + (["    " + text.rstrip()] if text else []))


def table(kind, name, items):
    print(f"constexpr {kind} {name}Table[] = {{\n{lines(items)}\n}};")
    print(f"constinit const std::span<const {kind}> {name} = {name}Table;\n")


def pairs(found):
    return [f"{{{a:#x}, {b:#x}}}" for a, b in found]


def combining_runs():
    out = []
    for c in ALL:
        kind = unicodedata.combining(chr(c))
        if kind == 0:
            continue
        if out and out[-1][1] == c - 1 and out[-1][2] == kind:
            out[-1][1] = c
        else:
            out.append([c, c, kind])
    return out


def main():
    print("// SPDX-License-Identifier: Apache-2.0")
    print(f"// A data table: Unicode {unicodedata.unidata_version}, made by tools/unicode_tables.py. Never edited.")
    print('#include "base/unicode_tables.hpp"\n\nnamespace trivet::base {\n')
    print("// clang-format off")
    table("UnicodeRange", "kUnicodeAlphanumeric", pairs(ranges(lambda c: chr(c).isalnum())))
    table("UnicodeRange", "kUnicodeDecimal", pairs(ranges(lambda c: chr(c).isdecimal())))
    table("UnicodeRange", "kUnicodeSpace", pairs(ranges(lambda c: chr(c).isspace())))
    table("UnicodeRange", "kUnicodeIgnorable", pairs(ranges(lambda c: is_ignorable(c) or is_both(c))))
    table("UnicodeRange", "kUnicodeCased", pairs(ranges(lambda c: is_cased(c) and not is_both(c))))
    table("UnicodeClass", "kUnicodeCombining", [f"{{{a:#x}, {b:#x}, {k}}}" for a, b, k in combining_runs()])
    table("UnicodeLower", "kUnicodeLower", [f"{{{a:#x}, {b:#x}, {s}, {d}}}" for a, b, s, d in lower_runs()])
    pool, blocks, block_of = decompositions()
    table("std::uint8_t", "kUnicodeStrippedBlock", [str(b) for b in block_of])
    table("std::uint16_t", "kUnicodeStripped", [str(p) for block in blocks for p in block])
    table("std::uint8_t", "kUnicodeStrippedText", [str(b) for b in pool])
    print("// clang-format on\n\n}  // namespace trivet::base")
    print(f"pool {len(pool)} blocks {len(blocks)} of {len(block_of)}", file=sys.stderr)
    grows = max(len(stripped(c).encode()) / len(chr(c).encode()) for c in ALL if stripped(c) is not None)
    print(f"bytes grow by {grows} at most", file=sys.stderr)


main()
