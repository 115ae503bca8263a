// SPDX-License-Identifier: Apache-2.0
#include "shared/words/without_values.h"

#include <algorithm>
#include <array>

namespace cutover {
namespace {

constexpr std::size_t kLongest = 100;
constexpr std::string_view kCut = "...";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Of a name that is not quoted; bytes beyond ASCII are letters.
bool in_a_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Stripper {
 public:
  explicit Stripper(std::string_view sql) : rest_(sql) {}

  std::string strip() {
    while (!rest_.empty() && !unsure_ && out_.size() < kLongest) take_one();
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    const bool cut = unsure_ || !rest_.empty() || out_.size() > kLongest;
    out_.resize(std::min(out_.size(), kLongest));
    if (cut) out_ += kCut;
    return std::move(out_);
  }

 private:
  void take_one() {
    const char c = rest_.front();
    if (is_space(c)) {
      rest_.remove_prefix(1);
      if (!out_.empty() && out_.back() != ' ') out_ += ' ';
    } else if (rest_.starts_with("/*")) {
      // In /*! ... */ stands what the server reads: its values are as much ones.
      skip_behind("*/", 2);
    } else if (c == '#' || rest_.starts_with("-- ") || rest_.starts_with("--\n")) {
      skip_behind("\n", 1);
    } else if (c == '\'' || c == '"') {
      take_string(c);
    } else if (c == '`') {
      take_name();
    } else if (in_a_word(c)) {
      take_word();
    } else {
      out_ += c;
      rest_.remove_prefix(1);
    }
  }

  void skip_behind(std::string_view end, std::size_t from) {
    const std::size_t found = rest_.find(end, from);
    rest_.remove_prefix(found == std::string_view::npos ? rest_.size() : found + end.size());
    if (!out_.empty() && out_.back() != ' ') out_ += ' ';
  }

  // Whether \' ends a string is a setting of the session's (NO_BACKSLASH_ESCAPES): what follows may
  // be in a string as well as outside.
  void take_string(char quote) {
    value();
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\' && i + 1 < rest_.size() && rest_[i + 1] == quote) break;
      if (rest_[i] != quote) continue;
      if (i + 1 < rest_.size() && rest_[i + 1] == quote) {
        ++i;
        continue;
      }
      rest_.remove_prefix(i + 1);
      return;
    }
    unsure_ = true;
  }

  void take_name() {
    const std::size_t end = rest_.find('`', 1);
    const std::size_t size = end == std::string_view::npos ? rest_.size() : end + 1;
    out_ += rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  // A number, with what hangs on it (0x7f, 1e5, 12ab); x'41' and its like; or a name.
  void take_word() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), in_a_word);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    const std::string_view word = rest_.substr(0, size);
    const bool part_of_a_name = is_part_of_a_name();
    rest_.remove_prefix(size);
    const bool of_a_literal =
        size == 1 && !rest_.empty() && rest_.front() == '\'' && word.find_first_of("xXbBnN") == 0;
    if (of_a_literal) return;
    if (is_digit(word.front()) && !part_of_a_name)
      value();
    else
      out_ += word;
  }

  // Of t.1st, where 1st may be a column, and not of 1.5.
  bool is_part_of_a_name() const {
    if (out_.size() < 2 || out_.back() != '.') return false;
    const char before = out_[out_.size() - 2];
    return in_a_word(before) || before == '`';
  }

  // 1.5 is one.
  void value() {
    if (out_.ends_with("?.")) out_.pop_back();
    if (!out_.ends_with('?')) out_ += '?';
  }

  std::string_view rest_;
  std::string out_;
  bool unsure_ = false;
};

// Where values stand in the servers' errors: between these.
struct Place {
  std::string_view begin;
  std::string_view end;
};
constexpr std::array<Place, 6> kPlaces = {{{"uplicate entry '", "' for key"},
                                           {"value: '", "' for "},
                                           {" value '", "' for "},
                                           {"value: '", "'"},
                                           {"key value '", "'"},
                                           {"near '", "' at line"}}};
constexpr std::string_view kQuery = "uery: '";

void leave_out(std::string& text, const Place& place) {
  for (std::size_t from = 0; (from = text.find(place.begin, from)) != std::string::npos;) {
    from += place.begin.size() - 1;  // with the quotes
    const std::size_t end = text.find(place.end, from + 1);
    if (end == std::string::npos && place.end.size() > 1) continue;
    text.replace(from, std::min(end, text.size() - 1) + 1 - from, "?");
  }
}

}  // namespace

std::string statement_without_values(std::string_view statement) {
  return Stripper(statement).strip();
}

std::string error_without_values(std::string_view error) {
  const std::size_t query = error.find(kQuery);
  std::string text(error.substr(0, query));
  for (const Place& place : kPlaces) leave_out(text, place);
  if (query == std::string_view::npos) return text;
  std::string_view statement = error.substr(query + kQuery.size());
  if (statement.ends_with('\'')) statement.remove_suffix(1);
  return text + std::string(kQuery.substr(0, kQuery.size() - 1)) +
         statement_without_values(statement);
}

std::string without_places(std::string statement) {
  constexpr std::string_view kPosition = "gtid_slave_pos='";
  constexpr std::string_view kFile = "_LOG_FILE='";
  constexpr std::string_view kOffset = "_LOG_POS=";
  const auto put = [&statement](std::string_view before, const char* until, const char* word) {
    const std::size_t at = statement.find(before);
    if (at == std::string::npos) return;
    const std::size_t from = at + before.size();
    const std::size_t end = std::min(statement.find_first_of(until, from), statement.size());
    statement.replace(from, end - from, word);
  };
  put(kPosition, "'", "<position>");
  put(kFile, "'", "<file>");
  put(kOffset, ", ", "<offset>");
  return statement;
}

}  // namespace cutover
