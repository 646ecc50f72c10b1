// SPDX-License-Identifier: Apache-2.0
// A Session is one thread's: it moves, it is not copied.
// refused: deleted
#include <utility>

#include "trivet/local_model.hpp"

trivet::Session use(trivet::Session& session) {
#ifdef TRIVET_MISUSE
  return trivet::Session(session);
#else
  return trivet::Session(std::move(session));
#endif
}
