// SPDX-License-Identifier: Apache-2.0
// Artefacts that people try and that can't be read: each gets told what it is and what to do.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::refused {

/// Recognises Treelite's checkpoints and dumps and the models of Yggdrasil Decision Forests, bare
/// or as TensorFlow Decision Forests wrap them. Its read() always fails with unsupported_model.
[[nodiscard]] std::unique_ptr<spi::Format> make_refused_format();

}  // namespace trivet::refused
