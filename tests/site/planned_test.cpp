// SPDX-License-Identifier: Apache-2.0
// The plan's text, held against what the run then did: the statements as the servers' own logs have
// them, the journal's records as its coordinator told them, the phases.
#include <gmock/gmock.h>

#include <sstream>

#include "shared/words/without_values.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::Finished;
using nlohmann::json;

// What changes something. What only looks, what a session is made ready with and what the servers
// say to each other is in no plan.
bool changes(const std::string& sql) {
  if (sql.starts_with("SET SESSION sql_mode")) return false;
  for (const char* word : {"SET GLOBAL ", "SET SESSION ", "SET PERSIST ", "START SLAVE",
                           "START REPLICA", "STOP ", "CHANGE ", "RESET ", "REPLACE ", "CREATE "})
    if (sql.starts_with(word)) return sql.find("general_log") == std::string::npos;
  return false;
}

// What a server was sent since then, by its own log.
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

  std::vector<std::string> statements() const {
    std::vector<std::string> all;
    std::istringstream lines(harness::read_file(file_));
    constexpr std::string_view kQuery = "Query\t";
    for (std::string line; std::getline(lines, line);) {
      const std::size_t at = line.find(kQuery);
      if (at == std::string::npos) continue;
      const std::string sql = line.substr(at + kQuery.size());
      if (changes(sql)) all.push_back(side_ + "> " + without_places(sql));
    }
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
};

Foretold plan(Stage& stage, const std::string& direction) {
  const Finished told = stage.site().cutoverctl({"--json", "plan"});
  EXPECT_EQ(told.exit_code, 0) << told.output;
  const json result = json::parse(told.output, nullptr, false);
  EXPECT_EQ(result.value("direction", ""), direction);
  Foretold foretold;
  for (const json& act : result.value("acts", json::array())) {
    for (const json& sql : act.value("statements", json::array()))
      foretold.statements.push_back(sql);
    if (act["kind"] == "phase" && act["phase"] != "serving")
      foretold.phases.push_back(act["phase"]);
  }
  return foretold;
}

void expect_as_planned(Stage& stage, const std::string& verb) {
  SCOPED_TRACE(verb);
  EXPECT_EQ(stage.site().await_gate(), "");
  GeneralLog by_old(stage.old_database(), "old");
  GeneralLog by_new(stage.new_database(), "new");
  const Foretold foretold = plan(stage, verb);
  EXPECT_EQ(by_old.statements(), std::vector<std::string>{}) << "a plan changes nothing";
  EXPECT_EQ(by_new.statements(), std::vector<std::string>{});
  EXPECT_FALSE(foretold.statements.empty());
  const Finished done = stage.site().cutoverctl({verb});
  ASSERT_EQ(done.exit_code, 0) << done.output << stage.site().old_httpd().error_log();
  EXPECT_EQ(by_old.statements(), of(foretold.statements, "old"));
  EXPECT_EQ(by_new.statements(), of(foretold.statements, "new"));
  std::vector<std::string> phases;
  for (const json& phase : stage.site().status().at("last").at("phases"))
    phases.push_back(phase.at("name"));
  EXPECT_EQ(phases, foretold.phases);
}

TEST(Planned, ASwitchAndARollbackDoWhatThePlanSaid) {
  Stage stage;
  // The first one makes the table in which a server remembers that it serves.
  stage.expect_switch();
  stage.expect_rollback();
  expect_as_planned(stage, "switch");
  expect_as_planned(stage, "rollback");
}

TEST(Planned, ByFileAndPositionToo) {
  Stage stage(harness::by_file({}));
  stage.name_replication_accounts();
  stage.expect_switch();
  stage.expect_rollback();
  expect_as_planned(stage, "switch");
  expect_as_planned(stage, "rollback");
}

}  // namespace
}  // namespace cutover::test
