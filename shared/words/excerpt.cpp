// SPDX-License-Identifier: Apache-2.0
#include "shared/words/excerpt.h"

#include <algorithm>

#include "shared/words/harmless.h"

namespace cutover {
namespace {

constexpr std::size_t kLongest = 80;
constexpr std::size_t kShortestSecret = 6;

bool is_utf8_middle(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

void conceal(std::string& text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret || text.find(secret) == std::string::npos) continue;
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = 0; (at = text.find(secret, from)) != std::string::npos;) {
      out.append(text, from, at - from) += '*';
      from = at + secret.size();
    }
    text = out.append(text, from);
  }
}

std::string excerpt(const std::string& text) {
  // Nothing becomes shorter by it. One character more than is shown may be cut in two here.
  const std::string all = harmless(std::string_view(text).substr(0, kLongest + 4));
  if (all.size() <= kLongest) return all;
  std::size_t end = kLongest;
  while (is_utf8_middle(all[end])) --end;
  return all.substr(0, end) + "...";
}

}  // namespace cutover
