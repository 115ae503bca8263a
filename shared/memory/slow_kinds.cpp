// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/slow_kinds.h"

#include <string>

#include "shared/words/discreet.h"

namespace cutover {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
// So much of it has room in a note (in_flight.h), whatever else stands there.
constexpr std::size_t kOfPath = 64;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// FNV-1a: the same in every build and every process.
class Digest {
 public:
  void add(char c) {
    value_ ^= static_cast<unsigned char>(c);
    value_ *= 0x100000001b3;
  }
  std::uint64_t value() const { return value_ == 0 ? 1 : value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace

std::uint64_t kind_of(std::string_view method, std::string_view path) {
  Digest digest;
  for (const char c : discreet_method(method)) digest.add(c);
  digest.add(' ');
  char last = '\0';
  for (const char c : discreet_path(path.substr(0, kOfPath), false).text) {
    if (!is_digit(c) || last != '#') digest.add(is_digit(c) ? '#' : c);
    last = is_digit(c) ? '#' : c;
  }
  return digest.value();
}

void publish(SlowKinds& kinds, const std::vector<std::uint64_t>& now) {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    kinds[i].store(i < now.size() ? now[i] : 0, kRelaxed);
}

bool has(const SlowKinds& kinds, std::uint64_t kind) {
  for (const std::atomic<std::uint64_t>& one : kinds) {
    const std::uint64_t there = one.load(kRelaxed);
    if (there == kind) return true;
    if (there == 0) return false;
  }
  return false;
}

}  // namespace cutover
