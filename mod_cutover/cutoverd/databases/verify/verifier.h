// SPDX-License-Identifier: Apache-2.0
// The comparison of a site's two databases: a thread, with sessions of its own, which walks table
// after table and writes down how far it has come.
//
// Threads: the comparison is its own thread's. What is asked of it and what is seen of it stand
// under `mutex_`; `given_up_` alone is also read by sessions that wait for a server.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "mod_cutover/cutoverd/databases/session/connect_options.h"
#include "mod_cutover/cutoverd/databases/verify/pace.h"
#include "mod_cutover/cutoverd/databases/verify/verify_file.h"
#include "mod_cutover/state/guarded.h"
#include "shared/protocol/settings.h"

namespace cutover {

struct VerifyAccounts {
  ConnectOptions old_options;  // the coordinator's own: positions, and what is no row
  ConnectOptions new_options;
  ConnectOptions old_reader;  // that reads rows; the same where there is no other
  ConnectOptions new_reader;
};

class Verifier final : public Verification {
 public:
  // `file` may be none: then nothing outlives it.
  Verifier(const SiteSettings& site, VerifyAccounts accounts, std::unique_ptr<VerifyFile> file);
  ~Verifier() override { leave(); }

  void attend(std::function<std::optional<Side>()> serving) override;
  void leave() override;
  std::string start(std::uint64_t rows_per_second, const std::string& by) override;
  bool stop() override;
  Verified seen() const override;

 private:
  struct Work;  // of one comparison: its sessions and its pace

  void work();
  bool told_to_work();
  void compare_all();
  // False: it is given up, for now or for good.
  bool walk(Work& work);
  bool one_table(Work& work, const VerifiedTable& source, const VerifiedTable* replica);
  void sum_up(const std::string& table, const TableProgress& progress);
  bool definitions(Work& work);
  void end();
  void keep(bool now);
  // Of what is under way, if anything is.
  void change(const std::function<void(VerifyReport& now, VerifyResume& resume)>& change);

  const SiteSettings site_;
  const VerifyAccounts accounts_;
  const std::unique_ptr<Replication> replication_;  // for looking alone, this thread's
  std::function<std::optional<Side>()> serving_;    // set before the thread is
  std::thread thread_;
  std::atomic<bool> given_up_ = false;  // set under mutex_

  mutable Mutex mutex_;
  Condition asked_;
  bool wanted_ CUTOVER_GUARDED_BY(mutex_) = false;
  bool leaving_ CUTOVER_GUARDED_BY(mutex_) = false;
  Kept kept_ CUTOVER_GUARDED_BY(mutex_);
  std::unique_ptr<VerifyFile> file_;  // the constructor's, then the comparing thread's alone
  std::chrono::steady_clock::time_point kept_at_{};
};

}  // namespace cutover
