// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/calls.h"

#include <algorithm>
#include <string_view>

namespace cutover {
namespace {

// Words that have a bracket behind them and call nothing, and functions that only compute.
constexpr std::string_view kHarmless =
    " VALUES VALUE IN AND OR NOT ON AS FROM WHERE JOIN EXISTS UNION ALL ANY SELECT DISTINCT KEY "
    "INDEX UNIQUE PRIMARY USING BY THEN WHEN CASE INT INTEGER BIGINT SMALLINT TINYINT CHAR VARCHAR "
    "BINARY VARBINARY TEXT DECIMAL NUMERIC FLOAT DOUBLE ENUM SET DATE DATETIME TIME TIMESTAMP "
    "COUNT "
    "SUM MIN MAX AVG GROUP_CONCAT CONCAT COALESCE IF IFNULL NOW UNIX_TIMESTAMP LENGTH LOWER UPPER "
    "ROUND FLOOR CEIL ABS SUBSTRING REPLACE MD5 ";
constexpr std::string_view kWriting = " NEXT NEXTVAL SETVAL INTO OUTFILE DUMPFILE ";

bool is_one_of(std::string_view list, const SqlWord& word) {
  return word.kind == SqlWord::Kind::kBare &&
         list.find(" " + word.upper + " ") != std::string_view::npos;
}

}  // namespace

bool calls_nothing(const std::vector<SqlWord>& words, std::size_t from) {
  for (std::size_t i = from; i < words.size(); ++i) {
    const SqlWord& word = words[i];
    if (is_one_of(kWriting, word)) return false;
    const bool name = word.kind == SqlWord::Kind::kBare || word.kind == SqlWord::Kind::kQuoted;
    if (!name || i + 1 == words.size() || !words[i + 1].is('(')) continue;
    const bool of_a_schema = i > 0 && words[i - 1].is('.');
    if (of_a_schema || !is_one_of(kHarmless, word)) return false;
  }
  return true;
}

}  // namespace cutover
