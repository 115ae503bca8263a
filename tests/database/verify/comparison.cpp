// SPDX-License-Identifier: Apache-2.0
#include "tests/database/verify/comparison.h"

#include <random>

#include "tests/harness/eventually.h"

namespace cutover {

std::unique_ptr<Verifier> verifier_of(Pair& pair, const std::string& file) {
  const ConnectOptions old_options = pair.options(Side::kOld);
  const ConnectOptions new_options = pair.options(Side::kNew);
  return std::make_unique<Verifier>(
      pair.site, VerifyAccounts{old_options, new_options, old_options, new_options},
      file.empty() ? nullptr : std::make_unique<VerifyFile>(file));
}

VerifyReport compared(Verifier& verifier, std::chrono::seconds limit) {
  EXPECT_EQ(verifier.start(0, "a test"), "");
  const auto until = std::chrono::steady_clock::now() + limit;
  while (verifier.seen().now && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(ms(20));
  const Verified seen = verifier.seen();
  EXPECT_FALSE(seen.now) << "not at its end: " << described_now(*seen.now);
  return seen.last.value_or(VerifyReport{});
}

VerifyReport compared(Pair& pair) {
  const auto verifier = verifier_of(pair);
  verifier->attend([] { return Side::kOld; });
  return compared(*verifier);
}

std::string words(const VerifyReport& report) {
  std::string text = std::to_string(report.different) + " different, " +
                     std::to_string(report.undecided) + " undecided, " +
                     std::to_string(report.rows) + " rows";
  for (const auto* list : {&report.findings, &report.open, &report.uncompared, &report.notes})
    for (const std::string& one : *list) text += "\n  " + one;
  return text;
}

VerifyResult result_of(const VerifyReport& report) {
  return result_of({report, std::nullopt}, report.ended_ms);
}

void on_new(Pair& pair, const std::vector<std::string>& statements) {
  auto root = pair.new_server.connect();
  root.execute(pair.new_server.words().make_writable);
  root.execute("SET SESSION sql_log_bin=0");
  for (const std::string& sql : statements) root.execute(sql);
  root.execute(pair.new_server.words().make_read_only);
}

Visitors::Visitors(Pair& pair, int per_second) {
  constexpr int kThreads = 4;
  for (int i = 0; i < kThreads; ++i)
    threads_.emplace_back([=, this, &pair] { write(pair, per_second / kThreads, i); });
}

Visitors::~Visitors() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
}

// Rows are changed, taken away, put back, and moved from one key to another.
void Visitors::write(Pair& pair, int per_second, int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  const auto each = std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second;
  auto next = std::chrono::steady_clock::now();
  for (; !over_; ++written_, next += each) {
    const std::string id = std::to_string(random() % 20'000 * 4 + static_cast<unsigned>(seed));
    const std::string value = std::to_string(random());
    switch (random() % 4) {
      case 0:
        site.execute("REPLACE INTO busy VALUES (" + id + ", '" + value + "', 'x')");
        break;
      case 1:
        site.execute("DELETE FROM busy WHERE id = " + id);
        break;
      case 2:
        site.execute("UPDATE IGNORE busy SET id = id + 40000 WHERE id = " + id);
        break;
      default:
        site.execute("UPDATE busy SET word = '" + value + "' WHERE id = " + id);
    }
    std::this_thread::sleep_until(next);
  }
}

}  // namespace cutover
