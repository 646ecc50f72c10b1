// SPDX-License-Identifier: Apache-2.0
// Pictures as SVG that any viewer shows: plain shapes, generic fonts, no scripts, light and dark.
#pragma once

#include <string>
#include <string_view>

namespace trivet::cli {

/// What a shape stands for: its colour, on light and on dark pages.
enum class Ink { ink, faint, grid, raises, lowers, unknown };

enum class Anchor { start, middle, end };

/// One picture, shape after shape. Texts may hold anything: what XML forbids is dropped, the rest
/// escaped.
class SvgPage {
 public:
  /// `description` is what a reader hears who doesn't see it.
  SvgPage(double width, double height, std::string_view title, std::string_view description);

  void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start,
            Ink ink = Ink::ink, int size = 13);
  void line(double x1, double y1, double x2, double y2, Ink ink, bool dashed = false);
  /// A bar from x1 to x2, which ends in a point there; `tip` is shown when one hovers over it.
  void arrow(double x1, double x2, double y, double height, Ink ink, std::string_view tip);
  void dot(double x, double y, double radius, Ink ink);
  /// A dot whose colour goes from lowers at 0 to raises at 1.
  void dot(double x, double y, double radius, double shade);

  [[nodiscard]] std::string finish() &&;

 private:
  std::string out_;
};

/// A number of pixels, to a tenth.
[[nodiscard]] std::string svg_number(double x);
/// Text as XML may hold it.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace trivet::cli
