// SPDX-License-Identifier: Apache-2.0
// Starting, pacing and stopping visitors.
#include "tests/harness/visitors.h"

namespace cutover::harness {

Visitors::Visitors(const VisitorsOptions& options) : options_(options) {
  for (unsigned i = 0; i < options_.count; ++i) {
    visitors_.push_back(std::make_unique<Visitor>(options_.address, options_.port,
                                                  options_.name + std::to_string(i)));
    if (!options_.keep_alive) visitors_.back()->keep_no_connection();
    visitors_.back()->sign_up();
  }
}

Visitors::~Visitors() { stop(); }

void Visitors::start() {
  for (auto& visitor : visitors_) threads_.emplace_back([this, &visitor] { visit(*visitor); });
}

void Visitors::visit(Visitor& visitor) {
  std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> think(0, 2 * options_.think.count());
  while (!ending_) {
    std::uint64_t requests = visitor.experience().requests;
    std::uint64_t failed = visitor.experience().failed;
    visitor.step(options_.write_share);
    requests_ += visitor.experience().requests - requests;
    failed_ += visitor.experience().failed - failed;
    std::this_thread::sleep_for(std::chrono::milliseconds(think(random)));
  }
}

Experience Visitors::stop() {
  ending_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  Experience all;
  for (auto& visitor : visitors_) all.add(visitor->experience());
  return all;
}

}  // namespace cutover::harness
