// SPDX-License-Identifier: Apache-2.0
// The words of a page, and what of them is noise: whatever one host writes differently each time it
// is asked, such as numbers, tokens, dates, nonces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

// Views into the page's text, which has to stay. An empty one stands for noise.
using Words = std::vector<std::string_view>;

// What stands between blanks, tags, quotes and brackets; each of those marks is a word of its own,
// blanks are none.
Words words_of(std::string_view page);

// The words of `first`, and where `second` has others, noise in place of them.
Words normalised(std::string_view first, std::string_view second);

// What one page has where the other has something else, with a few words before it.
struct TextDifference {
  std::string one;
  std::string other;
};

// Of two normalised pages. Where one of them has nothing but noise, there is no difference.
std::vector<TextDifference> differences(const Words& one, const Words& other);

// The part of a page's words that was no noise, from 0 to 1.
double steady_part(const Words& normalised, std::string_view page);

}  // namespace cutover
