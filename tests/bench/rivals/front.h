// SPDX-License-Identifier: Apache-2.0
// What an administrator would put in front of the hosts instead: a proxy of its own, on loopback,
// with a configuration of ours alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::bench {

// Two of them, as the httpds have two children and the machine two processors.
inline constexpr unsigned kFrontWorkers = 2;

class Front {
 public:
  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_->pid(); }

 protected:
  explicit Front(const std::string& name);
  // Returns when it accepts connections; throws with what it said when it does not.
  void start(const std::vector<std::string>& argv);
  std::filesystem::path file(const std::string& name) const { return dir_ / name; }
  // Where packages.sh has put it.
  std::string program() const;

 private:
  std::string name_;
  harness::TempDir dir_;
  std::uint16_t port_;
  std::unique_ptr<harness::Process> process_;
};

// nginx before one server, with a pool of kept-alive connections to it.
class Nginx : public Front {
 public:
  explicit Nginx(std::uint16_t backend);
};

// HAProxy; each line says a server of its one backend: "server old 127.0.0.1:8001".
class Haproxy : public Front {
 public:
  explicit Haproxy(const std::vector<std::string>& servers);
  // One line for its administrator's socket; what it answers. Throws where nobody does.
  std::string command(const std::string& line) const;
};

std::string server_line(const std::string& name, std::uint16_t port, const std::string& more = "");

}  // namespace cutover::bench
