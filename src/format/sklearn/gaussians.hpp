// SPDX-License-Identifier: Apache-2.0
// Log densities of normal distributions.
#pragma once

#include <string_view>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// Several distributions: squared distances from their means by `maps`, in one of the forms of the
/// tensor backend's operator centred_squares.
struct Gaussians {
  std::string_view form;
  Table means;
  std::vector<double> maps;
};

/// factor · squares + start: a number for each mean. Takes the rows.
[[nodiscard]] Result<spi::ValueId> add_gaussians(const PickleView& estimator, Gaussians gaussians,
                                                 double factor, std::vector<double> start,
                                                 Matrix& rows, Sketch& sketch);

/// The table of an attribute: as many means as there may be classes.
[[nodiscard]] Result<Table> read_means(const PickleView& estimator, std::string_view name);

}  // namespace trivet::sklearn
