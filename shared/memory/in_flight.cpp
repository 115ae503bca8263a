// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/in_flight.h"

#include <algorithm>
#include <cstring>

#include "shared/memory/slow_kinds.h"
#include "shared/words/discreet.h"
#include "shared/words/harmless.h"
#include "shared/words/keyed_digest.h"

namespace cutover {
namespace {

constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint32_t kLeft = 1;
constexpr const char* kStillSends = ", still sending its body";

constexpr std::uint32_t who(const Whose& whose) {
  return static_cast<std::uint32_t>(whose.site * 4 + (whose.side == Side::kNew ? 2 : 0));
}
constexpr bool is_of(std::uint32_t who, std::size_t site) {
  return who != InFlightNote::kNobody && who / 4 == site;
}

InFlightNote* claim(InFlightNotes& notes, std::size_t hint) {
  for (std::size_t look = 0; look < kNotes; ++look) {
    InFlightNote& note = notes[(hint + look) % kNotes];
    std::int64_t nobody = 0;
    if (note.began_ns.load(std::memory_order_relaxed) == 0 &&
        note.began_ns.compare_exchange_strong(nobody, InFlightNote::kBeingWritten))
      return &note;
  }
  return nullptr;
}

// " ~1f0c77abGET /reset/a1b2c3?"
void put(InFlightNote& note, const RequestLine& line) {
  std::array<char, InFlightNote::kLongest + kWord> text;
  std::size_t length = 0;
  const auto append = [&](std::string_view part) {
    const std::size_t some = std::min(part.size(), InFlightNote::kLongest - length);
    std::memcpy(text.data() + length, part.data(), some);
    length += some;
  };
  const auto append_one = [&](char c) {
    if (length < InFlightNote::kLongest) text[length++] = c;
  };
  append(line.mark);
  append(line.method);
  append_one(' ');
  append(line.path);
  if (line.has_query) append_one('?');
  std::memset(text.data() + length, 0, kWord);  // what the last word has besides
  for (std::size_t at = 0; at < length; at += kWord) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    note.text[at / kWord].store(word, kRelease);
  }
  const std::uint32_t body = line.sends_body ? InFlightNote::kSendsBody : 0;
  note.length.store(static_cast<std::uint32_t>(length) | body, kRelease);
}

std::string text_of(const InFlightNote& note) {
  std::array<char, InFlightNote::kLongest> text;
  for (std::size_t i = 0; i < note.text.size(); ++i) {
    const std::uint64_t word = note.text[i].load(kAcquire);
    std::memcpy(text.data() + i * kWord, &word, kWord);
  }
  const std::size_t length = note.length.load(kAcquire) & ~InFlightNote::kSendsBody;
  return {text.data(), std::min(length, text.size())};
}

// What put() has put there, as far as it had room.
struct Text {
  std::string_view mark, method, path;
  bool has_query = false;
};

Text parts_of(std::string_view text) {
  Text parts;
  parts.mark = text.substr(0, digest_mark_in_front(text));
  const std::string_view line = text.substr(parts.mark.size());
  const std::size_t space = std::min(line.find(' '), line.size());
  parts.method = line.substr(0, space);
  parts.path = line.substr(std::min(space + 1, line.size()));
  const std::size_t query = parts.path.find('?');
  parts.has_query = query != std::string_view::npos;
  parts.path = parts.path.substr(0, query);
  return parts;
}

// One that was cut ends in half a segment, of which nothing can be told.
std::string told(const Text& parts, bool cut) {
  std::string_view path = parts.path;
  std::string whole_segments;
  if (cut && !parts.has_query) {
    whole_segments = std::string(path.substr(0, path.rfind('/') + 1)) + "%";
    path = whole_segments;
  }
  const DiscreetPath discreet = discreet_path(path, parts.has_query);
  std::string text = std::string(discreet_method(parts.method)) + " " + discreet.text;
  if (!discreet.whole) text += parts.mark;
  return text;
}

}  // namespace

InFlightNote* note_in_flight(InFlightNotes& notes, std::size_t hint, const Whose& whose,
                             const RequestLine& line, std::int64_t now_ns) {
  InFlightNote* note = claim(notes, hint);
  if (note == nullptr) return nullptr;
  note->who.store(who(whose), kRelease);
  put(*note, line);
  note->began_ns.store(now_ns, kRelease);
  return note;
}

void body_has_come(InFlightNote& note) {
  note.length.fetch_and(~InFlightNote::kSendsBody, kRelease);
}

void forget(InFlightNote& note) {
  note.who.store(InFlightNote::kNobody, kRelease);
  note.began_ns.store(0, kRelease);
}

std::int64_t leave_behind(InFlightNotes& notes, std::size_t site) {
  std::int64_t marked = 0;
  for (InFlightNote& note : notes) {
    std::uint32_t now = note.who.load(kAcquire);
    if (note.began_ns.load(kAcquire) > 0 && is_of(now, site) && (now & kLeft) == 0)
      marked += note.who.compare_exchange_strong(now, now | kLeft) ? 1 : 0;
  }
  return marked;
}

void await_again(InFlightNotes& notes, const Whose& whose) {
  for (InFlightNote& note : notes) {
    std::uint32_t left = who(whose) | kLeft;
    note.who.compare_exchange_strong(left, who(whose));
  }
}

std::int64_t left_behind(const InFlightNotes& notes, std::size_t site) {
  return std::count_if(notes.begin(), notes.end(), [site](const InFlightNote& note) {
    const std::uint32_t now = note.who.load(kAcquire);
    return is_of(now, site) && (now & kLeft) != 0;
  });
}

bool is_left_behind(const InFlightNote& note, std::size_t site, Side serving) {
  return note.who.load(kAcquire) == (who({site, other(serving)}) | kLeft);
}

void add_in_flight(const InFlightNotes& notes, std::size_t site, std::int64_t now_ns,
                   std::vector<InFlight>& found) {
  for (const InFlightNote& note : notes) {
    const std::int64_t began = note.began_ns.load(kAcquire);
    if (began <= 0 || !is_of(note.who.load(kAcquire), site)) continue;
    const std::string text = text_of(note);
    const Text parts = parts_of(text);
    std::string what = harmless(told(parts, text.size() == InFlightNote::kLongest));
    if ((note.length.load(kAcquire) & InFlightNote::kSendsBody) != 0) what += kStillSends;
    if (note.began_ns.load(kAcquire) != began) continue;
    found.push_back({std::move(what),
                     std::chrono::nanoseconds(std::max<std::int64_t>(now_ns - began, 0)),
                     kind_of(parts.method, parts.path)});
  }
}

std::vector<InFlight> oldest(std::vector<InFlight> requests, std::size_t most) {
  std::sort(requests.begin(), requests.end(),
            [](const InFlight& a, const InFlight& b) { return a.age > b.age; });
  requests.resize(std::min(requests.size(), most));
  return requests;
}

}  // namespace cutover
