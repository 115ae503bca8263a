// SPDX-License-Identifier: Apache-2.0
// MySQL: sets of GTIDs by server_uuid; super_read_only; new words since 8.0.22, old ones before.
#include <algorithm>
#include <cstdio>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"
#include "mod_cutover/cutoverd/databases/dialect/mysql_answers.h"

namespace cutover {
namespace {

using mysql::is_set;
using mysql::one_line;

constexpr auto kAnswerMargin = std::chrono::milliseconds(250);
constexpr unsigned kUnknownVariable = 1193;

// MySQL 5.6 has read_only alone. It is not moved, but it is known whether it is writable, and its
// site is served.
Result ask_roles(Connection& server, std::string sql, Deadline deadline) {
  Result r = server.query(sql, deadline);
  if (r.number != kUnknownVariable) return r;
  constexpr std::string_view kSuper = "@@global.super_read_only";
  sql.replace(sql.find(kSuper), kSuper.size(), "@@global.read_only");
  return server.query(sql, deadline);
}

// The members of `set` that `uuid` wrote, tags included.
std::string written_by(const std::string& set, const std::string& uuid) {
  std::string out;
  for (std::size_t start = 0; start < set.size();) {
    const std::size_t end = std::min(set.find(',', start), set.size());
    const std::string member = set.substr(start, end - start);
    if (member.starts_with(uuid + ":")) out += (out.empty() ? "" : ",") + member;
    start = end + 1;
  }
  return out;
}

struct Words {
  const char* source;
  const char* change;
};
constexpr Words kNew{"SOURCE", "CHANGE REPLICATION SOURCE TO "};
constexpr Words kOld{"MASTER", "CHANGE MASTER TO "};

std::string begin_at(const std::string& prefix, const Position& position) {
  const Places places = places_in(position);
  if (places.empty()) return prefix + "AUTO_POSITION=1, ";  // GTIDs say by themselves
  const LogPlace& place = places.front().place;
  return prefix + "AUTO_POSITION=0, " + prefix + "LOG_FILE=" + sql_literal(place.file) + ", " +
         prefix + "LOG_POS=" + std::to_string(place.offset) + ", ";
}

std::string change(const Words& words, const LinkSource& source, const Position& position,
                   bool ask_for_key) {
  const std::string prefix = std::string(words.source) + "_";
  std::string sql =
      words.change + prefix + "HOST=" + sql_literal(source.host) + ", " + prefix +
      "PORT=" + std::to_string(source.port) + ", " + prefix + "USER=" + sql_literal(source.user) +
      ", " + prefix + "PASSWORD=" + sql_literal(source.password) + ", " + prefix +
      "CONNECT_RETRY=5, " + begin_at(prefix, position) + prefix + "SSL=" + (source.tls ? "1" : "0");
  if (source.tls && !source.ca.empty()) {
    sql += ", " + prefix + "SSL_CA=" + sql_literal(source.ca) + ", " + prefix +
           "SSL_VERIFY_SERVER_CERT=1";
  }
  if (ask_for_key && !source.tls) {
    sql += std::string(words.source) == "SOURCE" ? ", GET_SOURCE_PUBLIC_KEY=1"
                                                 : ", GET_MASTER_PUBLIC_KEY=1";
  }
  return sql;
}

class MySql final : public Dialect {
 public:
  bool is_mariadb() const override { return false; }

  Reading<Identity> identity(Connection& server, Deadline deadline) const override {
    const Result r = server.query("SELECT @@global.server_id, @@global.server_uuid", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return {Identity{server_id_in(r.rows.at(0, 0)), r.rows.at(0, 1).value_or("")}, {}};
  }

  Reading<std::unique_ptr<Standing>> standing(Connection& server,
                                              Deadline deadline) const override {
    const Result r = ask_roles(server, mysql::kSelectStanding, deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return {mysql::standing_in(r.rows), {}};
  }

  Reading<Writable> writable(Connection& server, Deadline deadline) const override {
    const Result r =
        ask_roles(server, "SELECT @@global.read_only, @@global.super_read_only", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return mysql::writable_by(r.rows.at(0, 0), r.rows.at(0, 1));
  }

  Reading<Position> position(Connection& server, Deadline deadline) const override {
    const Result r = server.query("SELECT @@global.gtid_executed, @@global.gtid_mode", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return mysql::position_by(r.rows.at(0, 0), r.rows.at(0, 1));
  }

  Reading<bool> has_applied(Connection& server, const Position& position,
                            Deadline deadline) const override {
    if (!is_set(position)) return {std::nullopt, kEmptyPosition};
    const Result r = server.query(
        "SELECT GTID_SUBSET(" + sql_literal(position) + ", @@global.gtid_executed)", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return {r.rows.at(0, 0) == "1", {}};
  }

  // Compares the whole set, so that 0 is exact. A time of zero would wait for ever.
  Answer wait_applied(Connection& server, const Position& position, Nanos slice) const override {
    if (!is_set(position)) return Answer::no(kEmptyPosition);
    const double seconds = std::max(0.001, std::chrono::duration<double>(slice).count());
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    const Deadline answer = Deadline::in(slice + kAnswerMargin);
    const Result r = server.query(
        "SELECT WAIT_FOR_EXECUTED_GTID_SET(" + sql_literal(position) + ", " + text + ")", answer);
    if (!r.ok()) return Answer::unknown(r.error);
    if (r.rows.at(0, 0) == "0") return Answer::yes();
    const Result lacking = server.query(
        "SELECT GTID_SUBTRACT(" + sql_literal(position) + ", @@global.gtid_executed)", answer);
    return Answer::no("not yet: it lacks " + one_line(lacking.rows.at(0, 0).value_or("some")));
  }

  Reading<Position> own_beyond(Connection& server, const Position& position,
                               Deadline deadline) const override {
    if (!is_set(position)) return {std::nullopt, kEmptyPosition};
    const Result r = server.query("SELECT GTID_SUBTRACT(@@global.gtid_executed, " +
                                      sql_literal(position) + "), @@global.server_uuid",
                                  deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    const std::string uuid = r.rows.at(0, 1).value_or("");
    const auto beyond = r.rows.at(0, 0);
    if (uuid.empty() || !beyond)
      return {std::nullopt, "what was written beyond the position cannot be read"};
    return {written_by(one_line(*beyond), uuid), {}};
  }

  std::string dump_command(const Position&, const Position& beyond) const override {
    return "mysqlbinlog --include-gtids=" + beyond;
  }

  Result replica_status(Connection& server, Deadline deadline) const override {
    return query_any(server, {"SHOW REPLICA STATUS", "SHOW SLAVE STATUS"}, deadline);
  }

  bool same_server(const Identity& a, const Identity& b) const override {
    return !a.uuid.empty() && a.uuid == b.uuid;
  }

  std::optional<bool> goes_by_file(Connection& server, Deadline deadline) const override {
    const Result r = server.query("SELECT @@global.gtid_mode", deadline);
    if (!r.ok() || r.rows.empty()) return std::nullopt;
    return r.rows.at(0, 0) != "ON";
  }

  // Each implies the other variable, so that there is no moment with one of two.
  std::string fence() const override { return "SET GLOBAL super_read_only=1"; }
  std::string unfence() const override { return "SET GLOBAL read_only=0"; }

  std::vector<Spellings> forget(const std::string& channel) const override {
    return {either("STOP ", "", channel), either("RESET ", " ALL", channel)};
  }

  std::vector<Spellings> link(const LinkSource& source, const Position& position) const override {
    return {{change(kNew, source, position, true), change(kOld, source, position, true),
             change(kOld, source, position, false)},
            {"START REPLICA", "START SLAVE"}};
  }

  Spellings stop_applying(const std::string& channel) const override {
    return either("STOP ", " SQL_THREAD", channel);
  }
  Spellings receive(const std::string& channel) const override {
    return either("START ", " IO_THREAD", channel);
  }
  Spellings start(const std::string& channel) const override {
    return either("START ", "", channel);
  }
  std::vector<Spellings> renew(const std::string& channel, const Position&) const override {
    return {either("STOP ", " IO_THREAD", channel)};
  }

  std::string persist(bool read_only) const override {
    return read_only ? "SET PERSIST read_only=1, PERSIST super_read_only=1"
                     : "SET PERSIST super_read_only=0, PERSIST read_only=0";
  }
  std::vector<std::string> forget_persisted() const override {
    return {"RESET PERSIST IF EXISTS read_only", "RESET PERSIST IF EXISTS super_read_only"};
  }

 private:
  static Spellings either(const std::string& verb, const std::string& what,
                          const std::string& channel) {
    const std::string rest = what + (channel.empty() ? "" : " FOR CHANNEL " + sql_literal(channel));
    return {verb + "REPLICA" + rest, verb + "SLAVE" + rest};
  }
};

}  // namespace

std::unique_ptr<Dialect> mysql_dialect() { return std::make_unique<MySql>(); }

}  // namespace cutover
