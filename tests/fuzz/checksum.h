// SPDX-License-Identifier: Apache-2.0
// Gives a fuzzer's text the checksum that it would never guess.
#pragma once

#include <zlib.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace cutover::fuzz {

inline unsigned long checksum_of(std::string_view text) {
  return ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
}

inline std::string with_checksum(std::string_view body) {
  std::string text = "mod_cutover journal 1\n" + std::string(body);
  char line[32];
  std::snprintf(line, sizeof line, "checksum %08lx\n", checksum_of(text));
  return text + line;
}

}  // namespace cutover::fuzz
