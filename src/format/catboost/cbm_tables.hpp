// SPDX-License-Identifier: Apache-2.0
// Reads the tables of counts behind the core of a `.cbm`.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/flatbuffer.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"

namespace trivet::catboost {

/// FlatBuffers bytes whose references lead out of them.
[[nodiscard]] Error torn_table(std::string_view where);
/// Bytes behind their size: 32 bits, or 64 behind a mark for 32 bits that don't suffice.
[[nodiscard]] Status take_sized(base::ByteReader& reader, std::span<const std::byte>& out);
/// A TModelCtrBase. False when its bytes are broken.
[[nodiscard]] bool read_ctr_key(const base::FlatTable& table, CtrKey& key);
/// A count, then that many sized tables.
[[nodiscard]] Status read_cbm_tables(base::ByteReader& reader, std::vector<CtrTable>& tables);

}  // namespace trivet::catboost
