#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the shared library exports. usage: symbols.py LIBRARY

Only names of trivet::v0, and what the compiler makes for them (vtables, type names). Templates of the
standard library that were instantiated inside come out as weak symbols and are left alone: every
C++ library has them. Anything else would clash with another copy in the same process.
"""
import re
import subprocess
import sys

from source_tree import finish

OURS = re.compile(r"(vtable for |typeinfo (name )?for |VTT for |guard variable for |"
                  r"(non-virtual|virtual|covariant return) thunk to |construction vtable for )?"
                  r"(\w[\w:<>,&*() ]*? )?trivet::v0::")
STANDARD = re.compile(r"(vtable for |typeinfo (name )?for |guard variable for )?"
                      r"(\w[\w:<>,&*() ]*? )?(std|__gnu_cxx|__cxxabiv1)::|"
                      r"(decltype ?\(.*\) |auto |bool |void )?(std|__gnu_cxx)::|operator (new|delete)")


def main():
    listing = subprocess.run(["nm", "-D", "--defined-only", "-C", sys.argv[1]],
                             capture_output=True, text=True, check=True).stdout
    findings = []
    ours = 0
    for line in listing.splitlines():
        _, kind, name = line.split(" ", 2)
        if OURS.match(name):
            ours += 1
        elif kind not in "WVu" or not STANDARD.match(name):
            findings.append(f"exported: {kind} {name}")
    if ours == 0:
        findings.append("nothing of trivet::v0 is exported")
    finish("symbols", findings, note=f"{ours} names of trivet::v0")


if __name__ == "__main__":
    main()
