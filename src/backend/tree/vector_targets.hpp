// SPDX-License-Identifier: Apache-2.0
// Which instruction sets Highway compiles the tree engines for; included before Highway itself.
#pragma once

// The tier with byte permutes across the whole vector has to be asked for.
#ifndef HWY_WANT_AVX3_DL
#  define HWY_WANT_AVX3_DL 1
#endif
// Vectors of unknown length can't stand in arrays, as the engines' code wants; Arm processors that
// have them run the NEON code.
#ifndef HWY_DISABLED_TARGETS
#  define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
