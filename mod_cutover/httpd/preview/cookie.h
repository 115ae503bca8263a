// SPDX-License-Identifier: Apache-2.0
// CutoverPreview's cookie in a Cookie header. Plain text handling, nothing of httpd.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

struct TakenCookie {
  bool found = false;  // one of that name was there
  bool right = false;  // and had that very value, with or without quotes
  std::string rest{};  // the header without it, where it was found
};

// httpd has made one header of several, with commas between them, and HTTP/2 one with semicolons.
TakenCookie take_cookie(std::string_view header, std::string_view name, std::string_view value);

}  // namespace cutover
