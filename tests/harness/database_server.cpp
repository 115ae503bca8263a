// SPDX-License-Identifier: Apache-2.0
// Starting, stopping and administering one database server.
#include "tests/harness/database_server.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/harness/data_template.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"

namespace cutover::harness {
namespace {

using std::chrono::seconds;

unsigned next_server_id() {
  static std::atomic<unsigned> last{0};
  return ++last;
}

// Both keep GTIDs and row images, so that either can be source or replica, and start no link by
// themselves: the half-armed ring. Durability is relaxed: the tests kill servers, not the machine.
std::string vendor_settings(Vendor vendor, unsigned server_id) {
  if (vendor == Vendor::kMariaDb) {
    return "log_slave_updates=1\ngtid_strict_mode=1\ngtid_domain_id=" + std::to_string(server_id) +
           "\nskip_slave_start\ninnodb_log_file_size=8M\nloose_innodb_purge_threads=1\n";
  }
  return "gtid_mode=ON\nenforce_gtid_consistency=ON\nlog_replica_updates=1\n"
         "innodb_redo_log_capacity=8M\nskip_replica_start=1\n";
}

// A thread that ends meanwhile has no file any more.
bool is_stopped(pid_t process) {
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream file(thread.path() / "stat");
    std::string stat;
    if (!std::getline(file, stat)) continue;
    const char state = stat.at(stat.rfind(')') + 2);
    if (state != 'T' && state != 'Z') return false;
  }
  return true;
}

}  // namespace

DatabaseServer::DatabaseServer(DatabaseOptions options)
    : options_(std::move(options)),
      programs_(programs_of(options_.vendor)),
      dir_("db"),
      port_(free_port(options_.address)) {
  if (options_.server_id == 0) options_.server_id = next_server_id();
  copy_data_template(options_.vendor, dir_ / "data");
  write_settings();
  start();
}

DatabaseServer::~DatabaseServer() {
  admin_.reset();
  // Nothing is to be kept, and a clean stop takes seconds.
  if (process_) process_->kill();
}

void DatabaseServer::write_settings() const {
  std::string text =
      "[mysqld]\n" + programs_.own_settings + vendor_settings(options_.vendor, options_.server_id);
  text += "datadir=" + (dir_ / "data").string() + "\nsocket=" + socket().string() +
          "\npid_file=" + (dir_ / "pid").string() + "\nlog_error=" + (dir_ / "error.log").string() +
          "\ntmpdir=" + dir_.path().string() + "\nbind_address=" + options_.address +
          "\nport=" + std::to_string(port_) + "\nserver_id=" + std::to_string(options_.server_id) +
          "\nlog_bin=binlog\nrelay_log=relay\nbinlog_format=ROW\nsync_binlog=0\n"
          "innodb_flush_log_at_trx_commit=2\ninnodb_buffer_pool_size=32M\nskip_name_resolve=1\n"
          "max_connections=400\nuser=root\n";
  for (const std::string& line : options_.settings) text += line + "\n";
  write_file(dir_ / "my.cnf", text);
}

void DatabaseServer::start() {
  ProcessOptions options;
  options.argv = programs_.server;
  options.argv.push_back("--defaults-file=" + (dir_ / "my.cnf").string());
  options.output = dir_ / "error.log";
  options.directory = dir_.path();
  options.env = options_.environment;
  process_ = std::make_unique<Process>(options);
  std::string problem;
  bool up = eventually(
      [&] {
        if (!process_->running()) return true;
        try {
          admin_ = std::make_unique<SqlConnection>(connect());
          return true;
        } catch (const SqlError& error) {
          problem = error.what();
          return false;
        }
      },
      seconds(60), std::chrono::milliseconds(10));
  if (!up || !admin_) {
    throw std::runtime_error("the database server did not start: " + problem + "\n" + error_log());
  }
}

void DatabaseServer::stop() {
  admin_.reset();
  process_->stop(seconds(60));
}

void DatabaseServer::restart(const std::vector<std::string>& more) {
  stop();
  options_.settings.insert(options_.settings.end(), more.begin(), more.end());
  write_settings();
  start();
}

void DatabaseServer::kill() {
  admin_.reset();
  process_->kill();
}

// One thread takes the signal, and until it runs the others go on.
void DatabaseServer::freeze() {
  process_->signal(SIGSTOP);
  if (!eventually([this] { return is_stopped(process_->pid()); }))
    throw std::runtime_error("a database server was told to stop and did not");
}

void DatabaseServer::thaw() { process_->signal(SIGCONT); }

SqlConnection DatabaseServer::connect() const {
  SqlLogin login;
  login.socket = socket();
  login.user = "root";
  return SqlConnection(login);
}

SqlLogin DatabaseServer::login_of(const std::string& user, const std::string& schema) const {
  SqlLogin login;
  login.address = options_.address;
  login.port = port_;
  login.user = user;
  login.password = kPassword;
  login.schema = schema;
  return login;
}

SqlConnection DatabaseServer::connect_as(const std::string& user, const std::string& schema) const {
  return SqlConnection(login_of(user, schema));
}

std::vector<Row> DatabaseServer::execute(const std::string& statement) {
  return admin_->execute(statement);
}

Cell DatabaseServer::value(const std::string& statement) { return admin_->value(statement); }

std::int64_t DatabaseServer::number(const std::string& statement) {
  return admin_->number(statement);
}

void DatabaseServer::create_accounts() {
  execute(std::string("CREATE DATABASE ") + kAppSchema + " CHARACTER SET utf8mb4");
  for (const char* user : {kAppUser, kCutoverUser, kReplicationUser}) {
    execute("CREATE USER " + std::string(user) + "@'%' IDENTIFIED BY '" + kPassword + "'");
  }
  execute(std::string("GRANT ALL ON ") + kAppSchema + ".* TO " + kAppUser + "@'%'");
  execute(std::string("GRANT REPLICATION SLAVE ON *.* TO ") + kReplicationUser + "@'%'");
  execute("GRANT " + words().coordinator_privileges + " ON *.* TO " + kCutoverUser + "@'%'");
  execute(std::string("GRANT CREATE, SELECT, INSERT, DELETE ON mod_cutover.* TO ") + kCutoverUser +
          "@'%'");
  execute(std::string("GRANT SELECT ON mysql.* TO ") + kCutoverUser + "@'%'");
  execute(std::string("GRANT SELECT ON ") + kAppSchema + ".* TO " + kCutoverUser + "@'%'");
  if (vendor() == Vendor::kMySql) {
    execute(std::string("GRANT SELECT ON performance_schema.* TO ") + kCutoverUser + "@'%'");
  }
}

bool DatabaseServer::read_only() {
  // Newer MariaDB answers with words: anything but OFF is read-only.
  std::string state = value("SELECT @@GLOBAL.read_only").value_or("");
  return state != "0" && state != "OFF";
}

std::string DatabaseServer::position() { return value("SELECT " + words().position).value_or(""); }

void DatabaseServer::write_option_file(const std::filesystem::path& file,
                                       const std::string& group) const {
  write_option_file(file, group, options_.address, port_);
}

void DatabaseServer::write_option_file(const std::filesystem::path& file, const std::string& group,
                                       const std::string& address, std::uint16_t port) const {
  write_file(file,
             "[" + group + "]\nhost=" + address + "\nport=" + std::to_string(port) + "\nuser=" +
                 kCutoverUser + "\npassword=" + kPassword + "\napp-user=" + kAppUser + "\n",
             0600);
}

}  // namespace cutover::harness
