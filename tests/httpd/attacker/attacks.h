// SPDX-License-Identifier: Apache-2.0
// What somebody tries who has taken over a worker of httpd: to write the word that decides which
// side serves, to read what the coordinator alone may know, to command it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace cutover::attacker {

struct Target {
  pid_t httpd = 0;  // the parent of all workers
  pid_t coordinator = 0;
  std::string state_dir;
  std::string secret_file;         // of root's, with credentials
  std::vector<std::string> verbs;  // to send over the control socket
};

struct Attempt {
  std::string name;
  bool succeeded = false;
  std::string detail;
};

std::vector<Attempt> attack(const Target& target);

// As one line of words without spaces, for a query.
std::string to_query(const Target& target);
Target from_query(const std::string& query);

}  // namespace cutover::attacker
