// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/stray_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace cutover {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr int kIndexBits = std::countr_zero(kRegisters);
constexpr std::size_t kLongestName = 8 * sizeof(std::uint64_t);

// splitmix64's mixer: every bit of the result hangs on every bit of the network.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash == 0 ? 1 : hash;
}

template <typename Slot, std::size_t size>
Slot* place_of(std::array<Slot, size>& slots, std::uint64_t key, bool& fresh) {
  fresh = false;
  for (Slot& slot : slots) {
    std::uint64_t found = slot.key.load(kRelaxed);
    if (found == 0 && slot.key.compare_exchange_strong(found, key, kRelaxed)) {
      fresh = true;
      return &slot;
    }
    if (found == key) return &slot;
  }
  return nullptr;
}

void write_name(StrayBank::Name& name, std::string_view text) {
  std::array<char, kLongestName> whole{};
  std::copy_n(text.begin(), std::min(text.size(), whole.size()), whole.begin());
  for (std::size_t i = 0; i < name.text.size(); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, whole.data() + i * sizeof word, sizeof word);
    name.text[i].store(word, kRelaxed);
  }
}

std::string name_in(const StrayBank::Name& name) {
  std::array<char, kLongestName> whole{};
  for (std::size_t i = 0; i < name.text.size(); ++i) {
    const std::uint64_t word = name.text[i].load(kRelaxed);
    std::memcpy(whole.data() + i * sizeof word, &word, sizeof word);
  }
  return {whole.begin(), std::find(whole.begin(), whole.end(), '\0')};
}

void empty(StrayBank& bank) {
  bank.requests.store(0, kRelaxed);
  for (auto& r : bank.registers) r.store(0, kRelaxed);
  for (auto& host : bank.hosts) {
    host.key.store(0, kRelaxed);
    host.count.store(0, kRelaxed);
  }
  for (auto& net : bank.networks) {
    net.key.store(0, kRelaxed);
    net.count.store(0, kRelaxed);
  }
}

void add_to_registers(StrayBank& bank, Network network) {
  const std::uint64_t hash = mixed(network);
  auto& place = bank.registers[hash % kRegisters];
  const auto rank =
      static_cast<std::uint8_t>(std::countl_zero((hash >> kIndexBits) << kIndexBits | 1) + 1);
  std::uint8_t seen = place.load(kRelaxed);
  while (seen < rank && !place.compare_exchange_weak(seen, rank, kRelaxed)) {
  }
}

}  // namespace

Network network_of_v4(const unsigned char* a) {
  return std::uint64_t{4} << 56 | std::uint64_t{a[0]} << 16 | std::uint64_t{a[1]} << 8 | a[2];
}

Network network_of_v6(const unsigned char* a) {
  static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(std::begin(kMapped), std::end(kMapped), a)) return network_of_v4(a + 12);
  Network network = std::uint64_t{6} << 56;
  for (int i = 0; i < 6; ++i) network |= std::uint64_t{a[i]} << (8 * (5 - i));
  return network;
}

std::string text(Network n) {
  const auto part = [n](int shift, unsigned mask) {
    return static_cast<unsigned>(n >> shift) & mask;
  };
  char out[48];
  if (n >> 56 == 4)
    std::snprintf(out, sizeof out, "%u.%u.%u.0/24", part(16, 0xff), part(8, 0xff), part(0, 0xff));
  else if (n >> 56 == 6)
    std::snprintf(out, sizeof out, "%x:%x:%x::/48", part(32, 0xffff), part(16, 0xffff),
                  part(0, 0xffff));
  else
    return "unknown";
  return out;
}

void count_stray(SiteStrays& strays, std::int64_t hour, std::string_view host, Network network) {
  StrayBank& bank = strays.banks[static_cast<std::size_t>(hour) % 2];
  std::int64_t known = bank.hour.load(kRelaxed);
  if (known != hour && bank.hour.compare_exchange_strong(known, hour, kRelaxed)) empty(bank);
  bank.requests.fetch_add(1, kRelaxed);
  add_to_registers(bank, network);
  bool fresh = false;
  if (auto* name = place_of(bank.hosts, hash_of(host), fresh)) {
    if (fresh) write_name(*name, host);
    name->count.fetch_add(1, kRelaxed);
  }
  if (auto* net = place_of(bank.networks, network, fresh)) net->count.fetch_add(1, kRelaxed);
}

StrayHour copy_of(const StrayBank& bank) {
  StrayHour hour;
  hour.hour = bank.hour.load(kRelaxed);
  hour.requests = bank.requests.load(kRelaxed);
  for (std::size_t i = 0; i < kRegisters; ++i) hour.registers[i] = bank.registers[i].load(kRelaxed);
  for (const auto& host : bank.hosts)
    if (host.key.load(kRelaxed) != 0) hour.hosts[name_in(host)] += host.count.load(kRelaxed);
  for (const auto& net : bank.networks)
    if (const Network key = net.key.load(kRelaxed); key != 0)
      hour.networks[key] += net.count.load(kRelaxed);
  return hour;
}

// Flajolet et al., HyperLogLog (2007): its estimate, and its small-range correction.
double distinct(const std::array<std::uint8_t, kRegisters>& registers) {
  constexpr auto kSize = static_cast<double>(kRegisters);
  double sum = 0;
  for (const std::uint8_t r : registers) sum += std::ldexp(1.0, -r);
  const double estimate = 0.7213 / (1 + 1.079 / kSize) * kSize * kSize / sum;
  const auto zeros = static_cast<double>(std::ranges::count(registers, 0));
  return estimate <= 2.5 * kSize && zeros > 0 ? kSize * std::log(kSize / zeros) : estimate;
}

void unite(std::array<std::uint8_t, kRegisters>& into,
           const std::array<std::uint8_t, kRegisters>& from) {
  for (std::size_t i = 0; i < kRegisters; ++i) into[i] = std::max(into[i], from[i]);
}

}  // namespace cutover
