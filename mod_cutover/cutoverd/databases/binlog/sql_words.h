// SPDX-License-Identifier: Apache-2.0
// A statement cut into its words, as far as that is needed to see what it begins with and what it
// names. Comments are left out; what stands in a comment for the server (/*!40005 ... */) is not.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

struct SqlWord {
  enum class Kind : std::uint8_t {
    kBare,    // a keyword or a name, in capitals in `upper`
    kQuoted,  // a name in backticks
    kValue,   // a string or a number: its text is not kept, it may be a secret
    kSign,    // any other character
  };
  Kind kind = Kind::kSign;
  std::string text;   // as it stands there, without the quotes; empty for a value
  std::string upper;  // of a bare word alone

  bool is(char sign) const { return kind == Kind::kSign && text.size() == 1 && text[0] == sign; }
};

// Nothing where something is not ended.
std::optional<std::vector<SqlWord>> sql_words(std::string_view sql);

struct TableName {
  std::string schema;  // empty: not said
  std::string table;
};

// Reads the words of a statement from left to right.
class WordReader {
 public:
  explicit WordReader(const std::vector<SqlWord>& words) : words_(&words) {}

  bool at_end() const { return at_ >= words_->size(); }
  std::size_t place() const { return at_; }
  // Takes the next bare word if it is one of these.
  bool take(std::initializer_list<std::string_view> any_of);
  // Several, one after the other, or none of them.
  bool take_all(std::initializer_list<std::string_view> all_of);
  bool take_sign(char sign);
  // Skips all of these that come.
  void skip(std::initializer_list<std::string_view> any_of);
  // Skips to behind the next such word; false where there is none.
  bool skip_behind(std::string_view word);
  // A name of one or two parts.
  std::optional<TableName> take_table();

 private:
  const SqlWord* peek() const { return at_end() ? nullptr : &(*words_)[at_]; }
  std::optional<std::string> take_name();

  const std::vector<SqlWord>* words_;  // never null
  std::size_t at_ = 0;
};

}  // namespace cutover
