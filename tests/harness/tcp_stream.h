// SPDX-License-Identifier: Apache-2.0
// One end of a TCP connection, whose bytes are kept until whoever reads them takes them out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "mod_cutover/state/fd.h"

namespace cutover::harness {

// That listens on loopback; throws where it cannot.
Fd listen_at(std::uint16_t port);

class TcpStream {
 public:
  enum class Got { kBytes, kNothing, kEnd };

  explicit TcpStream(Fd fd) : fd_(std::move(fd)) {}
  // To this machine; throws where nobody listens.
  explicit TcpStream(std::uint16_t port);

  // False: the other end has gone.
  bool send(const std::string& bytes) const;
  Got read(std::chrono::milliseconds limit);
  // Up to and with that text, taken out; nothing where the other end has gone or the time is up.
  std::optional<std::string> take_until(const std::string& text, std::chrono::milliseconds limit);
  std::string& unread() { return unread_; }

 private:
  Fd fd_;
  std::string unread_;
};

}  // namespace cutover::harness
