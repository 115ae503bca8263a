// SPDX-License-Identifier: Apache-2.0
// The corpus of every fuzzer once more, as it is and with a few hundred changes each, without
// libFuzzer: what a campaign has found stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz.h"
#include "tests/harness/build_paths.h"

namespace cutover::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int kChanges = 300;

std::vector<std::string> corpus_of(const std::string& name) {
  std::vector<std::string> inputs;
  const fs::path folder = harness::project_root() / "tests/fuzz/corpus" / name;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

// Cut, double, swap a byte, or take a piece of another one.
std::string changed(std::string text, const std::vector<std::string>& all, std::mt19937& dice) {
  const auto roll = [&](std::size_t sides) { return dice() % std::max<std::size_t>(1, sides); };
  for (std::size_t times = 1 + roll(4); times > 0; --times) {
    const std::size_t at = roll(text.size() + 1);
    const std::string& other = all[roll(all.size())];
    const std::size_t from = roll(other.size() + 1);
    switch (roll(4)) {
      case 0:
        text.erase(at, roll(8));
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(dice()));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << roll(8)));
        break;
      default:
        text.insert(at, other.substr(from, roll(40)));
    }
  }
  return text;
}

std::string shown(const std::string& input) { return testing::PrintToString(input); }

[[maybe_unused]] void PrintTo(const Fuzzer& fuzzer, std::ostream* out) { *out << fuzzer.name; }

class Corpus : public testing::TestWithParam<Fuzzer> {};

TEST_P(Corpus, KeepsEveryPromise) {
  const std::vector<std::string> inputs = corpus_of(GetParam().name);
  ASSERT_FALSE(inputs.empty()) << "a fuzzer without a corpus starts from nothing";
  std::mt19937 dice(1);
  for (const std::string& input : inputs) {
    EXPECT_NO_THROW(GetParam().run(input)) << shown(input);
    for (int i = 0; i < kChanges && !HasFailure(); ++i) {
      const std::string other = changed(input, inputs, dice);
      EXPECT_NO_THROW(GetParam().run(other)) << shown(other);
    }
  }
  EXPECT_NO_THROW(GetParam().run(""));
}

INSTANTIATE_TEST_SUITE_P(Every, Corpus, testing::ValuesIn(fuzzers()),
                         [](const auto& fuzzer) { return fuzzer.param.name; });

}  // namespace
}  // namespace cutover::fuzz
