// SPDX-License-Identifier: Apache-2.0
// Passing errors up, the one macro of the library's inside.
#pragma once

#include <utility>

#include "trivet/result.hpp"

/// Returns the error of a Status or Result from the enclosing function, or goes on.
#define TRIVET_TRY(expression)                                       \
  do {                                                               \
    if (auto trivet_try_status = (expression); !trivet_try_status) { \
      return std::move(trivet_try_status).error();                   \
    }                                                                \
  } while (false)
