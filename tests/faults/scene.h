// SPDX-License-Identifier: Apache-2.0
// The site that is struck, its visitors, and how its parts are broken and mended.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "mod_cutover/wire/json.h"
#include "tests/faults/crowd.h"
#include "tests/faults/faulty_disk.h"
#include "tests/faults/job.h"
#include "tests/faults/kinds.h"
#include "tests/faults/other_host.h"
#include "tests/faults/state_copy.h"
#include "tests/harness/site.h"

namespace cutover::faults {

using std::chrono::milliseconds;

// How long after a repair everything must be right again.
inline constexpr milliseconds kSettleLimit{15000};
// How long after httpd's start the site serves at the latest, whatever had been killed.
inline constexpr milliseconds kServiceLimit{5000};

struct Standing {
  bool answered = false;  // the coordinator answered
  std::string side;
  std::string phase;
  std::string doubt;
  bool balanced = false;
  bool gate_open = false;
  std::vector<std::string> reasons;  // why it is closed
  nlohmann::json last;               // run, as status.json has it
  int exit_code = -1;

  bool decided() const { return answered && phase == "serving" && side != "none"; }
  // What a person did to a database is told, and left as it is.
  bool says_a_hand() const;
};

class Scene {
 public:
  // `by_file`: the databases replicate by file and position. `proof`: the site has a CutoverProof,
  // a page that writes as soon as the new host's database lets it.
  Scene(bool by_file, bool proof);
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  harness::Site& site() { return site_; }
  FaultyDisk& disk() { return disk_; }
  Crowd& crowd() { return *crowd_; }
  bool has_proof() const { return proof_; }
  // Whether that page fails once it has written.
  void spoil(bool spoilt) const;
  milliseconds hold_timeout() const;
  milliseconds longer_than_any_deadline() const;
  harness::DatabaseServer& database(const std::string& side);
  // The relays by role: the coordinator's to one database, and the link between the databases
  // towards the one that a run makes the writer.
  harness::TcpRelay& database_relay(const std::string& side);
  harness::TcpRelay& link_into(const std::string& side);
  std::filesystem::path journal() const { return site_.state_dir() / "shop.journal"; }

  // By the command, which needs no worker of httpd.
  Standing standing() const;
  std::vector<pid_t> worker_pids() const { return site_.old_httpd().children(); }
  // Which host answers a visitor now; in words where none does.
  std::string who_answers() const;
  // A request that is in flight until it is told to end, on whichever side serves.
  void slow_request();
  void end_slow_request();
  void await_slow_request();
  // The phase of the journal's newest record.
  std::string recorded() const;

  // The state directory as it was before the first run.
  const StateCopy& backup() const { return *backup_; }
  // Another web server of the site, until end_other_host().
  OtherHost& start_other_host();
  OtherHost* other_host() { return other_host_.get(); }
  void end_other_host() { other_host_.reset(); }

  // A job that writes to this side's database from now on, until end_job().
  void start_job(const std::string& side, bool stubborn);
  void end_job();
  // Of all jobs so far, as far as they were not forgotten.
  std::set<std::string> written_by_jobs() const;
  // Of the page that is the proof, as far as it was told that they are done.
  std::set<std::string> written_by_proofs() const;
  // Ids of all writes that this side's database has.
  std::set<std::string> written_at(const std::string& side);
  void forget_what_was_written();

  // The old host's httpd with all that it started is gone at once.
  void kill_httpd();
  void start_httpd();
  // How long after that a visitor is answered by the side that serves, which has a writable
  // database, or the site says that it is in doubt, or that a person must make that database
  // writable; nothing where it takes longer than it may.
  std::optional<milliseconds> await_service(bool by_a_person);
  void freeze(harness::Httpd& httpd, int signal) const;
  // What the coordinator and httpd have said since the last call of mark(), and when that was.
  void mark();
  std::string said() const;
  std::int64_t marked_at() const { return marked_at_; }

 private:
  bool proof_;
  FaultyDisk disk_;
  mutable harness::Site site_;
  std::unique_ptr<Crowd> crowd_;
  std::unique_ptr<StateCopy> backup_;
  std::unique_ptr<OtherHost> other_host_;
  std::thread slow_;
  std::unique_ptr<Job> job_;
  unsigned jobs_ = 0;
  std::set<std::string> written_;  // by jobs that have ended
  std::size_t marked_ = 0;
  std::int64_t marked_at_ = 0;  // by the hosts' clock
  std::chrono::steady_clock::time_point httpd_started_;
};

}  // namespace cutover::faults
