// SPDX-License-Identifier: Apache-2.0
// The syntax of MySQL option files, as the servers' own reader takes it.
#include <algorithm>
#include <cctype>

#include "mod_cutover/cutoverd/databases/options/option_file.h"

namespace cutover {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// A `#` outside quotes ends the line, wherever it stands; a backslash protects a quote only within
// quotes.
std::string_view without_comment(std::string_view line) {
  char quote = 0;
  bool escaped = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if ((c == '\'' || c == '"') && !escaped) {
      if (quote == 0) {
        quote = c;
      } else if (quote == c) {
        quote = 0;
      }
    }
    if (quote == 0 && c == '#') return line.substr(0, i);
    escaped = quote != 0 && c == '\\' && !escaped;
  }
  return line;
}

// An escape that is none stays as it stands, backslash and all.
std::string unescape(std::string_view text) {
  static constexpr std::string_view kEscapes = "ntrbs\\'\"";
  static constexpr std::string_view kMeanings = "\n\t\r\b \\'\"";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t known = text[i] == '\\' && i + 1 < text.size() ? kEscapes.find(text[i + 1])
                                                                     : std::string_view::npos;
    if (known == std::string_view::npos) {
      out += text[i];
    } else {
      out += kMeanings[known];
      ++i;
    }
  }
  return out;
}

std::string value_of(std::string_view text) {
  text = trim(text);
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return unescape(quoted ? text.substr(1, text.size() - 2) : text);
}

std::string key_of(std::string_view text) {
  std::string key(trim(text));
  std::replace(key.begin(), key.end(), '_', '-');
  return key;
}

OptionError at(const std::string& path, int line, std::string_view text) {
  return {path + ":" + std::to_string(line) + ": " + std::string(text)};
}

}  // namespace

OrError<std::vector<OptionLine>> parse_option_text(std::string_view text, const std::string& path) {
  std::vector<OptionLine> lines;
  std::string group;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '!') {
      return at(path, number,
                "!include and !includedir are not followed; write the options into this file");
    }
    line = trim(without_comment(line));
    if (line.front() == '[') {
      if (line.back() != ']') return at(path, number, "a group is written as [name]");
      group = trim(line.substr(1, line.size() - 2));
      // A group without keys is there all the same.
      lines.push_back({group, "", "", false, number});
      continue;
    }
    if (group.empty()) {
      return at(path, number, "an option before the first [group]; put [client] above it");
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      lines.push_back({group, key_of(line), "", false, number});
    } else {
      lines.push_back(
          {group, key_of(line.substr(0, equals)), value_of(line.substr(equals + 1)), true, number});
    }
  }
  return lines;
}

}  // namespace cutover
