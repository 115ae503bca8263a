// SPDX-License-Identifier: Apache-2.0
// An application with WebSockets (/cable) and event streams (/events), as many sites have one
// beside their pages: a thread for each that is open, a few connections to the database for all of
// them. What it is sent it writes down, and says that it has taken it once that is committed; the
// same message is written once, however often it comes. Each event is written down before it is
// sent. It says its host's name with each.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/harness/sql.h"
#include "tests/harness/tcp_stream.h"

namespace cutover::harness {

// Where it writes to.
inline constexpr const char* kMessagesTable =
    "CREATE TABLE messages (id VARCHAR(64) PRIMARY KEY, host VARCHAR(8) NOT NULL) ENGINE=InnoDB";

class LiveApp {
 public:
  explicit LiveApp(std::string host);
  ~LiveApp();
  LiveApp(const LiveApp&) = delete;
  LiveApp& operator=(const LiveApp&) = delete;

  // The lines of a vhost that has it behind it.
  std::string vhost() const;
  // What it is sent before that is refused.
  void write_to(const SqlLogin& database);

  struct Figures {
    std::uint64_t committed = 0;
    std::uint64_t there_already = 0;
    std::vector<std::string> refusals;  // by the database, in its words
  };
  Figures figures() const;

 private:
  void accept_all();
  void serve(TcpStream client);
  void talk(TcpStream& client);
  void tell_events(TcpStream& client, const std::string& head);
  // False: it was refused.
  bool write_down(const std::string& message);
  bool write_down(SqlConnection& database, const std::string& message);
  std::unique_ptr<SqlConnection> borrow();
  void give_back(std::unique_ptr<SqlConnection> connection);
  void note_refusal(const std::string& words);

  const std::string host_;
  const std::uint16_t port_;
  Fd listening_;
  mutable std::mutex mutex_;  // of all that follows
  std::condition_variable all_closed_, one_idle_;
  std::optional<SqlLogin> database_;
  std::vector<std::unique_ptr<SqlConnection>> idle_;
  int lent_ = 0;
  int open_ = 0;
  Figures figures_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::harness
