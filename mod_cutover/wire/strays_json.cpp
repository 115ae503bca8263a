// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/strays_json.h"

#include "mod_cutover/wire/exact_values.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::string_view kDigits = "0123456789abcdef";

std::string hex(const std::array<std::uint8_t, kRegisters>& registers) {
  std::string text;
  for (const std::uint8_t r : registers) {
    text += kDigits[r >> 4];
    text += kDigits[r & 15];
  }
  return text;
}

std::array<std::uint8_t, kRegisters> registers_from(const std::string& text) {
  std::array<std::uint8_t, kRegisters> registers{};
  if (text.size() != 2 * kRegisters || text.find_first_not_of(kDigits) != std::string::npos)
    throw WrongValue("no registers");
  for (std::size_t i = 0; i < kRegisters; ++i)
    registers[i] =
        static_cast<std::uint8_t>(kDigits.find(text[2 * i]) << 4 | kDigits.find(text[2 * i + 1]));
  return registers;
}

std::map<std::string, std::uint64_t> counts_from(const json& j) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [name, count] : object(j).items()) counts[name] = whole<std::uint64_t>(count);
  return counts;
}

}  // namespace

json to_json(const StrayReport& r) {
  json networks = json::array();
  for (const auto& [network, count] : r.networks)
    networks.push_back({{"network", network}, {"requests", count}});
  json hours = json::array();
  for (const StrayReport::Hour& h : r.hours)
    hours.push_back({{"hour", h.hour}, {"requests", h.requests}, {"networks", h.networks}});
  return {{"verdict", r.verdict},
          {"requests_day", r.requests_day},
          {"networks_day", r.networks_day},
          {"half_life_hours", r.half_life_hours ? json(*r.half_life_hours) : json(nullptr)},
          {"hosts", r.hosts},
          {"networks", networks},
          {"hours", hours}};
}

StrayReport stray_report_from(const json& j) {
  StrayReport r;
  r.verdict = j.at("verdict");
  r.requests_day = whole<std::uint64_t>(j.at("requests_day"));
  r.networks_day = j.at("networks_day").get<double>();
  if (!j.at("half_life_hours").is_null()) r.half_life_hours = j["half_life_hours"].get<double>();
  r.hosts = counts_from(j.at("hosts"));
  for (const json& n : list(j.at("networks")))
    r.networks.emplace_back(n.at("network"), whole<std::uint64_t>(n.at("requests")));
  for (const json& h : list(j.at("hours")))
    r.hours.push_back({whole<std::int64_t>(h.at("hour")), whole<std::uint64_t>(h.at("requests")),
                       h.at("networks").get<double>()});
  return r;
}

json to_json(const StrayHour& h) {
  json networks = json::object();
  for (const auto& [network, count] : h.networks) networks[std::to_string(network)] = count;
  return {{"hour", h.hour},
          {"requests", h.requests},
          {"registers", hex(h.registers)},
          {"hosts", h.hosts},
          {"networks", networks}};
}

StrayHour stray_hour_from(const json& j) {
  StrayHour h;
  h.hour = whole<std::int64_t>(j.at("hour"));
  h.requests = whole<std::uint64_t>(j.at("requests"));
  h.registers = registers_from(j.at("registers"));
  h.hosts = counts_from(j.at("hosts"));
  for (const auto& [network, count] : counts_from(j.at("networks"))) {
    const json number = json::parse(network, nullptr, false);
    h.networks[whole<Network>(number)] = count;
  }
  return h;
}

}  // namespace cutover
