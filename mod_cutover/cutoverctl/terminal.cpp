// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace cutover {
namespace {

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

constexpr std::size_t kNarrowest = 20;  // below it, wrapping makes more mess than it mends

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  const char* kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb";
  const bool a_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.interactive = a_terminal && !dumb;
  terminal.coloured = terminal.interactive && !set("NO_COLOR");
  winsize size{};
  if (a_terminal)
    terminal.width =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  return terminal;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!coloured) return std::string(text);
  static constexpr const char* kCodes[] = {"\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[2m",
                                           "\x1b[1m"};
  return std::string(kCodes[static_cast<int>(colour)]).append(text).append("\x1b[0m");
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t has = columns(text);
  if (has < width) text.append(width - has, ' ');
  return text;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  if (width < indent + kNarrowest) return std::string(text);
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (column > indent && column + 1 + columns(word) > width) {
      out.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out.append(word);
    column += columns(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string millis(double ms) {
  char text[64];
  if (ms < 10'000)
    std::snprintf(text, sizeof text, "%.1f ms", ms);
  else
    std::snprintf(text, sizeof text, "%.1f s", ms / 1000);
  return text;
}

}  // namespace cutover
