// SPDX-License-Identifier: Apache-2.0
// The table of objectives.
#include "format/lightgbm/objectives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/try.hpp"
#include "format/lightgbm/text_lines.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

using spi::LinkKind;

struct Objective {
  std::string_view name;
  LinkKind link;
  bool has_sigmoid = false;      // a parameter `sigmoid:1`
  bool has_class_count = false;  // a parameter `num_class:3`
  bool may_have_square = false;  // a parameter `sqrt`: trained on the roots of the labels
};

// Every name that a LightGBM from 2.0 to 4.6 writes. The two short ones are of 2.0.
constexpr std::array kObjectives{
    Objective{"regression", LinkKind::identity, false, false, true},
    Objective{"regression_l1", LinkKind::identity, false, false, true},
    Objective{"huber", LinkKind::identity},
    Objective{"fair", LinkKind::identity, false, false, true},
    Objective{"poisson", LinkKind::exponential},
    Objective{"quantile", LinkKind::identity, false, false, true},
    Objective{"mape", LinkKind::identity, false, false, true},
    Objective{"gamma", LinkKind::exponential},
    Objective{"tweedie", LinkKind::exponential},
    Objective{"binary", LinkKind::logistic, true},
    Objective{"multiclass", LinkKind::softmax, false, true},
    Objective{"multiclassova", LinkKind::logistic, true, true},
    Objective{"cross_entropy", LinkKind::logistic},
    Objective{"cross_entropy_lambda", LinkKind::log1p_exp},
    Objective{"xentropy", LinkKind::logistic},
    Objective{"xentlambda", LinkKind::log1p_exp},
    Objective{"lambdarank", LinkKind::identity},
    Objective{"rank_xendcg", LinkKind::identity},
};

/// Whether the word is `name:value`; then `value` is the number behind the colon.
template <class T>
bool take_parameter(std::string_view word, std::string_view name, T& value) noexcept {
  if (!word.starts_with(name)) return false;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data() + name.size(), end, value);
  return error == std::errc() && stop == end;
}

Result<Objective> find_objective(const Model& model, std::string_view name) {
  const auto* at = std::find_if(kObjectives.begin(), kObjectives.end(),
                                [&](const Objective& row) { return row.name == name; });
  if (at != kObjectives.end()) return *at;
  std::string names;
  for (const Objective& row : kObjectives) {
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  const std::string_view near =
      text::closest(name, kObjectives, [](const Objective& row) { return row.name; });
  return Error(Errc::unsupported_model, model.place("objective"),
               text::message("the unknown objective {}{}", text::quoted(name),
                             near.empty() ? "" : text::message(" (did you mean {}?)", near)),
               text::message("one of {}", names));
}

}  // namespace

Result<spi::Link> link_of_objective(const Model& model) {
  // The name first, then its parameters.
  std::string_view words = model.objective ? std::string_view(*model.objective) : "";
  const std::string_view name = next_word(words);
  if (!model.objective || name == "custom" || name == "none") return spi::Link{};
  const Result<Objective> objective = find_objective(model, name);
  if (!objective) return objective.error();

  spi::Link link{objective->link};
  double sigmoid = 0;
  std::int64_t classes = 0;
  while (true) {
    const std::string_view word = next_word(words);
    if (word.empty()) break;
    if (word == "sqrt" && objective->may_have_square) link.kind = LinkKind::signed_square;
    (void)take_parameter(word, "sigmoid:", sigmoid);
    (void)take_parameter(word, "num_class:", classes);
  }
  if (objective->has_sigmoid) {
    if (!(sigmoid > 0)) {
      return model.fail("objective", text::quoted(*model.objective),
                        text::message("{} with a sigmoid:… above 0", name));
    }
    link.slope = sigmoid;
  }
  if (objective->has_class_count && classes != model.output_count()) {
    return model.fail("objective", text::quoted(*model.objective),
                      text::message("{} with num_class:{}", name, model.output_count()));
  }
  return link;
}

}  // namespace trivet::lightgbm
