// SPDX-License-Identifier: Apache-2.0
// A MariaDB that has a binary log and nothing else. Each event of a file is 100 bytes long.
#pragma once

#include <algorithm>
#include <charconv>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/transactions.h"
#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

class FakeLogServer final : public Connection {
 public:
  struct File {
    std::string name;
    std::vector<LogEvent> events;
  };

  std::vector<File> files;
  std::string state;                     // @@gtid_binlog_state, of server 2
  std::string engine;                    // of every table that is asked for; empty: it is not there
  bool hides_tables = false;             // from whoever asks
  Result::Kind log = Result::Kind::kOk;  // what becomes of a question for the log
  Result::Kind tables = Result::Kind::kOk;  // and of one for a table
  std::function<void()> before_files;       // what happens once, before the files are listed
  std::vector<std::string> asked;

  // A file with what came before it, "0-2-3".
  void begin_file(const std::string& before) {
    files.push_back({"binlog.00000" + std::to_string(files.size() + 1),
                     {{"Format_desc", ""}, {"Gtid_list", "[" + before + "]"}}});
  }
  void add(const std::string& gtid, const std::string& statement) {
    add({{"Gtid", "GTID " + gtid}, {"Query", statement}});
  }
  void add_rows(const std::string& gtid) {
    add({{"Gtid", "BEGIN GTID " + gtid},
         {"Table_map", "table_id: 18 (shop.w)"},
         {"Write_rows_v1", "table_id: 18 flags: STMT_END_F"},
         {"Xid", "COMMIT /* xid=10 */"}});
  }
  void add(const std::vector<LogEvent>& events) {
    files.back().events.insert(files.back().events.end(), events.begin(), events.end());
  }
  std::size_t questions_for_the_log() const {
    return static_cast<std::size_t>(std::count_if(
        asked.begin(), asked.end(), [](const auto& sql) { return sql.starts_with("SHOW BIN"); }));
  }

  Result query(const std::string& sql, Deadline) override {
    asked.push_back(sql);
    if (sql.starts_with("SELECT @@global.server_id"))
      return ok({{"2", "", state, "1"}}, {"id", "slave", "state", "log_bin"});
    if (sql.starts_with("SELECT (SELECT") && tables != Result::Kind::kOk)
      return {tables, {}, 0, ""};
    if (sql.starts_with("SELECT (SELECT"))
      return ok({{hides_tables ? "0" : "1", engine.empty() || hides_tables ? "0" : "1", engine}},
                {"seen", "found", "e"});
    if (log != Result::Kind::kOk) return {log, {}, 1227, "not this log"};
    if (sql == "SHOW BINARY LOGS") {
      if (const auto then = std::exchange(before_files, nullptr)) then();
      std::vector<Rows::Row> rows;
      for (const File& file : files) rows.push_back({file.name});
      return ok(rows, {"Log_name"});
    }
    return events(sql);
  }
  void end() override {}
  bool usable() const override { return true; }
  std::uint64_t id() const override { return 7; }
  const std::string& server_version() const override { return version_; }

 private:
  static Result ok(std::vector<Rows::Row> rows, std::vector<std::string> columns) {
    return {Result::Kind::kOk, Rows(std::move(columns), std::move(rows)), 0, {}};
  }
  static std::size_t number_behind(const std::string& sql, const std::string& word) {
    std::size_t value = 0;
    const std::size_t at = sql.find(word) + word.size();
    std::from_chars(sql.data() + at, sql.data() + sql.size(), value);
    return value;
  }
  // SHOW BINLOG EVENTS IN 'file' FROM at LIMIT count
  Result events(const std::string& sql) const {
    const auto file = std::find_if(files.begin(), files.end(), [&](const File& f) {
      return sql.find("'" + f.name + "'") != std::string::npos;
    });
    if (file == files.end()) return {Result::Kind::kRefused, {}, 1220, "no such log"};
    const std::size_t begin = number_behind(sql, " FROM ") / 100;
    const std::size_t end = std::min(begin + number_behind(sql, " LIMIT "), file->events.size());
    std::vector<Rows::Row> rows;
    for (std::size_t i = begin; i < end; ++i)
      rows.push_back(
          {file->events[i].type, std::to_string(4 + 100 * (i + 1)), file->events[i].info});
    return ok(rows, {"Event_type", "End_log_pos", "Info"});
  }

  std::string version_ = "10.11.19-MariaDB";
};

}  // namespace cutover
