// SPDX-License-Identifier: Apache-2.0
// MariaDB comes from the distribution; MySQL runs out of a root of its own (packages.sh mysql),
// without chroot, through that root's dynamic loader.
#include "tests/harness/database_vendor.h"

#include <cstdlib>
#include <stdexcept>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

fs::path mysql_root() {
  const char* root = std::getenv("CUTOVER_MYSQL_ROOT");
  return root != nullptr ? root : "/var/tmp/mod_cutover-mysql";
}

std::vector<std::string> in_mysql_root(const std::string& program) {
  fs::path root = mysql_root();
  std::string libraries;
  for (const char* dir : {"usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib"}) {
    libraries += (libraries.empty() ? "" : ":") + (root / dir).string();
  }
  for (const char* loader : {"lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1"}) {
    if (fs::exists(root / loader)) {
      return {root / loader, "--library-path", libraries, root / program};
    }
  }
  throw std::runtime_error("no MySQL in " + root.string() + "; run packages.sh mysql as root");
}

Programs mysql_programs() {
  std::string share = mysql_root() / "usr/share/mysql";
  return {in_mysql_root("usr/sbin/mysqld"), in_mysql_root("usr/bin/mysqldump"),
          in_mysql_root("usr/bin/mysql"),
          "basedir=" + (mysql_root() / "usr").string() + "\nlc_messages_dir=" + share +
              "\ncharacter_sets_dir=" + share +
              "/charsets\nplugin_dir=" + (mysql_root() / "usr/lib/mysql/plugin").string() +
              "\nsecure_file_priv=NULL\nmysqlx=0\n"};
}

Programs mariadb_programs() {
  if (!fs::exists("/usr/sbin/mariadbd")) {
    throw std::runtime_error("no /usr/sbin/mariadbd; run packages.sh test as root");
  }
  return {{"/usr/sbin/mariadbd"}, {"mariadb-dump"}, {"mariadb"}, ""};
}

}  // namespace

Vendor vendor_of_this_run() {
  const char* name = std::getenv("CUTOVER_DB");
  if (name == nullptr || std::string(name) == "mariadb") return Vendor::kMariaDb;
  if (std::string(name) == "mysql") return Vendor::kMySql;
  throw std::runtime_error("CUTOVER_DB is mariadb or mysql, not " + std::string(name));
}

const char* vendor_name(Vendor vendor) { return vendor == Vendor::kMariaDb ? "mariadb" : "mysql"; }

Programs programs_of(Vendor vendor) {
  return vendor == Vendor::kMariaDb ? mariadb_programs() : mysql_programs();
}

void initialise_data(Vendor vendor, const fs::path& data) {
  std::vector<std::string> command;
  if (vendor == Vendor::kMariaDb) {
    command = {"mariadb-install-db",
               "--no-defaults",
               "--auth-root-authentication-method=normal",
               "--skip-test-db",
               "--innodb-log-file-size=8M",
               "--user=root",
               "--datadir=" + data.string()};
  } else {
    fs::create_directories(data);
    fs::path settings = data.string() + ".cnf";
    write_file(settings,
               "[mysqld]\n" + mysql_programs().own_settings + "innodb_redo_log_capacity=8M\n");
    command = mysql_programs().server;
    command.insert(command.end(), {"--defaults-file=" + settings.string(), "--initialize-insecure",
                                   "--user=root", "--datadir=" + data.string()});
  }
  Finished made = run(command, {}, std::chrono::seconds(120));
  if (made.exit_code != 0) {
    throw std::runtime_error("cannot make a data directory: " + made.output);
  }
  // Each server that is made from a template must make its own.
  fs::remove(data / "auto.cnf");
  fs::remove(data.string() + ".cnf");
}

const Words& words_of(Vendor vendor) {
  static const Words kMariaDb = {
      "STOP SLAVE",
      "START SLAVE",
      "START SLAVE IO_THREAD",
      "STOP SLAVE SQL_THREAD",
      "RESET SLAVE ALL",
      "SHOW SLAVE STATUS",
      "Slave_IO_Running",
      "Slave_SQL_Running",
      "@@gtid_binlog_pos",
      "SLAVE MONITOR, BINLOG MONITOR, PROCESS, READ_ONLY ADMIN, CONNECTION ADMIN, "
      "REPLICATION SLAVE ADMIN, BINLOG ADMIN, RELOAD, REFERENCES, TRIGGER",
      "SET GLOBAL read_only=1",
      "SET GLOBAL read_only=0"};
  static const Words kMySql = {
      "STOP REPLICA",
      "START REPLICA",
      "START REPLICA IO_THREAD",
      "STOP REPLICA SQL_THREAD",
      "RESET REPLICA ALL",
      "SHOW REPLICA STATUS",
      "Replica_IO_Running",
      "Replica_SQL_Running",
      "@@gtid_executed",
      "REPLICATION CLIENT, REPLICATION SLAVE, PROCESS, SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, "
      "REPLICATION_SLAVE_ADMIN, RELOAD, XA_RECOVER_ADMIN, REFERENCES, EVENT, TRIGGER, "
      "SHOW_ROUTINE",
      "SET GLOBAL super_read_only=1",
      "SET GLOBAL super_read_only=0, read_only=0"};
  return vendor == Vendor::kMariaDb ? kMariaDb : kMySql;
}

}  // namespace cutover::harness
