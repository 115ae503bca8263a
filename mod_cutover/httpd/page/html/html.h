// SPDX-License-Identifier: Apache-2.0
// The only way in which text gets into a page: markup is literal in the source, everything else is
// made harmless and escaped here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shared/words/harmless.h"

namespace cutover {

class Html {
 public:
  template <std::size_t size>
  Html& raw(const char (&literal)[size]) {
    text_.append(literal, size - 1);
    return *this;
  }

  // Inside an element or a quoted attribute.
  Html& text(std::string_view words) {
    for (const char c : harmless(words)) escape(c);
    return *this;
  }

  std::string take() { return std::move(text_); }

 private:
  void escape(char c) {
    switch (c) {
      case '&':
        text_ += "&amp;";
        break;
      case '<':
        text_ += "&lt;";
        break;
      case '>':
        text_ += "&gt;";
        break;
      case '"':
        text_ += "&quot;";
        break;
      case '\'':
        text_ += "&#39;";
        break;
      default:
        text_ += c;
    }
  }

  std::string text_;
};

}  // namespace cutover
