// SPDX-License-Identifier: Apache-2.0
// The plan's text, held against what the run then did: the statements as the servers' own logs have
// them, the phases as status has them, the hooks and pages as they themselves wrote down. Records
// and words: tests/unit/cutoverd/run/plan_test.cpp.
#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

#include "shared/words/without_values.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::Finished;
using nlohmann::json;

// What only looks, and what a session is made ready with.
bool changes(const std::string& sql) {
  for (const char* words : {"SELECT ", "SHOW ", "SET SESSION sql_mode", "SET NAMES"})
    if (sql.starts_with(words)) return false;
  return true;
}

// As the plan writes it; options of a CHANGE in one order, since MySQL's log has one of its own.
std::string comparable(std::string sql) {
  static const std::regex password("_PASSWORD='[^']*'|_PASSWORD=<secret>");
  if (!sql.starts_with("CHANGE ")) return without_places(sql);
  for (std::size_t at = 0; (at = sql.find(" = ", at)) != std::string::npos;)
    sql.replace(at, 3, "=");
  sql = without_places(std::regex_replace(sql, password, "_PASSWORD='<its password>'"));
  const std::size_t options = sql.find(" TO ") + 4;
  std::set<std::string> sorted;
  for (std::size_t from = options, end = 0; end != std::string::npos; from = end + 2) {
    end = sql.find(", ", from);
    sorted.insert(sql.substr(from, end == std::string::npos ? end : end - from));
  }
  sql.resize(options);
  for (const std::string& option : sorted) sql += option + ", ";
  return sql;
}

// What a server was sent since then by the sessions that ask for the lock of the command, by its
// own log.
class GeneralLog {
 public:
  GeneralLog(DatabaseServer& server, std::string side)
      : server_(server),
        side_(std::move(side)),
        file_(server.directory() / ("general_log." + std::to_string(++logs_))) {
    server_.execute("SET GLOBAL general_log_file='" + file_.string() + "'");
    server_.execute("SET GLOBAL general_log=1");
  }
  ~GeneralLog() { server_.execute("SET GLOBAL general_log=0"); }

  // `anybodys`: of all sessions, but for what the test itself sends.
  std::vector<std::string> statements(bool anybodys = false) const {
    static const std::regex query("([0-9]+) Query\t(.*)");
    std::vector<std::pair<std::string, std::string>> sent;
    std::set<std::string> in_command;
    std::istringstream lines(harness::read_file(file_));
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      if (!std::regex_search(line, match, query)) continue;
      sent.emplace_back(match[1], match[2]);
      if (line.find("_LOCK('mod_cutover'") != std::string::npos) in_command.insert(match[1]);
    }
    std::vector<std::string> all;
    for (const auto& [session, sql] : sent)
      if ((anybodys || in_command.contains(session)) && changes(sql) &&
          sql.find("general_log") == std::string::npos)
        all.push_back(side_ + "> " + comparable(sql));
    return all;
  }

 private:
  static inline int logs_ = 0;
  DatabaseServer& server_;
  const std::string side_;
  const std::filesystem::path file_;
};

std::vector<std::string> of(const std::vector<std::string>& all, const std::string& side) {
  std::vector<std::string> some;
  for (const std::string& one : all)
    if (one.starts_with(side + "> ")) some.push_back(one);
  return some;
}

struct Foretold {
  std::vector<std::string> statements;
  std::vector<std::string> phases;
  std::string told;  // by hooks and pages

  void take(const json& act, const std::string& program) {
    for (const json& sql : act.value("statements", json::array()))
      if (const auto text = sql.get<std::string>(); changes(text.substr(5)))
        statements.push_back(text.substr(0, 5) + comparable(text.substr(5)));
    const std::string kind = act["kind"], what = act["what"], phase = act["phase"];
    if (kind == "phase" && phase != "serving") phases.push_back(phase);
    if (kind == "hook" && what.ends_with(program))
      told += what.substr(0, what.find(' ')) + " " + act.value("server", "") + "\n";
    if (kind == "page") told += what + "\n";
  }
};

// Of a run that goes well, or that fails in that phase.
Foretold plan(Stage& stage, const std::string& direction, const std::string& program,
              const std::string& failing) {
  const Finished told = stage.site().cutoverctl({"--json", "plan"});
  EXPECT_EQ(told.exit_code, 0) << told.output;
  const json result = json::parse(told.output, nullptr, false);
  EXPECT_EQ(result.value("direction", ""), direction);
  Foretold foretold;
  json undo;
  for (const json& act : result.value("acts", json::array())) {
    if (act["phase"] != failing && !undo.is_null()) break;
    foretold.take(act, program);
    if (act["phase"] == failing && act["kind"] == "phase") undo = act.at("undo");
  }
  for (const json& act : undo) foretold.take(act, program);
  return foretold;
}

// What hooks and pages write down of themselves.
class Told {
 public:
  Told() {
    harness::give_to_web_user(dir_.path());
    harness::write_file(program(),
                        "#!/bin/sh\necho \"$CUTOVER_EVENT $CUTOVER_DATABASE\" >> " +
                            log().string() + "\n[ ! -e " + (dir_ / "fail.").string() +
                            "\"$CUTOVER_EVENT\" ]\n",
                        0755);
  }
  std::string program() const { return dir_ / "hook"; }
  std::filesystem::path log() const { return dir_ / "log"; }
  std::string text() const {
    return std::filesystem::exists(log()) ? harness::read_file(log()) : "";
  }
  void forget() const { std::filesystem::remove(log()); }
  void fails(const std::string& event, bool fails) const {
    const auto file = dir_ / ("fail." + event);
    if (fails)
      harness::write_file(file, "");
    else
      std::filesystem::remove(file);
  }
  std::string lines() const {
    std::string text;
    for (const char* event : {"before-switch", "fenced", "unfence", "after-switch",
                              "before-rollback", "after-rollback", "aborted"})
      text += "CutoverHook " + std::string(event) + " " + program() + "\n";
    return text;
  }
  std::string page(const std::string& host, const std::string& more) const {
    return "<?php file_put_contents('" + log().string() + "', \"GET /proof.php of the " + host +
           " host\\n\", FILE_APPEND);\n" + more + "echo 'a page';\n";
  }

 private:
  harness::TempDir dir_{"planned"};
};

void expect_as_planned(Stage& stage, const std::string& verb, const Told* hooks = nullptr,
                       const std::string& failing = "") {
  SCOPED_TRACE(verb + " " + failing);
  EXPECT_EQ(stage.site().await_gate(), "");
  GeneralLog by_old(stage.old_database(), "old");
  GeneralLog by_new(stage.new_database(), "new");
  if (hooks != nullptr) hooks->forget();
  const auto journal = stage.site().state_dir() / "shop.journal";
  const std::string before = harness::read_file(journal);
  const Foretold foretold =
      plan(stage, verb, hooks == nullptr ? "no hook" : hooks->program(), failing);
  EXPECT_EQ(by_old.statements(true), std::vector<std::string>{}) << "a plan changes nothing";
  EXPECT_EQ(by_new.statements(true), std::vector<std::string>{});
  EXPECT_EQ(harness::read_file(journal), before);
  EXPECT_TRUE(hooks == nullptr || hooks->text().empty()) << hooks->text();
  EXPECT_FALSE(foretold.statements.empty());
  const Finished done = stage.site().cutoverctl({"--json", verb});
  ASSERT_EQ(done.exit_code, failing.empty() ? 0 : 1)
      << done.output << stage.site().old_httpd().error_log();
  EXPECT_EQ(by_old.statements(), of(foretold.statements, "old"));
  EXPECT_EQ(by_new.statements(), of(foretold.statements, "new"));
  std::vector<std::string> phases;
  const json last = json::parse(done.output.substr(done.output.rfind("\n{") + 1)).at("last");
  for (const json& phase : last.at("phases")) phases.push_back(phase.at("name"));
  EXPECT_EQ(phases, foretold.phases);
  EXPECT_EQ(hooks == nullptr ? "" : hooks->text(), hooks == nullptr ? "" : foretold.told);
}

TEST(Planned, ASwitchAndARollbackDoWhatThePlanSaid) {
  Stage stage;
  expect_as_planned(stage, "switch");
  expect_as_planned(stage, "rollback");
  expect_as_planned(stage, "switch");
}

// Without a ring: the first one ends the replication and builds the way back.
TEST(Planned, ByFileAndPositionToo) {
  Stage stage(harness::by_file({}));
  stage.name_replication_accounts();
  expect_as_planned(stage, "switch");
  expect_as_planned(stage, "rollback");
  expect_as_planned(stage, "switch");
}

TEST(Planned, HooksAndPagesAndWhatUndoesAPhase) {
  const Told told;
  Stage stage({}, told.lines() +
                      "CutoverProof /proof.php\nCutoverHookTimeout 2s\n"
                      "CutoverHoldTimeout 30s\n");
  const auto show = [&](const std::string& on_new) {
    harness::write_file(stage.site().old_httpd().htdocs() / "public/proof.php",
                        told.page("old", ""));
    harness::write_file(stage.site().new_httpd().htdocs() / "public/proof.php",
                        told.page("new", on_new));
  };
  show("http_response_code(500);");
  expect_as_planned(stage, "switch", &told, "proving");
  stage.expect_serves("old");
  show("");
  told.fails("fenced", true);
  expect_as_planned(stage, "switch", &told, "catching-up");
  stage.expect_serves("old");
  told.fails("fenced", false);
  expect_as_planned(stage, "switch", &told);
  expect_as_planned(stage, "rollback", &told);
}

}  // namespace
}  // namespace cutover::test
