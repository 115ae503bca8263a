// SPDX-License-Identifier: Apache-2.0
// A TCP connection whose bytes a test writes itself: paths as they are, clients that leave, answers
// that are read late.
#pragma once

#include <cstdint>
#include <string>

#include "mod_cutover/state/fd.h"

namespace cutover::test {

class Connection {
 public:
  explicit Connection(std::uint16_t port);

  void send(const std::string& bytes) const;
  // A GET with Host shop.example.com and `more` header lines, each ended by CRLF.
  void get(const std::string& path, const std::string& more = "") const;
  // Until the other end closes, or the limit.
  std::string read_all(int limit_ms = 15000);
  // Until `text` was read, or the limit; everything read so far.
  std::string read_until(const std::string& text, int limit_ms = 15000);
  void start_anew() { read_.clear(); }  // what was read is done with
  void close() { fd_.reset(); }
  void end_sending() const;  // FIN, and still reads
  int descriptor() const { return fd_.get(); }
  void reset();  // RST, as a crashed client

 private:
  Fd fd_;
  std::string read_;
};

// One request on a connection of its own; head and body.
std::string exchange(std::uint16_t port, const std::string& path, const std::string& more = "");

}  // namespace cutover::test
