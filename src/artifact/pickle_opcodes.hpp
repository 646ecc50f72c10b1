// SPDX-License-Identifier: Apache-2.0
// A row of the pickle machine's table of opcodes.
#pragma once

#include "artifact/pickle_machine.hpp"

namespace trivet::artifact {

struct PickleMachine::Opcode {
  std::uint8_t code;
  std::string_view name;  // as pickletools spells it
  Status (PickleMachine::*run)();
};

}  // namespace trivet::artifact
