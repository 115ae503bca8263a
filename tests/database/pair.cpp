// SPDX-License-Identifier: Apache-2.0
// Setting the pair up, and the statements of a flip.
#include "tests/database/pair.h"

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/gtest_problems.h"
#include "tests/harness/temp_dir.h"

namespace cutover {

using harness::DatabaseOptions;

namespace {

DatabaseOptions with(const std::vector<std::string>& settings, bool by_file,
                     const std::map<std::string, std::string>& environment = {}) {
  DatabaseOptions options;
  // As a server should be that a site is moved to or from: the preflight looks at it.
  options.settings = {"sync_binlog=1", "innodb_flush_log_at_trx_commit=1"};
  if (by_file && harness::vendor_of_this_run() == harness::Vendor::kMySql)
    options.settings.emplace_back("gtid_mode=OFF");
  options.settings.insert(options.settings.end(), settings.begin(), settings.end());
  options.environment = environment;
  return options;
}

}  // namespace

Pair::Pair(const PairOptions& o)
    : old_server(with(o.old_settings, o.by_file)),
      new_server(with(o.new_settings, o.by_file, o.new_environment)),
      way_back_(o.way_back) {
  old_server.create_accounts();
  old_server.execute("CREATE TABLE fantasy.rows_ (id INT PRIMARY KEY, side CHAR(3))");
  if (!o.site.empty()) {
    const auto file = harness::project_root() / "tests/database/sites" / (o.site + ".sql");
    old_server.connect_as(harness::kAppUser, harness::kAppSchema).execute(harness::read_file(file));
  }
  harness::ReplicaOptions replica;
  replica.ring = o.ring;
  replica.applies = o.applies;
  replica.read_only = o.read_only;
  replica.by_file = o.by_file;
  if (o.relayed) {
    link = std::make_unique<harness::TcpRelay>(old_server.address(), old_server.port());
    replica.port_to_source = link->port();
  }
  harness::set_up_replica(old_server, new_server, replica);
  site.name = "shop";
  databases = coordinator();
}

ConnectOptions Pair::options(Side side) const {
  const harness::DatabaseServer& server = side == Side::kOld ? old_server : new_server;
  ConnectOptions o;
  o.host = server.address();
  o.port = server.port();
  o.user = harness::kCutoverUser;
  o.password = harness::kPassword;
  if (way_back_) {
    o.replication_user = harness::kReplicationUser;
    o.replication_password = harness::kPassword;
  }
  o.app_users = {harness::kAppUser};
  o.origin = std::string(name(side)) + ".cnf [cutover]";
  return o;
}

std::unique_ptr<Replication> Pair::coordinator() {
  Claim claim;
  for (int life = 0; life < lives_; ++life)
    claim.known.push_back({"life " + std::to_string(life), KnownLife::Kind::kDead, ""});
  claim.token = "life " + std::to_string(lives_++);
  return connect(site, options(Side::kOld), options(Side::kNew), claim);
}

void Pair::write(Side side, int row) {
  at(side)
      .connect_as(harness::kAppUser, harness::kAppSchema)
      .execute("INSERT INTO rows_ VALUES (" + std::to_string(row) + ", '" +
               std::string(name(side)) + "')");
}

std::int64_t Pair::rows(Side side) { return at(side).number("SELECT COUNT(*) FROM fantasy.rows_"); }

void Pair::expect_equal() {
  const std::string sum =
      "SELECT CONCAT(COUNT(*), ' rows, ', COALESCE(SUM(CRC32(CONCAT(id, side))), 0)) "
      "FROM fantasy.rows_";
  EXPECT_TRUE(harness::eventually([&] { return new_server.value(sum) == old_server.value(sum); }))
      << *old_server.value(sum) << " on old, " << *new_server.value(sum) << " on new";
}

std::string log_updates_off() {
  return harness::vendor_of_this_run() == harness::Vendor::kMariaDb ? "log_slave_updates=0"
                                                                    : "log_replica_updates=0";
}

void flip(Replication& databases, Direction direction) {
  const Side from = leaving(direction);
  const Side to = arriving(direction);
  ASSERT_DONE(databases.take_command(ms(2000)));
  ASSERT_DONE(databases.fence(from, ms(1000)));
  const auto position = databases.position(from);
  ASSERT_TRUE(position) << position.error;
  ASSERT_DONE(databases.wait_applied(to, *position, ms(2000)));
  EXPECT_TRUE(*databases.read_only(from));
  EXPECT_EQ(*databases.position(from), *position);
  const auto beyond = databases.wrote_beyond(to, *position);
  ASSERT_TRUE(beyond) << beyond.error;
  EXPECT_FALSE(*beyond) << *position;
  ASSERT_DONE(databases.promote(to, ms(2000)));
  EXPECT_FALSE(*databases.read_only(to));
  ASSERT_DONE(databases.stop_applying(to, ms(2000)));
  ASSERT_DONE(databases.arm_way_back(from, *position, ms(3000)));
  databases.leave_command();
}

}  // namespace cutover
