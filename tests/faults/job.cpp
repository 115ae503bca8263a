// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/job.h"

#include <memory>

namespace cutover::faults {
namespace {

constexpr auto kPause = std::chrono::milliseconds(2);
constexpr auto kReconnect = std::chrono::milliseconds(20);
constexpr unsigned kReadOnly = 1290;
constexpr unsigned kReadOnlyMode = 1836;

}  // namespace

Job::Job(const harness::DatabaseServer& database, const std::string& name, bool stubborn)
    : database_(database), name_(name), stubborn_(stubborn), thread_([this] { work(); }) {}

void Job::stop() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

std::set<std::string> Job::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

void Job::work() {
  std::unique_ptr<harness::SqlConnection> connection;
  for (std::uint64_t number = 1; !ending_; ++number) {
    const std::string id = name_ + "-" + std::to_string(number);
    try {
      if (!connection)
        connection = std::make_unique<harness::SqlConnection>(
            database_.connect_as(harness::kAppUser, harness::kAppSchema));
      connection->execute(
          "INSERT INTO ledger (write_id, manager_id, action, player_id, host) VALUES ('" + id +
          "', 0, 'job', 0, 'job')");
      const std::lock_guard lock(mutex_);
      acknowledged_.insert(id);
    } catch (const harness::SqlError& error) {
      const bool refused = error.code() == kReadOnly || error.code() == kReadOnlyMode;
      if (refused && !stubborn_) return;
      if (!refused) connection.reset();
      std::this_thread::sleep_for(kReconnect);
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace cutover::faults
