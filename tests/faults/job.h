// SPDX-License-Identifier: Apache-2.0
// A job of the host that is being left, such as a cron job: writes to its database past httpd, so
// that only the fence stops it.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "tests/harness/database_server.h"

namespace cutover::faults {

class Job {
 public:
  // `stubborn`: it goes on trying when it is refused; others give up for good.
  Job(const harness::DatabaseServer& database, const std::string& name, bool stubborn);
  ~Job() { stop(); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  void stop();
  // Ids of the writes that the database has said yes to, so far.
  std::set<std::string> acknowledged() const;

 private:
  void work();

  const harness::DatabaseServer& database_;
  const std::string name_;
  const bool stubborn_;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::set<std::string> acknowledged_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace cutover::faults
