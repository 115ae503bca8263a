// SPDX-License-Identifier: Apache-2.0
#include "shared/words/harmless.h"

#include <cstdint>
#include <cstdio>

namespace cutover {
namespace {

struct Decoded {
  std::uint32_t point = 0;
  std::size_t length = 0;  // 0: no valid UTF-8 starts here
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  std::uint32_t point = first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool none = point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
  return overlong || none ? Decoded{} : Decoded{point, length};
}

bool changes_the_terminal(std::uint32_t point) {
  const bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
  const bool bidirectional = point == 0x061c || point == 0x200e || point == 0x200f ||
                             (point >= 0x202a && point <= 0x202e) ||
                             (point >= 0x2066 && point <= 0x2069);
  const bool line = point == 0x2028 || point == 0x2029;
  return control || bidirectional || line;
}

std::string escaped(std::uint32_t point) {
  char text[16];
  std::snprintf(text, sizeof text, point < 0x100 ? "\\x%02x" : "\\u%04x", point);
  return text;
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded one = decode(text);
    if (one.length == 0) {
      out += escaped(static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (changes_the_terminal(one.point))
      out += escaped(one.point);
    else
      out.append(text.substr(0, one.length));
    text.remove_prefix(one.length);
  }
  return out;
}

}  // namespace cutover
