// SPDX-License-Identifier: Apache-2.0
// MariaDB: GTIDs of domain, server and sequence; read_only alone.
#include <algorithm>
#include <cstdio>
#include <thread>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "mod_cutover/cutoverd/databases/dialect/mariadb_answers.h"

namespace cutover {
namespace {

constexpr auto kRecheck = std::chrono::milliseconds(1);
constexpr auto kAnswerMargin = std::chrono::milliseconds(250);

using mariadb::Gtids;
using mariadb::gtids_in;
using mariadb::kSelectGtids;

bool is_some_list(const Position& position) {
  const auto list = parse_gtids(position);
  return list && !list->empty();
}

Reading<Gtids> gtids(Connection& server, Deadline deadline) {
  return gtids_in(server.query(kSelectGtids, deadline));
}

std::unique_ptr<Standing> of_gtids(Connection& server, Deadline deadline) {
  return mariadb::standing_by(gtids(server, deadline), {});
}

std::string host_part(const LinkSource& source) {
  std::string sql = "MASTER_HOST=" + sql_literal(source.host) +
                    ", MASTER_PORT=" + std::to_string(source.port) +
                    ", MASTER_USER=" + sql_literal(source.user) +
                    ", MASTER_PASSWORD=" + sql_literal(source.password);
  // Newer servers ask for verified TLS unless told otherwise.
  sql += std::string(", MASTER_SSL=") + (source.tls ? "1" : "0") +
         ", MASTER_SSL_VERIFY_SERVER_CERT=" + (source.tls && !source.ca.empty() ? "1" : "0");
  if (source.tls && !source.ca.empty()) sql += ", MASTER_SSL_CA=" + sql_literal(source.ca);
  return sql;
}

class MariaDb final : public Dialect {
 public:
  bool is_mariadb() const override { return true; }

  Reading<Identity> identity(Connection& server, Deadline deadline) const override {
    const Result r = server.query("SELECT @@global.server_id", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return {Identity{server_id_in(r.rows.at(0, 0)), {}}, {}};
  }

  Reading<std::unique_ptr<Standing>> standing(Connection& server,
                                              Deadline deadline) const override {
    const Result r = server.query(std::string(kSelectGtids) + ", @@global.read_only", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return {mariadb::standing_by(gtids_in(r), mariadb::writable_by(r.rows.at(0, 4))), {}};
  }

  Reading<Writable> writable(Connection& server, Deadline deadline) const override {
    const Result r = server.query("SELECT @@global.read_only", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    return mariadb::writable_by(r.rows.at(0, 0));
  }

  Reading<Position> position(Connection& server, Deadline deadline) const override {
    return of_gtids(server, deadline)->position();
  }

  Reading<bool> has_applied(Connection& server, const Position& position,
                            Deadline deadline) const override {
    if (!is_some_list(position)) return {std::nullopt, kEmptyPosition};
    return of_gtids(server, deadline)->has_applied(position);
  }

  Answer wait_applied(Connection& server, const Position& position, Nanos slice) const override {
    const auto wanted = parse_gtids(position);
    if (!wanted || wanted->empty()) return Answer::no(kEmptyPosition);
    const Deadline end = Deadline::in(slice);
    const Deadline answer = Deadline::in(slice + kAnswerMargin);
    for (bool waited = false;;) {
      const auto now = gtids(server, answer);
      if (!now) return Answer::unknown(now.error);
      if (cutover::has_applied(now->has, *wanted)) return Answer::yes();
      if (end.over()) {
        return Answer::no("not yet: it stands at " + render(now->has.slave_pos) + ", wanted is " +
                          render(newest_per_domain(*wanted)));
      }
      const GtidList awaited = to_wait_for(now->has, *wanted);
      if (waited || awaited.empty()) {
        // The server's own wait was satisfied by a sequence number; the GTIDs are not.
        std::this_thread::sleep_for(kRecheck);
        continue;
      }
      const Result r = server.query(wait_sql(awaited, end.left()), answer);
      if (!r.ok()) return Answer::unknown(r.error);
      waited = r.rows.at(0, 0) == "0";
    }
  }

  Reading<Position> own_beyond(Connection& server, const Position& position,
                               Deadline deadline) const override {
    if (!is_some_list(position)) return {std::nullopt, kEmptyPosition};
    return of_gtids(server, deadline)->own_beyond(position);
  }

  std::string dump_command(const Position& from, const Position& beyond) const override {
    const auto newest = [](const Position& p) {
      return render(newest_per_domain(parse_gtids(p).value_or(GtidList())));
    };
    return "mariadb-binlog --start-position=" + newest(from) + " --stop-position=" + newest(beyond);
  }

  Result replica_status(Connection& server, Deadline deadline) const override {
    return query_any(server, {"SHOW ALL SLAVES STATUS", "SHOW ALL REPLICAS STATUS"}, deadline);
  }

  bool same_server(const Identity& a, const Identity& b) const override {
    return a.server_id != 0 && a.server_id == b.server_id;
  }

  // Its GTIDs are counted all the same; but a link by file may have begun anywhere in them.
  std::optional<bool> goes_by_file(Connection& server, Deadline deadline) const override {
    const Result status = replica_status(server, deadline);
    std::optional<bool> by_file;
    if (!status.ok()) return by_file;
    for (const Channel& c : channels_of(status.rows))
      by_file = by_file.value_or(false) || c.by_gtid == "No";
    return by_file;
  }

  std::string fence() const override { return "SET GLOBAL read_only=1"; }
  std::string unfence() const override { return "SET GLOBAL read_only=0"; }

  std::vector<Spellings> forget(const std::string& channel) const override {
    return {{"STOP SLAVE" + named(channel)}, {"RESET SLAVE" + named(channel) + " ALL"}};
  }

  std::vector<Spellings> link(const LinkSource& source, const Position& position) const override {
    if (const Places places = places_in(position); !places.empty()) {
      const LogPlace& place = places.front().place;
      return {{"CHANGE MASTER TO " + host_part(source) + ", MASTER_CONNECT_RETRY=5, " +
               "MASTER_USE_GTID=no, MASTER_LOG_FILE=" + sql_literal(place.file) +
               ", MASTER_LOG_POS=" + std::to_string(place.offset)},
              {"START SLAVE"}};
    }
    const GtidList start = newest_per_domain(parse_gtids(position).value_or(GtidList()));
    return {{"SET GLOBAL gtid_slave_pos=" + sql_literal(render(start))},
            {"CHANGE MASTER TO " + host_part(source) +
             ", MASTER_CONNECT_RETRY=5, MASTER_USE_GTID=slave_pos"},
            {"START SLAVE"}};
  }

  Spellings stop_applying(const std::string& channel) const override {
    return {"STOP SLAVE" + named(channel) + " SQL_THREAD"};
  }
  Spellings receive(const std::string& channel) const override {
    return {"START SLAVE" + named(channel) + " IO_THREAD"};
  }
  Spellings start(const std::string& channel) const override {
    return {"START SLAVE" + named(channel)};
  }

  // Without an applier gtid_slave_pos stands still.
  std::vector<Spellings> renew(const std::string& channel,
                               const Position& position) const override {
    if (position.empty()) return {{"STOP SLAVE" + named(channel) + " IO_THREAD"}};
    const GtidList start = newest_per_domain(parse_gtids(position).value_or(GtidList()));
    return {{"STOP SLAVE" + named(channel)},
            {"SET GLOBAL gtid_slave_pos=" + sql_literal(render(start))}};
  }

  std::string persist(bool) const override { return {}; }
  std::vector<std::string> forget_persisted() const override { return {}; }

 private:
  static std::string named(const std::string& channel) {
    return channel.empty() ? "" : " " + sql_literal(channel);
  }
  static std::string wait_sql(const GtidList& awaited, Nanos left) {
    // A time of zero returns at once, a negative one never.
    const double seconds = std::max(0.001, std::chrono::duration<double>(left).count());
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    return "SELECT MASTER_GTID_WAIT(" + sql_literal(render(awaited)) + ", " + text + ")";
  }
};

}  // namespace

std::unique_ptr<Dialect> mariadb_dialect() { return std::make_unique<MariaDb>(); }

}  // namespace cutover
