// SPDX-License-Identifier: Apache-2.0
// A term that wants players A in and players B out of k is worth its value for 2^(k-|A|-|B|)
// coalitions. It is also the signed sum of the sets A ∪ T, T ⊆ B, each worth its value for every
// coalition that holds it; and that of the sets B ∪ T, T ⊆ A, each for every coalition that holds
// none of it. One zeta transform adds up all of the one kind, one those of the other. Of the three
// ways the shortest has at most 2^(k/3) steps.
#include "explain/term_table.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace trivet::explain {
namespace {

struct TermSets {
  std::size_t with = 0;     // bits of A
  std::size_t without = 0;  // bits of B
};

TermSets sets_of(const spi::MarginTerm& term, const MarginScratch& scratch) {
  TermSets sets;
  const std::uint32_t* player = scratch.terms.players.data() + term.first_player;
  for (std::uint32_t i = 0; i < term.with + term.without; ++i) {
    const std::size_t bit = std::size_t{1} << scratch.place_of_player[player[i]];
    (i < term.with ? sets.with : sets.without) |= bit;
  }
  return sets;
}

/// Calls `visit(subset)` for each subset of a mask.
template <class Visit>
void for_subsets(std::size_t mask, Visit&& visit) {
  for (std::size_t subset = mask;; subset = (subset - 1) & mask) {
    visit(subset);
    if (subset == 0) return;
  }
}

/// Adds a value to all unions of a set with the subsets of another one, the odd ones negative.
void add_signed(std::size_t set, std::size_t subsets, double value, std::span<double> table) {
  for_subsets(subsets, [&](std::size_t subset) {
    table[set | subset] += (std::popcount(subset) & 1) != 0 ? -value : value;
  });
}

void zeta_transform(std::span<double> values) {
  for (std::size_t half = 1; half < values.size(); half *= 2) {
    for (std::size_t block = 0; block < values.size(); block += 2 * half) {
      double* const low = values.data() + block;
      double* const high = low + half;
      for (std::size_t i = 0; i < half; ++i) high[i] += low[i];
    }
  }
}

enum class TermWay { holding, without, one_by_one };

TermWay shortest_way(const TermSets& sets, std::size_t all) {
  const int without = std::popcount(sets.without);
  const int with = std::popcount(sets.with);
  const int free = std::popcount(all) - with - without;
  if (without <= with && without <= free) return TermWay::holding;
  return with <= free ? TermWay::without : TermWay::one_by_one;
}

/// Calls `visit(sets, value)` for each term of a margin.
template <class Visit>
void for_terms(std::size_t margin, const MarginScratch& scratch, Visit&& visit) {
  const spi::MarginTerms& terms = scratch.terms;
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const spi::MarginTerm& term = terms.terms[i];
    if (margin < term.first_output || margin >= term.first_output + terms.values_per_term) continue;
    visit(sets_of(term, scratch),
          terms.values[i * terms.values_per_term + margin - term.first_output]);
  }
}

/// Whether the signed sets of all terms are few beside the coalitions, as those of trees are that
/// ask a few players each: then the other ways' passes over the table are not worth it.
bool are_few_sets(std::size_t margin, const MarginScratch& scratch, std::size_t coalitions) {
  double steps = 0;
  for_terms(margin, scratch, [&](const TermSets& sets, double) {
    steps += std::ldexp(1.0, std::popcount(sets.without));
  });
  return steps <= 4 * static_cast<double>(coalitions);
}

/// The margin of every coalition, of terms with many players.
void fill_by_shortest_ways(std::size_t margin, MarginScratch& scratch, std::span<double> table) {
  const std::size_t all = table.size() - 1;
  std::vector<double>& complements = scratch.complements;  // by the players that are out
  complements.assign(table.size(), 0.0);
  for_terms(margin, scratch, [&](const TermSets& sets, double value) {
    const TermWay way = shortest_way(sets, all);
    if (way == TermWay::holding) add_signed(sets.with, sets.without, value, table);
    if (way == TermWay::without) add_signed(sets.without, sets.with, value, complements);
  });
  zeta_transform(table);
  zeta_transform(complements);
  for (std::size_t s = 0; s <= all; ++s) table[s] += complements[all ^ s];
  for_terms(margin, scratch, [&](const TermSets& sets, double value) {
    if (shortest_way(sets, all) != TermWay::one_by_one) return;
    for_subsets(all ^ sets.with ^ sets.without,
                [&](std::size_t subset) { table[sets.with | subset] += value; });
  });
}

/// The margin of every coalition.
void fill_margins(std::size_t margin, MarginScratch& scratch, std::span<double> table) {
  std::fill(table.begin(), table.end(), 0.0);
  if (!are_few_sets(margin, scratch, table.size())) {
    return fill_by_shortest_ways(margin, scratch, table);
  }
  for_terms(margin, scratch, [&](const TermSets& sets, double value) {
    add_signed(sets.with, sets.without, value, table);
  });
  zeta_transform(table);
}

/// Margins of all outputs, coalition after coalition.
void interleave(std::size_t margins, std::size_t coalitions, MarginScratch& scratch) {
  scratch.linked.resize(margins * coalitions);
  for (std::size_t m = 0; m < margins; ++m) {
    for (std::size_t s = 0; s < coalitions; ++s) {
      scratch.linked[s * margins + m] = scratch.table[m * coalitions + s];
    }
  }
}

}  // namespace

bool is_elementwise(const MarginOutput& output) noexcept {
  if (output.port == spi::Port::class_index) return false;
  return output.port == spi::Port::margin || (output.link.kind != spi::LinkKind::softmax &&
                                              output.link.kind != spi::LinkKind::ordered_softplus &&
                                              output.link.kind != spi::LinkKind::sorted);
}

void serve_margins(const MarginOutput& output, std::size_t width, std::span<double> margins) {
  if (output.port == spi::Port::linked) return spi::apply_link(output.link, margins, width);
  if (output.port != spi::Port::class_index) return;
  for (std::size_t at = 0; at + width <= margins.size(); at += width) {
    margins[at] = static_cast<double>(
        spi::first_maximum(std::span<const double>(margins.subspan(at, width))));
  }
}

void solve_by_table(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally) {
  const std::size_t k = scratch.active.size();
  const std::size_t coalitions = std::size_t{1} << k;
  const bool one_by_one = is_elementwise(output);
  const std::size_t margins = one_by_one ? 1 : row.game->output_count();
  scratch.table.resize(margins * coalitions);
  scratch.values.resize(coalitions);
  scratch.margins.resize(k);
  if (!one_by_one) {
    for (std::size_t m = 0; m < margins; ++m) {
      fill_margins(m, scratch, std::span(scratch.table).subspan(m * coalitions, coalitions));
    }
    interleave(margins, coalitions, scratch);
    serve_margins(output, margins, scratch.linked);
  }
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    const std::size_t position = row.explained[i];
    if (one_by_one) {
      fill_margins(output.margin_at(position), scratch, scratch.values);
      serve_margins(output, 1, scratch.values);
    } else {
      for (std::size_t s = 0; s < coalitions; ++s) {
        scratch.values[s] = scratch.linked[s * margins + position];
      }
    }
    shapley_values(scratch.values, scratch.margins);
    const double share = output.sign_at(position) * tally.share;
    for (std::size_t p = 0; p < k; ++p) {
      tally.attributions[i * row.player_count + scratch.active[p]] += share * scratch.margins[p];
    }
  }
}

}  // namespace trivet::explain
