// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/words.h"

#include <cmath>
#include <ctime>

namespace cutover {
namespace {

constexpr std::size_t kToTheSecond = 19;  // 2026-01-02T03:04:05

}  // namespace

std::string figure_words(double figure) {
  return number(figure, std::floor(figure) == figure ? "%.0f" : "%.1f");
}

std::string clock_words(std::string_view rfc3339) {
  std::string words(rfc3339);
  if (rfc3339.size() <= kToTheSecond || rfc3339[10] != 'T' || !rfc3339.ends_with('Z')) return words;
  words[10] = ' ';
  return words.substr(0, kToTheSecond) + " UTC";
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
