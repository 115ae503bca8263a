// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/question.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace cutover {
namespace {

std::string in_hex(const QuestionSecret& secret) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : secret)
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(word >> shift) & 0xf];
  return text;
}

bool same(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned differ = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    differ |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]);
  return differ == 0;
}

}  // namespace

QuestionSecret new_secret() {
  QuestionSecret secret{};
  if (::getrandom(secret.data(), sizeof secret, 0) != static_cast<ssize_t>(sizeof secret))
    throw std::system_error(errno, std::generic_category(), "no random numbers");
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
    if (same(value, question(secret, side)) && told) return side;
  return std::nullopt;
}

}  // namespace cutover
