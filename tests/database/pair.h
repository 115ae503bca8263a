// SPDX-License-Identifier: Apache-2.0
// Two real servers, one replicating from the other, and the port that is under test.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "mod_cutover/cutoverd/databases/replication/connect.h"
#include "tests/harness/database_server.h"
#include "tests/harness/replication.h"
#include "tests/harness/tcp_relay.h"

namespace cutover {

struct PairOptions {
  bool ring = true;
  bool applies = false;   // the ring is a full one
  bool relayed = false;   // the replication from old to new goes through `link`
  bool read_only = true;  // new is made so
  bool way_back = true;   // the option files name an account to replicate with
  bool by_file = false;   // they replicate by file and offset
  std::string site = {};  // whose tables there are: a file of tests/database/sites, without .sql
  std::vector<std::string> old_settings = {};
  std::vector<std::string> new_settings = {};
  std::map<std::string, std::string> new_environment = {};
};

class Pair {
 public:
  explicit Pair(const PairOptions& options = {});

  harness::DatabaseServer& at(Side side) { return side == Side::kOld ? old_server : new_server; }
  ConnectOptions options(Side side) const;
  // Another port on the same servers: a coordinator, to which those before it are dead
  // predecessors.
  std::unique_ptr<Replication> coordinator();
  // One acknowledged row, as the application's account.
  void write(Side side, int row);
  std::int64_t rows(Side side);
  // Fails the test unless both hold the same rows.
  void expect_equal();

  // The servers of a pair have the same ids in every test of a program.
  harness::DatabaseServer old_server;
  harness::DatabaseServer new_server;
  std::unique_ptr<harness::TcpRelay> link;
  SiteSettings site;
  std::unique_ptr<Replication> databases;

 private:
  bool way_back_;
  int lives_ = 0;
};

// The line of my.cnf that keeps a replica from logging what it applies.
std::string log_updates_off();

// The whole of a switch's statements, in the order of the protocol; fails the test where one does.
void flip(Replication& databases, Direction direction);

inline Nanos ms(int count) { return std::chrono::milliseconds(count); }

#define EXPECT_DONE(answer)                     \
  do {                                          \
    const ::cutover::Answer answer_ = (answer); \
    EXPECT_TRUE(answer_.done()) << answer_.why; \
  } while (false)
#define ASSERT_DONE(answer)                     \
  do {                                          \
    const ::cutover::Answer answer_ = (answer); \
    ASSERT_TRUE(answer_.done()) << answer_.why; \
  } while (false)

}  // namespace cutover
