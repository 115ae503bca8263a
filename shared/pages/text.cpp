// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/text.h"

#include <algorithm>

#include "shared/pages/word_gaps.h"

namespace cutover {
namespace {

// A base64 token, a date or an address is one word: + / = : . - do not part it.
constexpr std::string_view kMarks = "<>\"'`,;(){}[]&|";

constexpr std::size_t kWordsBefore = 4;
// Differences that are so close to each other are told as one.
constexpr std::size_t kFewBetween = 3;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_mark(char c) { return kMarks.find(c) != std::string_view::npos; }

bool only_noise(const Words& words, std::size_t begin, std::size_t end) {
  const auto at = [&](std::size_t i) { return words.begin() + static_cast<std::ptrdiff_t>(i); };
  return begin < end && std::all_of(at(begin), at(end), [](auto word) { return word.empty(); });
}

// As it stands in the page, with one blank for several and dots for noise.
std::string text_of(const Words& words, std::size_t begin, std::size_t end) {
  std::string text;
  const char* before = nullptr;  // the end of the word before; noise has no place
  for (std::size_t i = begin; i < end; ++i) {
    const std::string_view word = words[i];
    if (!text.empty() && before != nullptr && !word.empty() && before != word.data()) text += ' ';
    if (word.empty())
      text += "...";
    else
      text += word;
    before = word.empty() ? nullptr : word.data() + word.size();
  }
  return text;
}

bool is_difference(const Gap& gap, const Words& one, const Words& other) {
  return !only_noise(one, gap.one, gap.one_end) && !only_noise(other, gap.other, gap.other_end);
}

}  // namespace

Words words_of(std::string_view page) {
  Words words;
  for (std::size_t i = 0; i < page.size();) {
    std::size_t end = i + 1;
    if (!is_blank(page[i])) {
      if (!is_mark(page[i]))
        while (end < page.size() && !is_blank(page[end]) && !is_mark(page[end])) ++end;
      words.push_back(page.substr(i, end - i));
    }
    i = end;
  }
  return words;
}

Words normalised(std::string_view first, std::string_view second) {
  const Words words = words_of(first);
  Words steady;
  std::size_t at = 0;
  for (const Gap& gap : gaps_between(words, words_of(second))) {
    steady.insert(steady.end(), words.begin() + static_cast<std::ptrdiff_t>(at),
                  words.begin() + static_cast<std::ptrdiff_t>(gap.one));
    steady.emplace_back();
    at = gap.one_end;
  }
  steady.insert(steady.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return steady;
}

std::vector<TextDifference> differences(const Words& one, const Words& other) {
  std::vector<Gap> real;
  for (const Gap& gap : gaps_between(one, other)) {
    if (!is_difference(gap, one, other)) continue;
    if (!real.empty() && gap.one - real.back().one_end <= kFewBetween) {
      real.back().one_end = gap.one_end;
      real.back().other_end = gap.other_end;
    } else {
      real.push_back(gap);
    }
  }
  std::vector<TextDifference> found;
  for (const Gap& gap : real) {
    const std::size_t before = std::min({gap.one, gap.other, kWordsBefore});
    found.push_back({text_of(one, gap.one - before, gap.one_end),
                     text_of(other, gap.other - before, gap.other_end)});
  }
  return found;
}

double steady_part(const Words& normalised, std::string_view page) {
  const std::size_t all = words_of(page).size();
  if (all == 0) return 1;
  const auto steady =
      std::count_if(normalised.begin(), normalised.end(), [](auto word) { return !word.empty(); });
  return static_cast<double>(steady) / static_cast<double>(all);
}

}  // namespace cutover
