// SPDX-License-Identifier: Apache-2.0
// The hot path: rows that lie in memory already, one Session, no JSON, no allocation per call.
#include <array>
#include <cmath>
#include <cstdio>

#include "trivet/trivet.hpp"

namespace {

constexpr std::size_t kColumns = 10;
constexpr float kMissing = NAN;
constexpr std::array<float, 3 * kColumns> kRows = {
    // age sex bmi    bp   s1   s2      s3  s4  s5        s6
    59, 2, 32.1f, 101, 157, 93.2f,  38, 4, 4.8598f,  87,  //
    48, 1, 21.6f, 87,  183, 103.2f, 70, 3, 3.8918f,  69,  //
    72, 2, 30.5f, 93,  156, 93.6f,  41, 4, kMissing, 85,
};

int fail(const trivet::Error& error) {
  std::puts(error.message().c_str());
  return 1;
}

}  // namespace

int main() {
  auto model = trivet::LocalModel::load("examples/models/diabetes");
  if (!model) return fail(model.error());

  // A matrix is a pointer and its extents; the stride lets it be a part of a wider table.
  const trivet::MatrixView<const float> rows(kRows.data(), 3, kColumns);

  // A session is one thread's scratch. What it returns is a view that lives until its next call.
  trivet::Session session = model->session();
  auto view = session.predict(rows);
  if (!view) return fail(view.error());
  for (const float value : view->values<float>()) std::printf("%.9g\n", value);

  // One row at a time gives the same bits as all of them together.
  for (std::size_t row = 0; row < rows.rows; ++row) {
    auto one = session.predict(trivet::MatrixView<const float>(rows.row(row).data(), 1, kColumns));
    if (!one) return fail(one.error());
    std::printf("row %zu alone: %.9g\n", row, one->at(0));
  }

  // Without a session of one's own: owned answers, safe to keep, from any thread.
  auto kept = model->predict(rows);
  if (!kept) return fail(kept.error());
  std::printf("%zu rows of %s\n", kept->row_count(), kept->output().name.c_str());

  // By name: columns are resolved once, what is not set is missing.
  const trivet::Signature& signature = model->signature();
  const auto bmi = signature.find_column("bmi");
  const auto pressure = signature.find_column("bp");
  if (!bmi || !pressure) return 1;
  trivet::Batch batch(signature);
  for (const double index : {21.5, 35.0}) {
    const std::size_t row = batch.append_row();
    batch.set_number(row, *bmi, index);
    batch.set_number(row, *pressure, 120);
  }
  auto sparse = session.predict(batch);
  if (!sparse) return fail(sparse.error());
  std::printf("bmi 21.5: %.9g, bmi 35: %.9g\n", sparse->at(0), sparse->at(1));
}
