// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/question.h"

#include <algorithm>
#include <random>

#include "shared/words/same_secret.h"

namespace cutover {
namespace {

std::string in_hex(const QuestionSecret& secret) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : secret)
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(word >> shift) & 0xf];
  return text;
}

}  // namespace

QuestionSecret new_secret() {
  std::random_device random;  // the kernel's or the processor's
  QuestionSecret secret{};
  for (std::uint64_t& word : secret) word = std::uint64_t{random()} << 32 | random();
  return secret;
}

void tell_secret(SiteControl& control, const QuestionSecret& secret) {
  for (std::size_t i = 0; i < secret.size(); ++i)
    control.question[i].store(secret[i], std::memory_order_relaxed);
}

std::string question(const QuestionSecret& secret, Side side) {
  return in_hex(secret) + " " + std::string(name(side));
}

std::optional<Side> side_asked(const SiteControl& control, std::string_view value) {
  QuestionSecret secret{};
  for (std::size_t i = 0; i < secret.size(); ++i)
    secret[i] = control.question[i].load(std::memory_order_relaxed);
  const bool told =
      std::any_of(secret.begin(), secret.end(), [](std::uint64_t word) { return word != 0; });
  for (const Side side : {Side::kOld, Side::kNew})
    if (same_secret(question(secret, side), value) && told) return side;
  return std::nullopt;
}

}  // namespace cutover
