// SPDX-License-Identifier: Apache-2.0
// A session for reading rows of one server, beside the coordinator's own: opened when it is needed,
// and again after a loss. It changes nothing and holds no lock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/session.h"

namespace cutover {

class Reader {
 public:
  Reader(ConnectOptions options, std::string label, std::vector<std::string> secrets);

  const std::string& label() const { return label_; }
  const ConnectOptions& options() const { return options_; }
  // The server itself ends what takes longer than `limit`; then too_slow() is true of the answer.
  Result ask(const std::string& sql, Nanos limit = std::chrono::seconds(5));
  static bool too_slow(const Result& result);
  // The account may not read it.
  static bool denied(const Result& result);
  void close();

 private:
  std::string open(Deadline deadline);

  ConnectOptions options_;
  std::string label_;
  std::vector<std::string> secrets_;
  Unanswered unanswered_;  // outlives the session
  std::unique_ptr<Connection> session_;
  bool mariadb_ = false;
};

}  // namespace cutover
