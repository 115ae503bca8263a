// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/contest.h"

#include <stdexcept>

#include "tests/bench/throughput/wrk.h"
#include "tests/bench/turns.h"

namespace cutover::bench {
namespace {

std::string name_of(const Load& load) {
  return (load.setting.empty() ? "" : load.setting + ", ") + number(load.x, 0);
}

// More time for many: wrk's clock runs while it connects.
Burst burst_at(const Server& server, unsigned connections, unsigned seconds) {
  return burst(server.port, connections, seconds + connections / 1000);
}

std::vector<Server> started(const std::vector<Contender>& contenders, unsigned connections) {
  std::vector<Server> servers;
  for (const Contender& contender : contenders) try {
      servers.push_back(contender.start());
      require_page(servers.back());
      burst_at(servers.back(), connections, 1);
    } catch (const std::exception& error) {
      throw std::runtime_error(contender.name + ": " + error.what());
    }
  return servers;
}

}  // namespace

void contest(Samples& samples, const Load& load, const std::vector<Contender>& contenders,
             unsigned connections, const Options& options) {
  std::vector<Server> servers;
  unsigned servers_round = 0;
  in_turn(options.rounds, contenders.size(), [&](unsigned round, std::size_t i) {
    if (servers.empty() || servers_round != round) {
      servers.clear();
      servers = started(contenders, connections);
      servers_round = round;
    }
    const Burst b = burst_at(servers[i], connections, options.seconds);
    if (!(b.per_second > 0)) throw std::runtime_error(contenders[i].name + " did not answer");
    samples.add(load, contenders[i].name, "per_second", round, b.per_second);
    samples.add(load, contenders[i].name, "p99_ms", round, b.p99_ms);
  });
  std::string medians = name_of(load) + " connections:";
  for (const Contender& contender : contenders)
    medians += " " + contender.name + " " +
               number(samples.spread(load, contender.name, "per_second").median, 0);
  say(medians);
}

Table rates(const Samples& samples, const std::string& title, const std::string& load_name) {
  Table table;
  table.title = title;
  table.header = {load_name};
  for (const std::string& way : samples.ways()) table.header.push_back(way);
  for (const Load& load : samples.loads()) {
    table.rows.push_back({name_of(load)});
    for (const std::string& way : samples.ways())
      table.rows.back().push_back(number(samples.spread(load, way, "per_second").median, 0));
  }
  return table;
}

Table ratios(const Samples& samples, const std::string& ours, const std::string& title,
             const std::string& load_name) {
  Table table;
  table.title = title;
  table.header = {load_name};
  for (const std::string& way : samples.ways())
    if (way != ours) table.header.push_back(way);
  for (const Load& load : samples.loads()) {
    table.rows.push_back({name_of(load)});
    for (const std::string& way : samples.ways())
      if (way != ours)
        table.rows.back().push_back(
            number(spread_of(samples.ratios(load, ours, way, "per_second")), 3));
  }
  return table;
}

}  // namespace cutover::bench
