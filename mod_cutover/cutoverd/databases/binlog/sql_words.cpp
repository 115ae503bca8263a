// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/sql_words.h"

#include <algorithm>
#include <cctype>

namespace cutover {
namespace {

// Of a name that is not quoted; bytes beyond ASCII are letters.
bool in_a_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

class Cutter {
 public:
  explicit Cutter(std::string_view sql) : sql_(sql) {}

  std::optional<std::vector<SqlWord>> cut() {
    while (at_ < sql_.size()) {
      if (!skipped() && !cut_one()) return std::nullopt;
    }
    if (unclear_ || in_version_) return std::nullopt;
    return std::move(words_);
  }

 private:
  std::string_view rest() const { return sql_.substr(at_); }

  bool skipped() {
    if (is_space(sql_[at_])) return ++at_, true;
    if (in_version_ && rest().starts_with("*/")) return at_ += 2, in_version_ = false, true;
    if (rest().starts_with("/*!") || rest().starts_with("/*M!")) return enter_version();
    if (rest().starts_with("/*")) return skip_behind("*/");
    if (sql_[at_] == '#' ||
        (rest().starts_with("--") && (rest().size() == 2 || is_space(rest()[2]))))
      return skip_behind("\n");
    return false;
  }

  // Whether a server reads what is in there is known of old versions alone: /*!40005 ... */.
  bool enter_version() {
    const std::size_t begin = at_ + 3;
    at_ = std::min(sql_.find_first_not_of("0123456789", begin), sql_.size());
    const std::string_view version = sql_.substr(std::min(begin, at_), at_ - std::min(begin, at_));
    unclear_ |= version.size() != 5 || version > "50700" || in_version_;
    return in_version_ = true;
  }

  // A line that is not ended ends with the statement, a comment does not.
  bool skip_behind(std::string_view end) {
    const std::size_t found = sql_.find(end, at_ + (end == "*/" ? 2 : 0));
    unclear_ |= found == std::string_view::npos && end == "*/";
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
    return true;
  }

  bool cut_one() {
    const char c = sql_[at_];
    if (c == '\'' || c == '"') return cut_quoted(c, SqlWord::Kind::kValue);
    if (c == '`') return cut_quoted(c, SqlWord::Kind::kQuoted);
    if (!in_a_word(c)) {
      words_.push_back({SqlWord::Kind::kSign, std::string(1, c), {}});
      return ++at_, true;
    }
    const std::size_t begin = at_;
    while (at_ < sql_.size() && in_a_word(sql_[at_])) ++at_;
    const std::string_view word = sql_.substr(begin, at_ - begin);
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      words_.push_back({SqlWord::Kind::kValue, {}, {}});
    } else {
      words_.push_back({SqlWord::Kind::kBare, std::string(word), upper(word)});
    }
    return true;
  }

  // A quote in it is doubled, or escaped where it is a string.
  bool cut_quoted(char quote, SqlWord::Kind kind) {
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      if (c == '\\' && kind == SqlWord::Kind::kValue) {
        ++at_;
      } else if (c == quote) {
        if (++at_ == sql_.size() || sql_[at_] != quote) {
          if (kind == SqlWord::Kind::kValue) text.clear();
          words_.push_back({kind, std::move(text), {}});
          return true;
        }
        text += c;
      } else {
        text += c;
      }
    }
    return false;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  bool in_version_ = false;
  bool unclear_ = false;
  std::vector<SqlWord> words_;
};

}  // namespace

std::optional<std::vector<SqlWord>> sql_words(std::string_view sql) { return Cutter(sql).cut(); }

bool WordReader::take(std::initializer_list<std::string_view> any_of) {
  const SqlWord* word = peek();
  if (word == nullptr || word->kind != SqlWord::Kind::kBare) return false;
  if (std::find(any_of.begin(), any_of.end(), word->upper) == any_of.end()) return false;
  ++at_;
  return true;
}

bool WordReader::take_all(std::initializer_list<std::string_view> all_of) {
  const std::size_t begin = at_;
  for (const std::string_view word : all_of) {
    if (take({word})) continue;
    at_ = begin;
    return false;
  }
  return true;
}

bool WordReader::take_sign(char sign) {
  if (peek() == nullptr || !peek()->is(sign)) return false;
  ++at_;
  return true;
}

void WordReader::skip(std::initializer_list<std::string_view> any_of) {
  while (take(any_of)) {
  }
}

bool WordReader::skip_behind(std::string_view word) {
  while (!at_end()) {
    if (take({word})) return true;
    ++at_;
  }
  return false;
}

std::optional<std::string> WordReader::take_name() {
  const SqlWord* word = peek();
  if (word == nullptr || word->text.empty() ||
      (word->kind != SqlWord::Kind::kBare && word->kind != SqlWord::Kind::kQuoted)) {
    return std::nullopt;
  }
  ++at_;
  return word->text;
}

std::optional<TableName> WordReader::take_table() {
  auto first = take_name();
  if (!first) return std::nullopt;
  if (!take_sign('.')) return TableName{{}, *first};
  auto second = take_name();
  if (!second) return std::nullopt;
  return TableName{*first, *second};
}

}  // namespace cutover
