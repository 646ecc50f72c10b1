// SPDX-License-Identifier: Apache-2.0
// Pictures as SVG that any viewer shows: plain shapes, generic fonts, no scripts, light and dark.
#include "cli/svg.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace trivet::cli {
namespace {

/// A class for viewers that know style sheets, a colour for the others.
struct InkColour {
  std::string_view name;
  std::string_view light;
  std::string_view dark;
};
constexpr std::array<InkColour, 6> kInks{{{"ink", "#1f2328", "#e6e8eb"},
                                          {"faint", "#656d76", "#9aa4af"},
                                          {"grid", "#d8dee4", "#3a424b"},
                                          {"raises", "#c9364f", "#ff6f83"},
                                          {"lowers", "#2a6fb8", "#5aa9ff"},
                                          {"unknown", "#8c959f", "#8c959f"}}};
constexpr std::string_view kLightPage = "#ffffff";
constexpr std::string_view kDarkPage = "#16191d";
/// Shades between lowers and raises.
constexpr std::size_t kShades = 11;

using Colour = std::array<int, 3>;

/// From low to high, over a colour that shows on both pages.
std::string shade_colour(std::size_t shade) {
  constexpr Colour kLow{42, 111, 184};
  constexpr Colour kMiddle{148, 112, 168};
  constexpr Colour kHigh{201, 54, 79};
  const double at = 2.0 * static_cast<double>(shade) / (kShades - 1);
  const Colour& from = at <= 1 ? kLow : kMiddle;
  const Colour& to = at <= 1 ? kMiddle : kHigh;
  const double part = at <= 1 ? at : at - 1;
  std::string colour = "rgb(";
  for (std::size_t i = 0; i < 3; ++i) {
    colour += i == 0 ? "" : ",";
    colour += std::to_string(static_cast<int>(std::lround(from[i] + part * (to[i] - from[i]))));
  }
  return colour + ")";
}

const InkColour& colour_of(Ink ink) { return kInks[static_cast<std::size_t>(ink)]; }

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

/// `fill` or `stroke`, as `c-name` and as a colour.
std::string painted(std::string_view how, Ink ink) {
  const InkColour& colour = colour_of(ink);
  return " class=\"" + std::string(1, how[0]) + "-" + std::string(colour.name) + "\" " +
         std::string(how) + "=\"" + std::string(colour.light) + "\"";
}

std::string style_sheet() {
  std::string dark;
  for (const InkColour& ink : kInks) {
    const std::string name(ink.name);
    const std::string colour(ink.dark);
    dark += ".f-" + name + "{fill:" + colour + "}.s-" + name + "{stroke:" + colour + "}";
  }
  return "<style>@media (prefers-color-scheme:dark){.page{fill:" + std::string(kDarkPage) + "}" +
         dark + "}</style>\n";
}

}  // namespace

std::string svg_number(double x) {
  char text[32];
  const double tenths = std::round(x * 10) / 10 + 0.0;
  const auto end = std::to_chars(text, text + sizeof(text), tenths).ptr;
  return std::string(text, end);
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    // U+FFFE and U+FFFF, which XML has not, as UTF-8.
    const bool is_no_letter =
        text.substr(i, 2) == "\xEF\xBF" && i + 2 < text.size() && (text[i + 2] & ~1) == '\xBE';
    if (is_no_letter) i += 2;
    if (is_control || is_no_letter) continue;
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

SvgPage::SvgPage(double width, double height, std::string_view title,
                 std::string_view description) {
  const std::string w = svg_number(width);
  const std::string h = svg_number(height);
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
         "\" viewBox=\"0 0 " + w + " " + h +
         "\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"sans-serif\">\n";
  out_ += "<title id=\"title\">" + xml_text(title) + "</title>\n";
  out_ += "<desc id=\"desc\">" + xml_text(description) + "</desc>\n" + style_sheet();
  out_ += "<rect class=\"page\" width=\"" + w + "\" height=\"" + h + "\" fill=\"" +
          std::string(kLightPage) + "\"/>\n";
}

void SvgPage::text(double x, double y, std::string_view words, Anchor anchor, Ink ink, int size) {
  constexpr std::array<std::string_view, 3> kAnchors{"start", "middle", "end"};
  out_ += "<text" + attribute("x", x) + attribute("y", y) + attribute("font-size", size) +
          " text-anchor=\"" + std::string(kAnchors[static_cast<std::size_t>(anchor)]) + "\"" +
          painted("fill", ink) + ">" + xml_text(words) + "</text>\n";
}

void SvgPage::line(double x1, double y1, double x2, double y2, Ink ink, bool dashed) {
  out_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
          attribute("y2", y2) + painted("stroke", ink) +
          (dashed ? " stroke-dasharray=\"4 3\"" : "") + "/>\n";
}

void SvgPage::arrow(double x1, double x2, double y, double height, Ink ink, std::string_view tip) {
  const double length = x2 - x1;
  const double point = std::copysign(std::min(std::fabs(length), height / 3), length);
  std::string path = "M" + svg_number(x1) + " " + svg_number(y) + "H" + svg_number(x2 - point) +
                     "L" + svg_number(x2) + " " + svg_number(y + height / 2) + "L" +
                     svg_number(x2 - point) + " " + svg_number(y + height) + "H" + svg_number(x1) +
                     "Z";
  out_ += "<path d=\"" + path + "\"" + painted("fill", ink) + "><title>" + xml_text(tip) +
          "</title></path>\n";
}

void SvgPage::dot(double x, double y, double radius, Ink ink) {
  out_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) +
          painted("fill", ink) + " fill-opacity=\"0.8\"/>\n";
}

void SvgPage::dot(double x, double y, double radius, double shade) {
  const double part = std::clamp(shade, 0.0, 1.0) * (kShades - 1);
  out_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) +
          " fill=\"" + shade_colour(static_cast<std::size_t>(std::lround(part))) +
          "\" fill-opacity=\"0.85\"/>\n";
}

std::string SvgPage::finish() && {
  out_ += "</svg>\n";
  return std::move(out_);
}

}  // namespace trivet::cli
