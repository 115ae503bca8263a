// SPDX-License-Identifier: Apache-2.0
// A real MariaDB or MySQL server on loopback with its own data directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/database_vendor.h"
#include "tests/harness/process.h"
#include "tests/harness/sql.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {

// Accounts that create_accounts() makes.
inline constexpr const char* kAppUser = "app";  // plain rights on its schema: read_only stops it
inline constexpr const char* kCutoverUser = "cutover";  // the coordinator, with the least it needs
inline constexpr const char* kReplicationUser = "repl";
inline constexpr const char* kPassword = "not-a-secret";
inline constexpr const char* kAppSchema = "fantasy";

struct DatabaseOptions {
  Vendor vendor = vendor_of_this_run();
  unsigned server_id = 0;  // 0: one that no other server of this program has
  std::string address = "127.0.0.1";
  std::vector<std::string> settings;  // further lines for my.cnf, such as read_only=1
  std::map<std::string, std::string> environment;
};

class DatabaseServer {
 public:
  explicit DatabaseServer(DatabaseOptions options = {});
  ~DatabaseServer();

  Vendor vendor() const { return options_.vendor; }
  const std::string& address() const { return options_.address; }
  std::uint16_t port() const { return port_; }
  unsigned server_id() const { return options_.server_id; }
  const std::filesystem::path& directory() const { return dir_.path(); }
  std::string error_log() const { return read_file(dir_ / "error.log"); }
  const Words& words() const { return words_of(options_.vendor); }

  // As the administrator, over the server's socket. A connection of its own for each call's thread.
  SqlConnection connect() const;
  SqlLogin login_of(const std::string& user, const std::string& schema = "") const;
  SqlConnection connect_as(const std::string& user, const std::string& schema = "") const;
  std::vector<Row> execute(const std::string& statement);
  Cell value(const std::string& statement);
  std::int64_t number(const std::string& statement);

  // The application's, the coordinator's and the replication account, and the application's schema.
  void create_accounts();
  bool read_only();
  // The server's position of everything in its binary log, in its own spelling.
  std::string position();

  void start();
  void stop();
  // Forgets every SET GLOBAL, as servers do. `more` are written into its my.cnf for good.
  void restart(const std::vector<std::string>& more = {});
  void kill();    // as a power cut would, but for the disk
  void freeze();  // SIGSTOP, and all of it stands still
  void thaw();

  // Option file for the coordinator's account, 0600; address and port may be a relay's.
  void write_option_file(const std::filesystem::path& file,
                         const std::string& group = "cutover") const;
  void write_option_file(const std::filesystem::path& file, const std::string& group,
                         const std::string& address, std::uint16_t port) const;

  const Programs& programs() const { return programs_; }
  std::filesystem::path socket() const { return dir_ / "socket"; }

 private:
  void write_settings() const;

  DatabaseOptions options_;
  Programs programs_;
  TempDir dir_;
  std::uint16_t port_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<SqlConnection> admin_;
};

}  // namespace cutover::harness
