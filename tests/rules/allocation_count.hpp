// SPDX-License-Identifier: Apache-2.0
// How often operator new was called in this program, which links allocation_count.cpp.
#pragma once

#include <atomic>
#include <cstddef>

extern std::atomic<std::size_t> allocation_count;
