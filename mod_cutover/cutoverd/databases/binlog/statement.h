// SPDX-License-Identifier: Apache-2.0
// Whether a statement that stands in the binary log has changed rows. What is not understood has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mod_cutover/cutoverd/databases/binlog/sql_words.h"

namespace cutover {

enum class Holds : std::uint8_t {
  kNothing,        // no rows
  kRows,           // some, or it cannot be told
  kIfMemory,       // none, if `table` is one of the engine MEMORY, which a restart has emptied
  kIfTemporary,    // none, if no table `table` is there: a temporary one it was
  kInTransaction,  // BEGIN, COMMIT and the like: nothing by itself
};

struct Judged {
  Holds holds = Holds::kRows;
  std::string statement;  // in short, with no value and no account in it
  std::string cure{};     // how such a statement is kept out of the binary log
  TableName table{};
};

// The schema of the product's own on the servers.
inline constexpr std::string_view kOwnSchema = "mod_cutover";

// Changes in it are no changes of the site's data: the servers' own tables, but for those that hold
// routines and events, and ours.
bool is_apart(std::string_view schema, std::string_view table);

// `info` is the text of a Query event as SHOW BINLOG EVENTS has it: "use `shop`; DROP TABLE w".
Judged judge_statement(std::string_view info);

}  // namespace cutover
