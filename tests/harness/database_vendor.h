// SPDX-License-Identifier: Apache-2.0
// What differs between MariaDB and MySQL for whoever starts and administers one: programs and
// words.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cutover::harness {

enum class Vendor { kMariaDb, kMySql };

// CUTOVER_DB=mysql in the environment turns a whole test run to MySQL.
Vendor vendor_of_this_run();
const char* vendor_name(Vendor vendor);

struct Programs {
  std::vector<std::string> server;  // a program with the arguments that it always needs
  std::vector<std::string> dump;
  std::vector<std::string> client;
  std::string own_settings;  // lines for my.cnf that this installation needs
};

// Throws with the command that installs them where they are not there.
Programs programs_of(Vendor vendor);

// Makes an empty data directory.
void initialise_data(Vendor vendor, const std::filesystem::path& data);

struct Words {
  std::string stop_replica;
  std::string start_replica;
  std::string receive_only;
  std::string stop_applier;
  std::string forget_source;
  std::string replica_status;
  std::string io_running;  // columns of it
  std::string sql_running;
  std::string position;                // the variable with everything in the binary log, as GTIDs
  std::string coordinator_privileges;  // the least that the coordinator's account needs, ON *.*
  std::string make_read_only;
  std::string make_writable;
};

const Words& words_of(Vendor vendor);

}  // namespace cutover::harness
