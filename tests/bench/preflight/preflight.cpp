// SPDX-License-Identifier: Apache-2.0
// One pair of servers, on which the tables grow in number. A person compares two databases by two
// dumps without rows, side by side, and a diff of them: that is the rival.
#include "tests/bench/preflight/preflight.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/bench/turns.h"
#include "tests/harness/replication.h"
#include "tests/harness/site.h"

namespace cutover::bench {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kTables[] = {100, 2000, 12000};
constexpr const char* kModule = "preflight";
constexpr const char* kDumps = "two dumps, diff";
constexpr milliseconds kReplicated{300'000};
// With more tables the dumps take minutes: they are made in the first round alone.
constexpr unsigned kDumpedEachRound = 2000;

Load load_of(unsigned tables) { return {std::to_string(tables) + " tables", 1.0 * tables}; }

// As a content management system has them: ten columns, four indexes.
std::string table(unsigned number) {
  return "CREATE TABLE many.posts_" + std::to_string(number) +
         " (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, author BIGINT UNSIGNED NOT NULL DEFAULT 0, "
         "posted DATETIME NOT NULL, content LONGTEXT NOT NULL, title TEXT NOT NULL, "
         "status VARCHAR(20) NOT NULL, name VARCHAR(200) NOT NULL, "
         "parent BIGINT UNSIGNED NOT NULL, guid VARCHAR(255) NOT NULL, type VARCHAR(20) NOT NULL, "
         "PRIMARY KEY (id), KEY name (name(191)), KEY kind (type, status), KEY parent (parent))";
}

void grow(harness::Site& site, unsigned from, unsigned to) {
  auto session = site.old_database().connect();
  for (unsigned i = from; i < to; ++i) session.execute(table(i));
  if (!harness::caught_up(site.old_database(), site.new_database(), kReplicated))
    throw std::runtime_error("the new database does not follow");
}

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double preflight_ms(const harness::Site& site) {
  const auto begin = std::chrono::steady_clock::now();
  const harness::Finished done = site.cutoverctl({"preflight"});
  const double ms = ms_since(begin);
  if (done.output.find("tables, ") == std::string::npos)
    throw std::runtime_error("the tables were not compared: " + done.output);
  return ms;
}

void dump(harness::DatabaseServer& server, const std::filesystem::path& file) {
  harness::ProcessOptions options;
  options.argv = {"mariadb-dump",
                  "--no-defaults",
                  "--no-data",
                  "--routines",
                  "--triggers",
                  "-uroot",
                  "--socket=" + server.socket().string(),
                  "many"};
  options.output = file;
  if (harness::Process(options).wait(kReplicated) != 0)
    throw std::runtime_error("mariadb-dump failed, see " + file.string());
}

double dumps_ms(harness::Site& site) {
  const std::filesystem::path one = site.directory() / "old.sql";
  const std::filesystem::path two = site.directory() / "new.sql";
  const auto begin = std::chrono::steady_clock::now();
  std::thread other([&] { dump(site.new_database(), two); });
  dump(site.old_database(), one);
  other.join();
  harness::ProcessOptions options;
  options.argv = {"diff", "-q", "-I", "^--", one.string(), two.string()};
  options.output = site.directory() / "diff";
  if (harness::Process(options).wait(milliseconds(60'000)) > 1)
    throw std::runtime_error("diff failed");
  return ms_since(begin);
}

Table table_of(const Samples& samples) {
  Table table;
  table.title = "Comparing two databases without their rows, in ms";
  table.header = {"", kModule, kDumps};
  for (const unsigned tables : kTables)
    table.rows.push_back({load_of(tables).setting,
                          number(samples.spread(load_of(tables), kModule, "ms"), 0),
                          number(samples.spread(load_of(tables), kDumps, "ms"), 0)});
  table.note =
      "From the command to its last line. The preflight looks at all the rest besides, and "
      "watches\n"
      "the lag for a third of a second.";
  return table;
}

}  // namespace

Outcome preflight_part(const Options& options) {
  Outcome outcome;
  harness::Site site;
  if (const std::string why = site.await_gate(); !why.empty()) throw std::runtime_error(why);
  site.old_database().execute("CREATE DATABASE many");
  site.old_database().execute("GRANT SELECT ON many.* TO cutover@'%'");
  unsigned there = 0;
  for (const unsigned tables : kTables) {
    grow(site, there, tables);
    there = tables;
    in_turn(options.rounds, 2, [&](unsigned round, std::size_t way) {
      if (way == 1 && round > 0 && tables > kDumpedEachRound) return;
      const double ms = way == 0 ? preflight_ms(site) : dumps_ms(site);
      outcome.samples.add(load_of(tables), way == 0 ? kModule : kDumps, "ms", round, ms);
      say("round " + std::to_string(round + 1) + ", " + load_of(tables).setting + ", " +
          (way == 0 ? kModule : kDumps) + ": " + number(ms, 0) + " ms");
    });
  }
  outcome.tables.push_back(table_of(outcome.samples));
  outcome.panels.push_back(bars(outcome.samples, load_of(kTables[2]), "ms",
                                "Comparing two databases of 12,000 tables", "ms"));
  return outcome;
}

}  // namespace cutover::bench
