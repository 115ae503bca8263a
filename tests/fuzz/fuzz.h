// SPDX-License-Identifier: Apache-2.0
// A fuzzer is a function that takes any bytes and says when a promise is broken. The same source
// becomes a libFuzzer program (`make fuzz`) and one of those that replay_test.cpp runs over the
// corpus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::fuzz {

struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};

inline void promise(bool holds, const std::string& what) {
  if (!holds) throw Broken(what);
}

// The next line of the input, without its end; empty when there are none any more.
inline std::string_view next_line(std::string_view& input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

struct Fuzzer {
  std::string name;
  void (*run)(std::string_view input);
};

inline std::vector<Fuzzer>& fuzzers() {
  static std::vector<Fuzzer> all;
  return all;
}

}  // namespace cutover::fuzz

// Once a file, at its end, outside of every namespace.
#ifdef CUTOVER_LIBFUZZER
#define CUTOVER_FUZZER(name)                                                    \
  extern "C" __attribute__((visibility("default"))) int LLVMFuzzerTestOneInput( \
      const std::uint8_t* data, std::size_t size) {                             \
    cutover::fuzz::name({reinterpret_cast<const char*>(data), size});           \
    return 0;                                                                   \
  }
#else
#define CUTOVER_FUZZER(name)                      \
  [[maybe_unused]] static const auto& name##_at = \
      cutover::fuzz::fuzzers().emplace_back(cutover::fuzz::Fuzzer{#name, cutover::fuzz::name});
#endif
