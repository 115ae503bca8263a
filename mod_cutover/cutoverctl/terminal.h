// SPDX-License-Identifier: Apache-2.0
// What stdout is, and how text is laid out for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cutover {

enum class Colour { kGood, kCare, kBad, kQuiet, kStrong };

struct Terminal {
  bool interactive = false;  // stdout is a terminal that can redraw
  bool coloured = false;     // and NO_COLOR does not forbid it
  std::size_t width = 0;     // 0: no limit, nothing is wrapped

  static Terminal of_stdout();
  std::string paint(Colour colour, std::string_view text) const;
};

// Code points, which is near enough to columns for what is shown here.
std::size_t columns(std::string_view text);
std::string padded(std::string text, std::size_t width);
// Breaks between words; every line but the first begins with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);
std::string millis(double ms);

}  // namespace cutover
