// SPDX-License-Identifier: Apache-2.0
// A builder hands its forest over once: finish() wants the builder given up.
// refused: discards qualifiers|passing .* as .* argument|rvalue
#include <utility>

#include "trivet/spi/tree_builder.hpp"

bool use(trivet::spi::TreeEnsembleBuilder builder) {
#ifdef TRIVET_MISUSE
  return builder.finish({}).has_value();
#else
  return std::move(builder).finish({}).has_value();
#endif
}
