// SPDX-License-Identifier: Apache-2.0
// What a host answered when it was asked for a page, as it came.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

struct PageAnswer {
  int status = 0;
  std::string location;                  // the header; empty: none
  std::vector<std::string> set_cookies;  // the headers
  std::optional<std::int64_t> date;      // the header, in seconds since the epoch
  std::string body;
  bool cut = false;                     // there was more of the body than is looked at
  std::optional<std::int64_t> keeps_s;  // Keep-Alive: for how long an idle connection stays open
  std::chrono::nanoseconds took{0};     // from the question to the first byte of the answer
};

// One Set-Cookie header less its value and its dates, which are never the same twice.
struct CookieSet {
  std::string name;
  std::vector<std::string> attributes;  // "path=/", "httponly"; lower case, sorted

  bool operator==(const CookieSet&) const = default;
};

CookieSet cookie_set(std::string_view header);

}  // namespace cutover
