// SPDX-License-Identifier: Apache-2.0
// The symbol visibility of the library: everything is hidden but what carries TRIVET_EXPORT.
#pragma once

/// Marks what a program may link against. Hidden visibility is the default of every build, so the
/// list of exported symbols is exactly the list of marked declarations (tests/rules checks it).
#if defined(_WIN32)
#  define TRIVET_EXPORT
#else
#  define TRIVET_EXPORT __attribute__((visibility("default")))
#endif
