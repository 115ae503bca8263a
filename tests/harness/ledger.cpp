// SPDX-License-Identifier: Apache-2.0
// Counting lost and duplicated writes.
#include "tests/harness/ledger.h"

#include <algorithm>
#include <unordered_map>

namespace cutover::harness {
namespace {

constexpr std::size_t kFailuresKept = 20;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void Experience::add(const Experience& other) {
  requests += other.requests;
  failed += other.failed;
  logged_out += other.logged_out;
  longest_wait = std::max(longest_wait, other.longest_wait);
  append(acknowledged, other.acknowledged);
  append(unsure, other.unsure);
  append(failures, other.failures);
  if (failures.size() > kFailuresKept) failures.resize(kFailuresKept);
}

Reckoning reckon(const Experience& experience, SqlConnection& database) {
  Reckoning result;
  std::unordered_map<std::string, std::uint64_t> stored;
  for (const Row& row :
       database.execute("SELECT write_id, COUNT(*) FROM ledger GROUP BY write_id")) {
    std::uint64_t count = std::stoull(row[1].value());
    stored[row[0].value()] = count;
    result.stored += count;
    result.duplicated += count > 1 ? 1 : 0;
  }
  for (const std::string& id : experience.acknowledged) {
    if (stored.contains(id)) continue;
    ++result.lost;
    result.lost_ids.push_back(id);
  }
  for (const std::string& id : experience.unsure) result.unseen += stored.contains(id) ? 1 : 0;
  return result;
}

}  // namespace cutover::harness
