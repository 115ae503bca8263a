// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/statement.h"

#include <algorithm>
#include <array>

#include "mod_cutover/cutoverd/databases/binlog/calls.h"
#include "shared/words/harmless.h"

namespace cutover {
namespace {

using Words = std::vector<SqlWord>;

// A longer one would have to be kept; those that are of interest are short.
constexpr std::size_t kLongest = 64UL * 1024;
constexpr std::size_t kShown = 80;

constexpr const char* kNotLogged = "SET SESSION sql_log_bin=0 before it";
constexpr const char* kNoWrite =
    "NO_WRITE_TO_BINLOG behind its first word; mariadb-check and mysqlcheck have "
    "--skip-write-binlog";
constexpr const char* kRowFormat = "binlog_format=ROW logs no temporary tables";
constexpr const char* kMemory =
    "keep in InnoDB what is to outlive a restart: an emptied MEMORY table is logged";

// "use `shop`; ", which the server puts in front where the session has a schema.
std::string take_schema(std::string_view& info) {
  if (!info.starts_with("use `")) return {};
  std::string schema;
  for (std::size_t at = 5; at < info.size(); ++at) {
    if (info[at] != '`') {
      schema += info[at];
    } else if (info.substr(at).starts_with("``")) {
      schema += info[at++];
    } else if (info.substr(at).starts_with("`; ")) {
      info.remove_prefix(at + 3);
      return schema;
    } else {
      break;
    }
  }
  return {};
}

std::string shortened(const Words& words, const std::string& schema = "") {
  std::string text;
  for (std::size_t i = 0; i < words.size() && text.size() < kShown; ++i) {
    const bool tight = i == 0 || words[i].is('.') || words[i].is(',') || words[i - 1].is('.');
    text += tight ? "" : " ";
    text += words[i].kind == SqlWord::Kind::kValue ? "?" : words[i].text;
  }
  if (!schema.empty()) text += " in " + schema;
  return harmless(text.size() < kShown ? text : text.substr(0, kShown) + "...");
}

// The first words alone: what follows names accounts, and may hold a password.
std::string verbs(const Words& words, std::size_t count) {
  return shortened(Words(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)));
}

class Judge {
 public:
  Judge(const Words& words, std::string schema, bool generated)
      : words_(words),
        schema_(std::move(schema)),
        generated_(generated),
        start_(words),
        at_(words) {}

  Judged judge() {
    // MariaDB's SET STATEMENT max_statement_time=3 FOR ...
    if (start_.take_all({"SET", "STATEMENT"}) && !start_.skip_behind("FOR")) return rows();
    if (of_a_transaction()) return {Holds::kInTransaction, {}};
    if (of_a_table()) return nothing(kNoWrite);
    if (is([&] { return at_.take({"FLUSH"}); })) {
      return {Holds::kNothing, shortened(words_), kNoWrite};
    }
    if (of_an_account()) return {Holds::kNothing, verbs(words_, at_.place()), kNotLogged};
    if (emptied_by_the_engine()) return {Holds::kIfMemory, shown(), kMemory, table_};
    if (is_temporary()) return nothing(kRowFormat);
    if (makes_ours()) return nothing("");
    if (!changes_one_table()) return rows();
    const bool calls = !calls_nothing(words_, at_.place());
    if (calls) return rows();
    if (is_apart(table_.schema, table_.table)) return nothing(kNotLogged);
    return {Holds::kIfTemporary, shown(), kRowFormat, table_};
  }

 private:
  std::string shown() const { return shortened(words_, schema_); }
  Judged rows() const { return {Holds::kRows, shown()}; }
  Judged nothing(const char* cure) const { return {Holds::kNothing, shown(), cure}; }

  // Whether the statement has a form. It is read from its beginning.
  template <typename Form>
  bool is(Form form) {
    at_ = start_;
    return form();
  }

  bool of_a_transaction() {
    return is([&] {
             return at_.take({"BEGIN", "COMMIT", "ROLLBACK"}) && at_.at_end();
           }) ||
           is([&] { return at_.take({"SAVEPOINT"}); }) || is([&] {
             return at_.take_all({"RELEASE", "SAVEPOINT"});
           }) ||
           is([&] {
             return at_.take_all({"ROLLBACK", "TO"});
           });
  }

  // ANALYZE UPDATE ... carries the UPDATE out, so the word TABLE counts.
  bool of_a_table() {
    return is([&] {
      if (!at_.take({"ANALYZE", "OPTIMIZE", "REPAIR"})) return false;
      at_.skip({"LOCAL", "NO_WRITE_TO_BINLOG"});
      return at_.take({"TABLE", "TABLES"});
    });
  }

  bool of_an_account() {
    return is([&] {
             return at_.take({"GRANT", "REVOKE"});
           }) ||
           is([&] {
             return at_.take_all({"SET", "PASSWORD"});
           }) ||
           is([&] {
             return at_.take_all({"SET", "DEFAULT", "ROLE"});
           }) ||
           is([&] {
             if (!at_.take({"CREATE", "ALTER", "DROP", "RENAME"})) return false;
             at_.skip({"OR", "REPLACE"});
             return at_.take({"USER", "ROLE"});
           });
  }

  // As the servers write it; old ones write DELETE FROM, without the comment.
  bool emptied_by_the_engine() {
    return is([&] {
      const bool truncated = generated_ && at_.take_all({"TRUNCATE", "TABLE"});
      return (truncated || at_.take_all({"DELETE", "FROM"})) && take_table() && at_.at_end();
    });
  }

  // What it is filled from may call a function that writes.
  bool is_temporary() {
    if (is([&] { return at_.take_all({"DROP", "TEMPORARY"}); }))
      return at_.take({"TABLE", "SEQUENCE"});
    const bool created = is([&] {
      if (!at_.take({"CREATE"})) return false;
      at_.skip({"OR", "REPLACE"});
      if (!at_.take_all({"TEMPORARY", "TABLE"})) return false;
      at_.skip({"IF", "NOT", "EXISTS"});
      return take_table();
    });
    if (!created) return false;
    const bool filled = std::any_of(words_.begin(), words_.end(), [](const SqlWord& word) {
      return word.upper == "SELECT" || word.upper == "WITH";
    });
    return !filled || calls_nothing(words_, at_.place());
  }

  bool makes_ours() {
    return is([&] {
      if (!at_.take({"CREATE"})) return false;
      const bool schema = at_.take({"DATABASE", "SCHEMA"});
      if (!schema && !at_.take({"TABLE"})) return false;
      at_.skip({"IF", "NOT", "EXISTS"});
      if (schema) schema_.clear();
      const auto name = at_.take_table();
      return name && (schema ? name->table : name->schema) == kOwnSchema;
    });
  }

  // One that is named right behind the verb; where more are named it goes on otherwise.
  bool changes_one_table() {
    return is([&] {
             if (!at_.take({"INSERT", "REPLACE"})) return false;
             at_.skip({"LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "INTO"});
             return take_table();
           }) ||
           is([&] {
             if (!at_.take({"UPDATE"})) return false;
             at_.skip({"LOW_PRIORITY", "IGNORE"});
             return take_table() && at_.take({"SET"});
           }) ||
           is([&] {
             if (!at_.take({"DELETE"})) return false;
             at_.skip({"LOW_PRIORITY", "QUICK", "IGNORE"});
             return at_.take({"FROM"}) && take_table() &&
                    (at_.at_end() || at_.take({"WHERE", "ORDER", "LIMIT"}));
           }) ||
           is([&] {
             if (!at_.take({"TRUNCATE"})) return false;
             at_.skip({"TABLE"});
             return take_table() && at_.at_end();
           });
  }

  bool take_table() {
    const auto name = at_.take_table();
    if (!name) return false;
    table_ = *name;
    if (table_.schema.empty()) table_.schema = schema_;
    return !table_.schema.empty();
  }

  const Words& words_;
  std::string schema_;
  bool generated_;
  WordReader start_;
  WordReader at_;
  TableName table_;
};

}  // namespace

bool is_apart(std::string_view schema, std::string_view table) {
  if (schema == kOwnSchema) return true;
  if (schema != "mysql") return false;
  constexpr std::array kOfTheSites = {"proc", "event", "func", "procs_priv"};
  return std::find(kOfTheSites.begin(), kOfTheSites.end(), table) == kOfTheSites.end();
}

Judged judge_statement(std::string_view info) {
  std::string schema = take_schema(info);
  const bool generated = info.find("/* generated by server") != std::string_view::npos;
  const auto words = info.size() <= kLongest ? sql_words(info) : std::nullopt;
  if (!words || words->empty()) return {Holds::kRows, "a statement that cannot be read"};
  if (std::any_of(words->begin(), words->end(), [](const SqlWord& word) { return word.is(';'); }))
    return {Holds::kRows, shortened(*words)};
  return Judge(*words, std::move(schema), generated).judge();
}

}  // namespace cutover
