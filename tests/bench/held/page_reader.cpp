// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/page_reader.h"

#include <chrono>
#include <stdexcept>

#include "tests/bench/held/release.h"

namespace cutover::bench {

long busy_threads(const test::Rig& rig) {
  const std::string status = rig.admin().get("/server-status?auto").body;
  const auto at = status.find("BusyWorkers: ");
  if (at == std::string::npos) throw std::runtime_error("no server-status");
  return std::stol(status.substr(at + 13)) - 1;
}

double page_once(const test::Rig& rig) {
  const auto begin = std::chrono::steady_clock::now();
  if (rig.admin().get("/cutover/status.json").status != 200)
    throw std::runtime_error("the status page does not answer");
  return ms_since(begin);
}

PageReader::PageReader(const test::Rig& rig)
    : thread_([this, &rig] {
        try {
          while (!stopping_.load()) {
            took_.push_back(page_once(rig));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          }
        } catch (const std::exception& error) {
          failure_ = error.what();
        }
      }) {}

PageReader::~PageReader() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
}

const std::vector<double>& PageReader::stop() {
  stopping_.store(true);
  thread_.join();
  if (!failure_.empty()) throw std::runtime_error(failure_);
  if (took_.empty()) throw std::runtime_error("the status page was not looked at");
  return took_;
}

}  // namespace cutover::bench
