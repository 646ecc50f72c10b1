// SPDX-License-Identifier: Apache-2.0
// The one place that includes simdjson.
#pragma once

// Its throwing conversions are switched off, so that one taken by mistake doesn't compile.
#ifndef SIMDJSON_EXCEPTIONS
#  define SIMDJSON_EXCEPTIONS 0
#endif
#include <simdjson.h>

namespace trivet::json {

namespace ondemand = simdjson::ondemand;

}  // namespace trivet::json
