// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/objects/catalog.h"

#include <algorithm>
#include <thread>

namespace cutover {
namespace {

// A change that is on its way explains a difference for a moment.
constexpr auto kLookAgainAfter = std::chrono::milliseconds(150);

const Topic& first_of(std::string_view row) {
  const auto all = topics();
  return *std::ranges::find_if(all, [&](const Topic& t) { return row == t.row; });
}

bool another_release(Scene& scene) {
  return release_of(scene.version(scene.leaving)) != release_of(scene.version(scene.arriving));
}

void add(std::string& text, const std::string& what, const std::vector<std::string>& names) {
  if (!names.empty()) text += (text.empty() ? "" : "; ") + what + some(names);
}

// A schema that stays behind need not be alike.
std::string without(std::string sql, const std::vector<std::string>& schemas) {
  constexpr std::string_view kOurs = "'mod_cutover'";
  const std::size_t at = sql.find(kOurs);
  if (at == std::string::npos) return sql;
  std::string more;
  for (const std::string& schema : schemas) more += ", " + sql_literal(schema);
  return sql.insert(at + kOurs.size(), more);
}

}  // namespace

std::optional<Finding> Catalog::hidden(Scene& scene, const Topic& topic) {
  const char* right = scene.mariadb() ? topic.right_mariadb : topic.right_mysql;
  if (right == nullptr) return std::nullopt;
  for (const Server* server : {&scene.leaving, &scene.arriving})
    if (!scene.granted(*server, right) &&
        !(right == std::string_view("REFERENCES") && scene.granted(*server, "SELECT")))
      return Finding::unseen(
          std::string("the ") + topic.noun + " of " + server->label() + " are hidden",
          grant_remedy(*server, std::string(right) + " ON *.*"));
  return std::nullopt;
}

Scene::Both Catalog::ask(Scene& scene, const Topic& topic) {
  const std::string sql = without(topic.sql(scene.mariadb()), scene.site.leave_behind);
  return scene.ask_both(sql, sql);
}

const Scene::Both& Catalog::both(Scene& scene, std::string_view row) {
  if (const auto found = kept_.find(row); found != kept_.end()) return found->second;
  return kept_[row] = ask(scene, first_of(row));
}

Catalog::Told Catalog::told(Scene& scene, const Topic& topic) {
  Told out;
  const bool first = &topic == &first_of(topic.row);
  auto slight = topic.slight;
  if (another_release(scene))
    slight.insert(slight.end(), topic.by_release.begin(), topic.by_release.end());
  for (int look = 0; look < 2; ++look) {
    if (look > 0) std::this_thread::sleep_for(kLookAgainAfter);
    Scene::Both both = ask(scene, topic);
    out.error = !both.leaving.ok() ? both.leaving.error : both.arriving.error;
    if (!out.error.empty()) return out;
    out.count = both.leaving.rows.size();
    out.differences = compare(both.leaving.rows, both.arriving.rows, slight);
    if (first) kept_[topic.row] = std::move(both);
    if (out.differences.none()) break;
  }
  Differences& d = out.differences;
  if (&topic == topics().data()) {
    half_.insert(d.missing.begin(), d.missing.end());
    half_.insert(d.alone.begin(), d.alone.end());
  } else if (topic.of_tables) {
    leave_out(d.missing, half_);
    leave_out(d.alone, half_);
  }
  return out;
}

Finding Catalog::compared(Scene& scene, std::string_view row) {
  CheckVerdict worst = CheckVerdict::kPass;
  std::string seen;
  std::string counts;
  for (const Topic& topic : topics()) {
    if (row != topic.row) continue;
    if (auto none = hidden(scene, topic)) return *std::move(none);
    if (topic.opens_all && scene.mariadb() && tables(scene) > kOpenable)
      return Finding::unseen(
          "each of " + std::to_string(tables(scene)) + " tables would have to be opened",
          "compare mariadb-dump --no-data of both");
    const Told it = told(scene, topic);
    if (!it.error.empty()) return Finding::unseen(it.error, "");
    const Differences& d = it.differences;
    const auto weigh = [&](const std::vector<std::string>& names, CheckVerdict verdict) {
      if (!names.empty()) worst = std::max(worst, verdict);
    };
    weigh(d.missing, topic.differs);
    weigh(d.grave, topic.differs);
    weigh(d.slight, CheckVerdict::kWarn);
    weigh(d.alone, topic.alone);
    const std::string there = " " + scene.arriving.label();
    add(seen, std::string(topic.noun) + " missing on" + there + ": ", d.missing);
    if (topic.alone != CheckVerdict::kPass)
      add(seen, std::string(topic.noun) + " only on" + there + ": ", d.alone);
    add(seen, "different on" + there + ": ", d.grave);
    add(seen, "different on" + there + ": ", d.slight);
    counts += (counts.empty() ? "" : ", ") + std::to_string(it.count) + " " + topic.noun;
  }
  if (worst == CheckVerdict::kPass)
    return Finding::pass(counts + ", alike on both" + first_of(row).limits);
  return {worst, seen, first_of(row).remedy};
}

}  // namespace cutover
