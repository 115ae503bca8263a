// SPDX-License-Identifier: Apache-2.0
// One check of the preflight: its verdict, what was seen, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

enum class CheckVerdict : std::uint8_t { kPass, kWarn, kBlock };

// A piece of what was seen. Where two hosts are compared it has what each of them says.
struct Sight {
  std::string words;
  std::string by_old{};
  std::string by_new{};
};

// In one line: "words: old: ... | new: ...".
std::string described(const Sight& sight);

struct Check {
  std::string name;  // stable, kebab-case: "lag", "errant-transactions"
  CheckVerdict verdict = CheckVerdict::kBlock;
  std::string seen;             // what was found, in words
  std::string remedy;           // what to do; empty when it passed
  std::vector<Sight> sights{};  // the same as `seen`, where that is more than a sentence
};

constexpr std::string_view name(CheckVerdict v) {
  switch (v) {
    case CheckVerdict::kPass:
      return "pass";
    case CheckVerdict::kWarn:
      return "warn";
    case CheckVerdict::kBlock:
      return "block";
  }
  return "block";
}

// Blocks when any check blocks, or when there is none at all: nothing looked at is not "fine".
bool blocks(const std::vector<Check>& checks);
// Those that block, with what to do, in one line.
std::string reasons(const std::vector<Check>& checks);

}  // namespace cutover
