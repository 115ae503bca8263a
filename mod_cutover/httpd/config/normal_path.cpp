// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/normal_path.h"

#include <algorithm>

namespace cutover {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::optional<std::string> decoded(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      text += path[i];
      continue;
    }
    if (i + 2 >= path.size()) return std::nullopt;
    const int high = hex_digit(path[i + 1]);
    const int low = hex_digit(path[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (is_unreserved(c))
      text += c;
    else
      text += path.substr(i, 3);
    i += 2;
  }
  return text;
}

// `done` ends with a slash, always: its last segment goes.
bool go_up(std::string& done) {
  if (done.size() == 1) return false;
  done.resize(done.rfind('/', done.size() - 2) + 1);
  return true;
}

}  // namespace

std::optional<std::string> normal_path(std::string_view path, Escapes escapes) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  std::optional<std::string> text{path};
  if (escapes == Escapes::kDecodeUnreserved) text = decoded(path);
  if (!text) return std::nullopt;
  std::string done = "/";
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('/', at), text->size());
    const std::string_view segment = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!go_up(done)) return std::nullopt;
      continue;
    }
    done += segment;
    if (end < text->size()) done += '/';
  }
  return done;
}

}  // namespace cutover
