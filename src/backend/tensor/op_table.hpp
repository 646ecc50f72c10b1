// SPDX-License-Identifier: Apache-2.0
// The operators there are, family by family.
#pragma once

#include <span>
#include <string_view>

#include "backend/tensor/kernel.hpp"

namespace trivet::tensor {

/// Numbers one by one or row by row: negate, sigmoid, log_sigmoid, log_softmax, greater.
[[nodiscard]] std::span<const OpRow> elementwise_ops() noexcept;
/// Columns put side by side, columns that never change: concatenate, constant.
[[nodiscard]] std::span<const OpRow> layout_ops() noexcept;
/// Codes of categories: category_index, combination_statistic, encode_features.
[[nodiscard]] std::span<const OpRow> category_ops() noexcept;

/// Each column by itself: select, scale, impute, ….
[[nodiscard]] std::span<const OpRow> column_ops() noexcept;
/// Cells looked up among a column's keys: one_hot, map_values, keep_categories.
[[nodiscard]] std::span<const OpRow> encode_ops() noexcept;

/// Several values as one: weighted_mean.
[[nodiscard]] std::span<const OpRow> combine_ops() noexcept;

/// Functions given by points: interpolate.
[[nodiscard]] std::span<const OpRow> interpolate_ops() noexcept;
/// What several members say: votes, pair_scores, weighted_median, last_greatest.
[[nodiscard]] std::span<const OpRow> vote_ops() noexcept;

/// A row and the rows that a model keeps: pairs, pair_sums, nearest.
[[nodiscard]] std::span<const OpRow> row_ops() noexcept;
/// A decision of one for each pair of classes: class_pair_votes, ….
[[nodiscard]] std::span<const OpRow> class_pair_ops() noexcept;
/// What neighbours say: neighbour_votes, neighbour_mean.
[[nodiscard]] std::span<const OpRow> neighbour_ops() noexcept;
/// Gaussian processes for two classes: laplace_share.
[[nodiscard]] std::span<const OpRow> laplace_ops() noexcept;

/// Distances from means, and what densities are made of: centred_squares, log_sum_exp.
[[nodiscard]] std::span<const OpRow> density_ops() noexcept;
/// Features made of a row's numbers: bin_index, products, normalize.
[[nodiscard]] std::span<const OpRow> row_feature_ops() noexcept;
/// Power transformations and their inverses: yeo_johnson, box_cox.
[[nodiscard]] std::span<const OpRow> power_ops() noexcept;
/// Ranks among quantiles, and the normal distribution.
[[nodiscard]] std::span<const OpRow> quantile_ops() noexcept;
/// Basis functions of splines.
[[nodiscard]] std::span<const OpRow> spline_ops() noexcept;
/// Gaps filled from other rows: fill_from_neighbors.
[[nodiscard]] std::span<const OpRow> neighbor_fill_ops() noexcept;
/// Texts as sparse rows: count_terms, hash_terms.
[[nodiscard]] std::span<const OpRow> term_ops() noexcept;
/// Lists of named numbers as sparse rows: count_members, hash_members.
[[nodiscard]] std::span<const OpRow> member_ops() noexcept;
/// Rows with few numbers that are not 0: weigh_terms, to_dense, sparse_product, ….
[[nodiscard]] std::span<const OpRow> sparse_ops() noexcept;

/// Null for an unknown name.
[[nodiscard]] const OpRow* find_op(std::string_view name) noexcept;

}  // namespace trivet::tensor
