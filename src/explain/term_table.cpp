// SPDX-License-Identifier: Apache-2.0
// A term that wants players A in and players B out is the signed sum of the sets A ∪ T, T ⊆ B,
// each worth its value for every coalition that holds it; one zeta transform adds them all up.
#include "explain/term_table.hpp"

#include <algorithm>
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

/// Adds the signed sets of a term to the coefficients. O(2^|B|).
void add_sets(const TermSets& sets, double value, std::span<double> coefficients) {
  // The subsets of a mask, each reached once; the sign is the parity of its size.
  std::size_t subset = sets.without;
  while (true) {
    const bool odd = (std::popcount(subset) & 1) != 0;
    coefficients[sets.with | subset] += odd ? -value : value;
    if (subset == 0) break;
    subset = (subset - 1) & sets.without;
  }
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

/// The margin of every coalition.
void fill_margins(std::size_t margin, const MarginScratch& scratch, std::span<double> table) {
  const spi::MarginTerms& terms = scratch.terms;
  std::fill(table.begin(), table.end(), 0.0);
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const spi::MarginTerm& term = terms.terms[i];
    if (margin < term.first_output || margin >= term.first_output + terms.values_per_term) continue;
    add_sets(sets_of(term, scratch),
             terms.values[i * terms.values_per_term + margin - term.first_output], table);
  }
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
