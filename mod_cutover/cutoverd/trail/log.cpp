// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/trail/log.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>

#include "shared/words/harmless.h"

namespace cutover {
namespace {

std::string now() {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  const std::time_t seconds = micros / 1'000'000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char day[32];
  std::strftime(day, sizeof day, "%a %b %d %H:%M:%S", &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%s.%06ld %d", day, static_cast<long>(micros % 1'000'000),
                parts.tm_year + 1900);
  return text;
}

}  // namespace

void log(Message message, std::string_view site, std::string_view text) {
  log(id_of(message), site, text);
}

void log(std::uint16_t id, std::string_view site, std::string_view text) {
  const Explanation* explained = explanation(id);
  const Level level = explained != nullptr ? explained->level : Level::kError;
  std::string line = "[" + now() + "] [cutover:" + std::string(name(level)) + "] [pid " +
                     std::to_string(::getpid()) + "] " + code(id) + ": ";
  if (!site.empty()) line += "site " + harmless(site) + ": ";
  line += harmless(text) + "\n";
  // Nothing can be done about a log that takes no line.
  [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace cutover
