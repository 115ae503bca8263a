// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/words.h"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace cutover {
namespace {

// To the second; a 0 stands for any digit.
constexpr std::string_view kMoment = "0000-00-00T00:00:00";

bool is_moment(std::string_view text) {
  if (text.size() <= kMoment.size() || !text.ends_with('Z')) return false;
  return std::equal(kMoment.begin(), kMoment.end(), text.begin(), [](char like, char c) {
    return like == '0' ? c >= '0' && c <= '9' : c == like;
  });
}

}  // namespace

std::string figure_words(double figure) {
  return number(figure, std::floor(figure) == figure ? "%.0f" : "%.1f");
}

std::string clock_words(std::string_view rfc3339) {
  if (!is_moment(rfc3339)) return std::string(rfc3339);
  return std::string(rfc3339.substr(0, 10)) + " " + std::string(rfc3339.substr(11, 8)) + " UTC";
}

std::string side_in_words(const Snapshot& site) {
  if (site.side == "none") return "requests are held";
  return site.side + " serves";
}

std::optional<std::chrono::milliseconds> age_of(const std::string& rfc3339) {
  std::tm parts{};
  const char* rest = ::strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || (*rest != '.' && *rest != 'Z')) return std::nullopt;
  const auto then = std::chrono::system_clock::from_time_t(::timegm(&parts));
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now() -
                                                               then);
}

void write_time(Html& html, std::string_view rfc3339) {
  html.raw("<time datetime=\"").text(rfc3339).raw("\">").text(clock_words(rfc3339)).raw("</time>");
}

}  // namespace cutover
