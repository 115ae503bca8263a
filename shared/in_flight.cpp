// SPDX-License-Identifier: Apache-2.0
#include "shared/in_flight.h"

#include <algorithm>
#include <cstring>

#include "shared/harmless.h"

namespace cutover {
namespace {

constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr std::size_t kLooks = 8;  // then a request goes without
constexpr std::size_t kWord = sizeof(std::uint64_t);

InFlightNote* claim(InFlightNotes& notes, std::size_t hint) {
  for (std::size_t look = 0; look < kLooks; ++look) {
    InFlightNote& note = notes[(hint + look) % kNotes];
    std::int64_t nobody = 0;
    if (note.began_ns.load(std::memory_order_relaxed) == 0 &&
        note.began_ns.compare_exchange_strong(nobody, InFlightNote::kBeingWritten))
      return &note;
  }
  return nullptr;
}

void put(InFlightNote& note, std::string_view method, std::string_view path) {
  std::array<char, InFlightNote::kLongest> text;
  std::size_t length = 0;
  for (const std::string_view part : {method, std::string_view(" "), path}) {
    const std::size_t some = std::min(part.size(), text.size() - length);
    std::memcpy(text.data() + length, part.data(), some);
    length += some;
  }
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(length), text.end(), '\0');
  for (std::size_t at = 0; at < length; at += kWord) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    note.text[at / kWord].store(word, kRelease);
  }
  note.length.store(static_cast<std::uint32_t>(length), kRelease);
}

std::string text_of(const InFlightNote& note) {
  std::array<char, InFlightNote::kLongest> text;
  for (std::size_t i = 0; i < note.text.size(); ++i) {
    const std::uint64_t word = note.text[i].load(kAcquire);
    std::memcpy(text.data() + i * kWord, &word, kWord);
  }
  return {text.data(), std::min<std::size_t>(note.length.load(kAcquire), text.size())};
}

}  // namespace

InFlightNote* note_in_flight(InFlightNotes& notes, std::size_t hint, std::size_t site,
                             std::string_view method, std::string_view path, std::int64_t now_ns) {
  InFlightNote* note = claim(notes, hint);
  if (note == nullptr) return nullptr;
  note->site.store(static_cast<std::uint32_t>(site), kRelease);
  put(*note, method, path);
  note->began_ns.store(now_ns, kRelease);
  return note;
}

void forget(InFlightNote& note) { note.began_ns.store(0, kRelease); }

void add_in_flight(const InFlightNotes& notes, std::size_t site, std::int64_t now_ns,
                   std::vector<InFlight>& found) {
  for (const InFlightNote& note : notes) {
    const std::int64_t began = note.began_ns.load(kAcquire);
    if (began <= 0 || note.site.load(kAcquire) != site) continue;
    std::string what = harmless(text_of(note));
    if (note.began_ns.load(kAcquire) != began) continue;
    found.push_back(
        {std::move(what), std::chrono::nanoseconds(std::max<std::int64_t>(now_ns - began, 0))});
  }
}

std::vector<InFlight> oldest(std::vector<InFlight> requests, std::size_t most) {
  std::sort(requests.begin(), requests.end(),
            [](const InFlight& a, const InFlight& b) { return a.age > b.age; });
  requests.resize(std::min(requests.size(), most));
  return requests;
}

}  // namespace cutover
