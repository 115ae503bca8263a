// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/explain.h"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "mod_cutover/cutoverctl/asking.h"
#include "mod_cutover/cutoverctl/ending.h"
#include "mod_cutover/cutoverctl/options.h"
#include "shared/words/messages.h"

namespace cutover {
namespace {

using nlohmann::json;

struct Chapter {
  std::uint16_t first;
  const char* title;
};

constexpr Chapter kChapters[] = {
    {1, "httpd: its configuration, its start, its page"},
    {101, "A switch, a rollback, a rehearsal, step by step"},
    {201, "What was found after an interruption, or between two runs"},
    {301, "The coordinator"},
};

json to_json(const Explanation& explained) {
  return {{"id", code(explained.id)},
          {"level", name(explained.level)},
          {"happened", happened(explained)},
          {"remedy", explained.remedy}};
}

void print_all(bool as_json) {
  const Chapter* chapter = kChapters;
  for (const Explanation& explained : explanations()) {
    if (as_json) {
      std::cout << line_of(to_json(explained)) << "\n";
      continue;
    }
    if (chapter != std::end(kChapters) && explained.id >= chapter->first) {
      std::cout << "\n## " << chapter->title
                << "\n\n| id | level | what happened | what to do |\n|---|---|---|---|\n";
      ++chapter;
    }
    std::cout << "| " << code(explained.id) << " | " << name(explained.level) << " | "
              << happened(explained) << " | " << explained.remedy << " |\n";
  }
}

const Explanation* found(const std::string& id) {
  std::string_view digits = id;
  std::string prefix = id.substr(0, 3);
  std::ranges::transform(prefix, prefix.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (prefix == "CUT") digits.remove_prefix(3);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  return error == std::errc{} && end == digits.end() ? explanation(number) : nullptr;
}

}  // namespace

int explain(const std::string& id, bool as_json) {
  const Explanation* explained = id.empty() ? nullptr : found(id);
  if (!id.empty() && explained == nullptr) {
    std::cerr << "cutoverctl: " << id << " is no id of this version; they look like CUT0112\n";
    return kExitUsage;
  }
  if (explained == nullptr)
    print_all(as_json);
  else if (as_json)
    std::cout << line_of(to_json(*explained)) << "\n";
  else
    std::cout << code(explained->id) << " (" << name(explained->level) << ")\n"
              << happened(*explained) << "\n"
              << explained->remedy << "\n";
  return std::cout.flush().good() ? kExitDone : kExitRefused;
}

}  // namespace cutover
