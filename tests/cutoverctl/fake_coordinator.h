// SPDX-License-Identifier: Apache-2.0
// A coordinator that plays what a test wrote down, on a real socket: a scene a connection.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/wire/json.h"

namespace cutover::tests {

class Connection {
 public:
  Connection(Fd fd, const std::atomic<bool>& over) : fd_(std::move(fd)), over_(over) {}

  // The request's line; empty when the other end closed or the test ended first.
  std::string read_line();
  void send_text(std::string_view text);
  void send(const nlohmann::json& json) { send_text(json.dump() + "\n"); }
  void progress(const nlohmann::json& progress) { send({{"progress", progress}}); }
  void done(int exit, const std::string& message, const nlohmann::json& result = nullptr);
  // Keeps the connection and says nothing, until the other end leaves or `limit` is over.
  void stay_silent(std::chrono::milliseconds limit = std::chrono::seconds(20));

 private:
  bool readable(std::chrono::milliseconds limit);

  Fd fd_;
  const std::atomic<bool>& over_;
};

class FakeCoordinator {
 public:
  using Scene = std::function<void(Connection&)>;

  // Listens at once, in `state_dir`; connections beyond the last scene are closed unread.
  FakeCoordinator(const std::filesystem::path& state_dir, std::vector<Scene> scenes);
  ~FakeCoordinator();
  FakeCoordinator(const FakeCoordinator&) = delete;
  FakeCoordinator& operator=(const FakeCoordinator&) = delete;

  // Those that were read, one a connection.
  std::vector<nlohmann::json> requests();

 private:
  void play();

  std::vector<Scene> scenes_;
  Fd listener_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::vector<nlohmann::json> requests_;  // guarded by mutex_
  std::thread thread_;
};

// A scene that reads the request and ends with one answer.
FakeCoordinator::Scene answers(int exit, const std::string& message,
                               const nlohmann::json& result = nullptr);

}  // namespace cutover::tests
