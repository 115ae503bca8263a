// SPDX-License-Identifier: Apache-2.0
// How the directives' values are read. What cannot be read is answered with what would be right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mod_cutover/httpd/config/site.h"
#include "shared/protocol/settings.h"

namespace cutover {

// A value, or the sentence that says what is wrong with it and what would be right.
template <class T>
struct Parsed {
  T value{};
  std::string problem;

  explicit operator bool() const { return problem.empty(); }
};

// As httpd takes them: 500ms, 3s, 2min; a bare number is seconds.
Parsed<Millis> parse_duration(std::string_view text);
Parsed<std::int64_t> parse_count(std::string_view text);
// Letters, digits, '-', '_'; it is also a file's name and stands in metrics.
Parsed<std::string> parse_site_name(std::string_view text);
// A path, or a type of answers in lower case.
Parsed<std::string> parse_stream(std::string_view text);
// NAME=VALUE, as a browser takes it for a cookie, and a value that nobody guesses. What is wrong is
// said without the value.
Parsed<PreviewCookie> parse_preview(std::string_view text);
// http, https or balancer; without a slash at its end.
Parsed<std::string> parse_new_host(const std::string& text);

}  // namespace cutover
