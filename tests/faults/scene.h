// SPDX-License-Identifier: Apache-2.0
// The site that is struck, its visitors, and how its parts are broken and mended.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/faults/crowd.h"
#include "tests/faults/faulty_disk.h"
#include "tests/faults/kinds.h"
#include "tests/harness/site.h"

namespace cutover::faults {

using std::chrono::milliseconds;

// Longer than any deadline of the site's.
inline constexpr milliseconds kLongerThanAnyDeadline{3600};
// How long after a repair everything must be right again.
inline constexpr milliseconds kSettleLimit{15000};

struct Standing {
  bool answered = false;  // the coordinator answered
  std::string side;
  std::string phase;
  std::string doubt;
  bool balanced = false;
  int exit_code = -1;

  bool decided() const { return answered && phase == "serving" && side != "none"; }
};

class Scene {
 public:
  Scene();

  harness::Site& site() { return site_; }
  FaultyDisk& disk() { return disk_; }
  Crowd& crowd() { return *crowd_; }
  harness::DatabaseServer& database(const std::string& side);
  // The relays by role: the coordinator's to one database, and the link between the databases
  // towards the one that a run makes the writer.
  harness::TcpRelay& database_relay(const std::string& side);
  harness::TcpRelay& link_into(const std::string& side);
  std::filesystem::path journal() const { return site_.state_dir() / "shop.journal"; }

  // By the command, which needs no worker of httpd.
  Standing standing() const;
  pid_t coordinator() const;
  std::vector<pid_t> worker_pids() const { return site_.old_httpd().children(); }
  // Which host answers a visitor now; in words where none does.
  std::string who_answers() const;
  // A request that is in flight for so long, on whichever side serves. Ends by itself.
  void slow_request(milliseconds time);
  void await_slow_request();

  // The old host's httpd with all that it started is gone at once.
  void kill_httpd();
  void start_httpd();
  void freeze(harness::Httpd& httpd, int signal) const;
  // What the coordinator and httpd have said since the last call of mark().
  void mark() { marked_ = site_.old_httpd().error_log().size(); }
  std::string said() const;

 private:
  FaultyDisk disk_;
  mutable harness::Site site_;
  std::unique_ptr<Crowd> crowd_;
  std::thread slow_;
  std::size_t marked_ = 0;

 public:
  ~Scene();
};

}  // namespace cutover::faults
