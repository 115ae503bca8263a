// SPDX-License-Identifier: Apache-2.0
// Replication between two servers of one vendor, by GTID or by file and offset.
#include "tests/harness/replication.h"

#include <stdexcept>
#include <utility>

#include "tests/harness/eventually.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

void run_or_throw(ProcessOptions options, const std::string& what, const fs::path& log) {
  options.output = log;
  Process process(options);
  auto code = process.wait(std::chrono::seconds(120));
  if (code != 0) throw std::runtime_error(what + " failed: " + read_file(log));
}

std::vector<std::string> with_login(std::vector<std::string> program,
                                    const DatabaseServer& server) {
  program.insert(program.end(),
                 {"--no-defaults", "--user=root", "--socket=" + server.socket().string()});
  return program;
}

void dump(const DatabaseServer& source, const fs::path& file, bool by_file) {
  ProcessOptions options;
  options.argv = with_login(source.programs().dump, source);
  options.argv.insert(options.argv.end(), {"--all-databases", "--single-transaction", "--routines",
                                           "--events", "--triggers", "--flush-privileges"});
  if (source.vendor() == Vendor::kMariaDb) {
    options.argv.push_back(by_file ? "--master-data=2" : "--master-data=1");
    if (!by_file) options.argv.emplace_back("--gtid");
  } else {
    options.argv.insert(options.argv.end(), {"--source-data=2", by_file ? "--set-gtid-purged=OFF"
                                                                        : "--set-gtid-purged=ON"});
  }
  options.only_stdout = file;
  run_or_throw(options, "dump", source.directory() / "dump.log");
}

// Not into the replica's binary log: what it has of its own would count as errant transactions.
void load(DatabaseServer& replica, const fs::path& dumped) {
  fs::path input = dumped;
  if (replica.vendor() == Vendor::kMariaDb) {
    input = replica.directory() / "load.sql";
    write_file(input, "SET sql_log_bin=0;\nSOURCE " + dumped.string() + ";\nFLUSH PRIVILEGES;\n");
  } else {
    replica.execute("RESET BINARY LOGS AND GTIDS");
  }
  ProcessOptions options;
  options.argv = with_login(replica.programs().client, replica);
  options.input = input;
  run_or_throw(options, "load", replica.directory() / "load.log");
  if (replica.vendor() == Vendor::kMySql) replica.execute("FLUSH LOCAL PRIVILEGES");
}

void arm_way_back(DatabaseServer& source, DatabaseServer& replica, std::uint16_t port, bool applies,
                  bool by_file) {
  if (!by_file && source.vendor() == Vendor::kMariaDb) {
    // The position to go on from must be in the replica's own binary log, which the loaded dump is
    // not: so one transaction goes through first.
    source.execute("CREATE DATABASE cutover_ring; DROP DATABASE cutover_ring");
    if (!caught_up(source, replica)) throw std::runtime_error("the replica did not catch up");
    source.execute("SET GLOBAL gtid_slave_pos='" + source.position() + "'");
  }
  replicate(replica, source, port, applies, by_file);
}

std::pair<bool, bool> threads(DatabaseServer& replica) {
  NamedRow status = replica_status(replica);
  return {status[replica.words().io_running] == "Yes",
          status[replica.words().sql_running] == "Yes"};
}

}  // namespace

NamedRow replica_status(DatabaseServer& replica) {
  auto rows = replica.connect().named(replica.words().replica_status);
  return rows.empty() ? NamedRow{} : rows[0];
}

bool replication_runs(DatabaseServer& replica) { return threads(replica) == std::pair(true, true); }

bool receives_only(DatabaseServer& replica) { return threads(replica) == std::pair(true, false); }

std::pair<std::string, std::string> log_end(DatabaseServer& server) {
  NamedRow end = server.connect().named(
      server.vendor() == Vendor::kMariaDb ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")[0];
  return {*end["File"], *end["Position"]};
}

bool caught_up(Vendor vendor, SqlConnection& source, SqlConnection& replica,
               std::chrono::milliseconds limit) {
  const std::string wanted = source.value("SELECT " + words_of(vendor).position).value_or("");
  return eventually(
      [&] {
        if (vendor == Vendor::kMySql) {
          return replica.number("SELECT GTID_SUBSET('" + wanted + "', @@gtid_executed)") == 1;
        }
        // Looks at sequence numbers alone, which is enough where nothing else wrote to the replica.
        return replica.number("SELECT MASTER_GTID_WAIT('" + wanted + "', 0)") == 0;
      },
      limit);
}

bool caught_up(DatabaseServer& source, DatabaseServer& replica, std::chrono::milliseconds limit) {
  if (source.vendor() == Vendor::kMySql && source.value("SELECT @@gtid_mode") != "ON") {
    const auto [file, offset] = log_end(source);
    const std::string seconds = std::to_string(static_cast<double>(limit.count()) / 1000);
    return replica.number("SELECT SOURCE_POS_WAIT('" + file + "', " + offset + ", " + seconds +
                          ")") >= 0;
  }
  SqlConnection at_source = source.connect();
  SqlConnection at_replica = replica.connect();
  return caught_up(source.vendor(), at_source, at_replica, limit);
}

void replicate(DatabaseServer& from, DatabaseServer& to, std::uint16_t port, bool applies,
               bool by_file) {
  std::string where = "HOST='" + from.address() +
                      "', {}PORT=" + std::to_string(port != 0 ? port : from.port()) + ", {}USER='" +
                      kReplicationUser + "', {}PASSWORD='" + kPassword + "', {}CONNECT_RETRY=1";
  if (by_file) {
    const auto [file, offset] = log_end(from);
    where += ", {}LOG_FILE='" + file + "', {}LOG_POS=" + offset;
  }
  const bool mariadb = to.vendor() == Vendor::kMariaDb;
  for (std::size_t at; (at = where.find("{}")) != std::string::npos;) {
    where.replace(at, 2, mariadb ? "MASTER_" : "SOURCE_");
  }
  if (mariadb) {
    to.execute("CHANGE MASTER TO MASTER_" + where +
               (by_file ? ", MASTER_USE_GTID=no" : ", MASTER_USE_GTID=slave_pos"));
  } else {
    to.execute("CHANGE REPLICATION SOURCE TO SOURCE_" + where +
               (by_file ? "" : ", SOURCE_AUTO_POSITION=1") + ", GET_SOURCE_PUBLIC_KEY=1");
  }
  to.execute(applies ? to.words().start_replica : to.words().receive_only);
  if (!eventually([&] { return threads(to) == std::pair(true, applies); })) {
    NamedRow status = replica_status(to);
    throw std::runtime_error("replication does not start: " + status["Last_IO_Error"].value_or("") +
                             " " + status["Last_SQL_Error"].value_or("") + "\n" + to.error_log());
  }
}

void name_replication_account(const fs::path& option_file, const DatabaseServer& server) {
  write_file(option_file,
             read_file(option_file) + "replication-user=" + kReplicationUser +
                 "\nreplication-password=" + kPassword +
                 "\nreplication-host=127.0.0.1\nreplication-port=" + std::to_string(server.port()) +
                 "\n",
             0600);
}

void set_up_replica(DatabaseServer& source, DatabaseServer& replica,
                    const ReplicaOptions& options) {
  fs::path dumped = source.directory() / "dump.sql";
  dump(source, dumped, options.by_file);
  load(replica, dumped);
  replicate(source, replica, options.port_to_source, true, options.by_file);
  if (options.read_only) replica.execute(replica.words().make_read_only);
  if (options.ring)
    arm_way_back(source, replica, options.port_to_replica, options.applies, options.by_file);
  // Nobody has written anything since, so no GTID would ever come.
  if (options.by_file) return;
  if (!caught_up(source, replica)) throw std::runtime_error("the replica did not catch up");
}

}  // namespace cutover::harness
