// SPDX-License-Identifier: Apache-2.0
// Operators from lists of named numbers (base/member_list.hpp, as a text value) to sparse rows of
// float64.
//
//   count_members  a number counts in the column of its name. Constants characters (uint8), ends
//                  (uint64), places (uint32) as in count_terms; other names don't count
//   hash_members   a number counts in the column that its name's MurmurHash3 gives; the attribute
//                  `signed` (0 or 1) says whether negated for a negative hash
//
// Of names for one column, the numbers add up in their order.
#include <algorithm>
#include <utility>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/term_places.hpp"
#include "base/align.hpp"
#include "base/member_list.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

struct PlacedNumber {
  std::uint32_t place;
  std::uint32_t order;
  double number;
};

template <class Places>
class MembersKernel final : public Kernel {
 public:
  explicit MembersKernel(Places places) : places_(std::move(places)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* rows = static_cast<SparseRow*>(request.outputs[0].data);
    auto* const found = reinterpret_cast<PlacedNumber*>(request.scratch.data());
    for (std::size_t r = 0; r < request.row_count; ++r) {
      std::uint32_t count = 0;
      base::for_each_member(static_cast<const std::string_view*>(in.data)[r * in.stride],
                            [&](std::string_view name, double number) {
                              const TermPlace at = places_.find(name);
                              if (!at.is_there) return;
                              found[count] = {at.place, count, at.is_negative ? -number : number};
                              ++count;
                            });
      write(found, count, rows[r]);
    }
  }
  std::size_t text_scratch_bytes(std::size_t longest) const noexcept override {
    return base::aligned((longest / base::kMemberHead + 1) * sizeof(PlacedNumber));
  }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + places_.memory_bytes();
  }

 private:
  static void write(PlacedNumber* found, std::size_t count, SparseRow& row) noexcept {
    std::sort(found, found + count, [](const PlacedNumber& a, const PlacedNumber& b) {
      return a.place != b.place ? a.place < b.place : a.order < b.order;
    });
    row.count = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_again = i > 0 && found[i].place == found[i - 1].place;
      if (is_again) row.numbers[row.count - 1] += found[i].number;
      else row.push_back(found[i].place, found[i].number);
    }
  }

  Places places_;
};

Status check_members(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::text && spec.inputs[0].width == 1 &&
                    spec.outputs[0].dtype == DType::float64 && spec.outputs[0].is_sparse() &&
                    spec.outputs[0].width > 0 && spec.outputs[0].width < (1u << 31);
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   "one text, and a sparse row");
}

template <class Places>
Result<std::unique_ptr<const Kernel>> prepare_members(const KernelSpec& spec) {
  TRIVET_TRY(check_members(spec));
  Result<Places> places = Places::prepare(spec);
  if (!places) return places.error();
  return std::unique_ptr<const Kernel>(std::make_unique<MembersKernel<Places>>(std::move(*places)));
}

constexpr OpRow kMemberOps[] = {
    {"count_members", prepare_members<VocabularyPlaces>, true},
    {"hash_members", prepare_members<HashedPlaces>, true},
};

}  // namespace

std::span<const OpRow> member_ops() noexcept { return kMemberOps; }

}  // namespace trivet::tensor
