// SPDX-License-Identifier: Apache-2.0
// Intrinsics of the AVX-512 tier with byte permutes, and the target that functions using them name.
#pragma once

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#  define TRIVET_HAS_VBMI 1
#  define TRIVET_VBMI      \
    __attribute__((target( \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))
// GCC takes the undefined operands inside its own header for ours (GCC bug 105593).
#  if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#    pragma GCC diagnostic ignored "-Wuninitialized"
#  endif
#  include <immintrin.h>
#else
#  define TRIVET_HAS_VBMI 0
#endif
