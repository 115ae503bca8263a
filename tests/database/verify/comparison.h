// SPDX-License-Identifier: Apache-2.0
// A comparison of a Pair, made to its end, and what the pair is written to with meanwhile.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "mod_cutover/cutoverd/databases/verify/verifier.h"
#include "tests/database/pair.h"

namespace cutover {

std::unique_ptr<Verifier> verifier_of(Pair& pair, const std::string& file = "");
// Fails the test unless it ends in time.
VerifyReport compared(Verifier& verifier, std::chrono::seconds limit = std::chrono::seconds(60));
VerifyReport compared(Pair& pair);
// All that it says, for a message.
std::string words(const VerifyReport& report);
VerifyResult result_of(const VerifyReport& report);

// By root on the replica, in no binary log, whatever read_only says.
void on_new(Pair& pair, const std::vector<std::string>& statements);

// The site's account, for as long as it lives: so many statements a second, in random rows of the
// table fantasy.busy.
class Visitors {
 public:
  Visitors(Pair& pair, int per_second);
  ~Visitors();
  std::int64_t written() const { return written_; }

 private:
  void write(Pair& pair, int per_second, int seed);

  std::atomic<bool> over_ = false;
  std::atomic<std::int64_t> written_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace cutover
