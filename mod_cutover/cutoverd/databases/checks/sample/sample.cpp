// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/sample/sample.h"

#include <algorithm>
#include <random>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/sample/statements.h"

namespace cutover {
namespace {

constexpr std::size_t kTables = 24;
constexpr std::uint64_t kNewest = 40;
constexpr std::uint64_t kOldest = 20;
// How many rows may have come, or gone, between two looks.
constexpr std::uint64_t kSlack = 200;
constexpr std::size_t kShown = 5;
constexpr auto kAll = std::chrono::milliseconds(800);
constexpr auto kCatchUp = std::chrono::milliseconds(400);
constexpr int kLooks = 5;
constexpr auto kLookAgain = std::chrono::milliseconds(100);

constexpr unsigned kTableDenied = 1142;
constexpr unsigned kColumnDenied = 1143;

using Digests = std::map<std::string, std::string>;  // by key

std::string not_ours(const Scene& scene) {
  std::string schemas = "'mysql', 'sys', 'information_schema', 'performance_schema', 'mod_cutover'";
  for (const std::string& schema : scene.site.leave_behind) schemas += ", " + sql_literal(schema);
  return " NOT IN (" + schemas + ")";
}

// Each time others: what one preflight does not meet the next one may.
Reading<std::vector<SampledTable>> some_tables(Scene& scene) {
  const Result r = scene.ask(scene.leaving,
                             "SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM "
                             "information_schema.tables WHERE TABLE_TYPE = 'BASE TABLE' AND "
                             "TABLE_SCHEMA" +
                                 not_ours(scene));
  if (!r.ok()) return {std::nullopt, r.error};
  std::vector<SampledTable> tables;
  for (std::size_t i = 0; i < r.rows.size(); ++i)
    tables.push_back({r.rows.text(i, {"s"}), r.rows.text(i, {"t"}), {}, {}});
  std::shuffle(tables.begin(), tables.end(), std::mt19937(std::random_device{}()));
  if (tables.size() > kTables) tables.resize(kTables);
  return {std::move(tables), {}};
}

// Two questions by name, which MariaDB answers without opening any other table. False: it has no
// primary key.
bool describe(Scene& scene, SampledTable& table) {
  const std::string where = " WHERE TABLE_SCHEMA = " + sql_literal(table.schema) +
                            " AND TABLE_NAME = " + sql_literal(table.name);
  const Result columns = scene.ask(scene.leaving,
                                   "SELECT COLUMN_NAME AS c, LOWER(DATA_TYPE) AS t FROM "
                                   "information_schema.columns" +
                                       where + " ORDER BY ORDINAL_POSITION");
  const Result key =
      scene.ask(scene.leaving, "SELECT COLUMN_NAME AS c FROM information_schema.statistics" +
                                   where + " AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX");
  for (std::size_t i = 0; i < columns.rows.size(); ++i)
    table.columns.push_back({columns.rows.text(i, {"c"}), columns.rows.text(i, {"t"})});
  for (std::size_t i = 0; i < key.rows.size(); ++i) {
    const std::string name = key.rows.text(i, {"c"});
    const auto column = std::ranges::find(table.columns, name, &SampledColumn::name);
    if (column != table.columns.end()) table.key.push_back(*column);
  }
  return !table.key.empty();
}

struct Seen {
  Digests rows;
  unsigned error = 0;
  std::string why;
};

bool may_not(const Seen& seen) { return seen.error == kTableDenied || seen.error == kColumnDenied; }

Seen read(Scene& scene, Server& server, const SampledTable& table, std::uint64_t slack) {
  Seen seen;
  for (const std::string& sql :
       {newest_rows(table, kNewest + slack), oldest_rows(table, kOldest + slack)}) {
    const Result r = scene.ask(server, sql);
    if (!r.ok()) return {{}, r.number, r.error};
    for (std::size_t i = 0; i < r.rows.size(); ++i)
      seen.rows[r.rows.text(i, {"k"})] = r.rows.text(i, {"digest"});
  }
  return seen;
}

Digests differing(const Digests& leaving, const Digests& arriving) {
  Digests differ;
  for (const auto& [key, digest] : leaving)
    if (const auto there = arriving.find(key); there == arriving.end() || there->second != digest)
      differ[key] = digest;
  return differ;
}

bool same(const Digests& a, const Digests& b, const std::string& key) {
  const auto in_a = a.find(key);
  const auto in_b = b.find(key);
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b == b.end();
  return in_a->second == in_b->second;
}

// Those that stand still on both sides, and differ. A source gives a transaction to its replica
// with its binary log, and shows it itself only when its engine has committed too: until then what
// the replica has already looks like a difference. Nothing: they could not be looked at again.
std::optional<Digests> standing_still(Scene& scene, const SampledTable& table, Digests differ,
                                      const Digests& arriving) {
  for (int look = 0; look < kLooks && !differ.empty(); ++look) {
    if (look > 0) std::this_thread::sleep_for(kLookAgain);
    const Seen here = read(scene, scene.leaving, table, kSlack);
    const Seen there = read(scene, scene.arriving, table, kSlack);
    if (!here.why.empty() || !there.why.empty()) return std::nullopt;
    std::erase_if(differ, [&](const auto& row) {
      return !same(differ, here.rows, row.first) || !same(arriving, there.rows, row.first);
    });
  }
  return differ;
}

std::string described(const SampledTable& table, const Digests& differ) {
  if (!table.numbered()) return table.shown();
  std::string keys;
  std::size_t shown = 0;
  for (const auto& [key, digest] : differ)
    if (++shown <= kShown) keys += (keys.empty() ? "" : ", ") + key;
  return table.shown() + " (" + keys + (shown > kShown ? ", ..." : "") + ")";
}

struct Sampled {
  SampledTable table;
  Digests rows;
};

// Of the leaving server; what may not be read is said.
struct Sample {
  std::vector<Sampled> tables;
  std::size_t rows = 0;
  std::string denied;  // a schema that our account may not read
  std::string error;   // of the last that could not be read for another reason
};

Sample take(Scene& scene, std::vector<SampledTable> tables) {
  const Deadline limit = scene.deadline.within(kAll);
  Sample sample;
  for (SampledTable& table : tables) {
    if (limit.over()) break;
    if (!describe(scene, table)) continue;
    Seen seen = read(scene, scene.leaving, table, 0);
    if (may_not(seen)) {
      sample.denied = table.schema;
    } else if (!seen.why.empty()) {
      sample.error = seen.why;
    } else {
      sample.rows += seen.rows.size();
      sample.tables.push_back({std::move(table), std::move(seen.rows)});
    }
  }
  return sample;
}

Finding denied(const Scene& scene, const Server& server, const std::string& schema) {
  return Finding::unseen(scene.leaving.options().user + " may not read " + schema + " on " +
                             server.label() + ", so that no row is compared",
                         grant_remedy(server, "SELECT ON " + schema + ".*"));
}

struct LookedAt {
  std::size_t tables = 0;
  std::size_t rows = 0;
};

Finding judged(const Scene& scene, const LookedAt& looked_at, std::size_t count,
               const std::string& seen) {
  if (looked_at.rows == 0) return Finding::unseen("no table was read in time", "look again");
  if (count == 0)
    return Finding::pass("the newest and the oldest of " + std::to_string(looked_at.tables) +
                         " tables, " + std::to_string(looked_at.rows) +
                         " rows, are the same on both");
  return Finding::block(
      std::to_string(count) + " of " + std::to_string(looked_at.rows) +
          " rows that were looked at are others, or missing, on " + scene.arriving.label() + ": " +
          seen,
      "whatever replicates from now on, they stay so: build it anew from a backup, or compare all "
      "of it (cutoverctl verify) and mend what differs");
}

// The arriving one has applied all that the leaving one had when the sample was taken.
Finding compared(Scene& scene, const Sample& sample) {
  const Deadline limit = scene.deadline.within(kAll);
  LookedAt looked_at;
  std::string seen;
  std::size_t count = 0;
  for (const auto& [table, rows] : sample.tables) {
    if (limit.over()) break;
    const Seen there = read(scene, scene.arriving, table, kSlack);
    if (may_not(there)) return denied(scene, scene.arriving, table.schema);
    if (!there.why.empty()) continue;  // a table or a column that is missing has a row of its own
    const auto differ = standing_still(scene, table, differing(rows, there.rows), there.rows);
    if (!differ) continue;
    if (!differ->empty()) seen += (seen.empty() ? "" : ", ") + described(table, *differ);
    count += differ->size();
    looked_at.rows += rows.size();
    ++looked_at.tables;
  }
  return judged(scene, looked_at, count, seen);
}

Finding rows_alike(Scene& scene) {
  auto tables = some_tables(scene);
  if (!tables) return Finding::unseen(tables.error, "");
  const Sample sample = take(scene, *std::move(tables));
  if (sample.tables.empty() && !sample.denied.empty())
    return denied(scene, scene.leaving, sample.denied);
  if (sample.tables.empty() && !sample.error.empty()) return Finding::unseen(sample.error, "");
  if (sample.rows == 0) return Finding::pass("no rows with a primary key to compare");
  const auto position = scene.replication.position(scene.leaving.side());
  if (!position) return Finding::unseen(position.error, "");
  const Answer caught_up =
      scene.replication.wait_applied(scene.arriving.side(), *position, kCatchUp);
  if (!caught_up.done()) return Finding::unseen(caught_up.why, "see catch-up, then look again");
  return compared(scene, sample);
}

}  // namespace

std::vector<CheckRow> sample_checks() { return {{"rows", CheckVerdict::kWarn, rows_alike}}; }

}  // namespace cutover
