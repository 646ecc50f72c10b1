// SPDX-License-Identifier: Apache-2.0
// Catch2, whichever of its two layouts is installed (v2 in Debian 12, v3 elsewhere).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#  include <catch2/catch_all.hpp>
#else
#  include <catch2/catch.hpp>
#endif
