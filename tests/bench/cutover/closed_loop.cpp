// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cutover/closed_loop.h"

#include <chrono>
#include <random>
#include <string>

#include "tests/harness/http_client.h"

namespace cutover::bench {
namespace {

using harness::HttpResponse;

constexpr unsigned kSlowPercent = 5;
constexpr unsigned kPostPercent = 20;
constexpr std::size_t kOfABody = 200;
constexpr std::chrono::milliseconds kBeforeTryingAgain{50};

AnsweredBy who(const HttpResponse& response) {
  if (response.status == 200 && response.body == "old") return AnsweredBy::kOld;
  if (response.status == 200 && response.body == "new") return AnsweredBy::kNew;
  return AnsweredBy::kNobody;
}

// Without a whole answer, and not because nobody accepted the connection.
bool cut_off(const HttpResponse& response) {
  return response.status == 0 && response.error.find("onnection") == std::string::npos;
}

}  // namespace

ClosedLoop::ClosedLoop(std::uint16_t port, unsigned visitors) : port_(port), visits_(visitors) {
  for (unsigned i = 0; i < visitors; ++i) threads_.emplace_back([this, i] { visit(i); });
}

ClosedLoop::~ClosedLoop() { stop(); }

void ClosedLoop::visit(unsigned visitor) {
  harness::HttpClient client("127.0.0.1", port_);
  // The hosts write down the requests of visitors alone.
  client.always_send("X-Visitor", "visitor" + std::to_string(visitor));
  std::mt19937 random(visitor);
  while (!ending_.load()) {
    Visit v;
    v.slow = random() % 100 < kSlowPercent;
    const std::string path = v.slow ? "/slow.php" : "/";
    v.post = random() % 100 < kPostPercent;
    v.begin_ns = harness::monotonic_ns();
    const HttpResponse response =
        v.post ? client.post(path, {{"text", "a comment"}}) : client.get(path);
    v.end_ns = harness::monotonic_ns();
    v.by = who(response);
    v.cut = cut_off(response);
    if (v.by == AnsweredBy::kNobody)
      v.problem = std::to_string(response.status) + " " + response.error +
                  response.body.substr(0, kOfABody);
    visits_[visitor].push_back(v);
    if (v.by == AnsweredBy::kNobody) std::this_thread::sleep_for(kBeforeTryingAgain);
  }
}

std::vector<Visit> ClosedLoop::stop() {
  ending_.store(true);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  std::vector<Visit> all;
  for (const auto& visits : visits_) all.insert(all.end(), visits.begin(), visits.end());
  return all;
}

}  // namespace cutover::bench
