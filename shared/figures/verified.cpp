// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/verified.h"

#include <algorithm>

#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

constexpr std::size_t kShown = 3;

std::string first(const std::vector<std::string>& parts, std::uint64_t all) {
  const std::size_t shown = std::min(kShown, parts.size());
  std::string text = joined({parts.begin(), parts.begin() + static_cast<long>(shown)}, "; ");
  if (all > shown) text += "; and " + std::to_string(all - shown) + " more";
  return text;
}

std::string extent(const VerifyReport& r) {
  return std::to_string(r.tables_done) + " tables, " + std::to_string(r.rows) + " rows";
}

std::string at_end(const VerifyReport& r, std::int64_t now_ms) {
  const double ago = static_cast<double>(std::max<std::int64_t>(now_ms - r.ended_ms, 0));
  return utc(r.ended_ms) + ", " + duration(ago) + " ago";
}

bool whole(const VerifyReport& r) { return r.undecided == 0 && r.uncompared_count == 0; }

std::string lacks(const VerifyReport& r) {
  std::string text;
  if (r.undecided > 0)
    text = std::to_string(r.undecided) +
           " rows undecided, which never stood still: " + first(r.open, r.open.size());
  if (r.uncompared_count > 0)
    text += (text.empty() ? "" : "; ") + std::string("not compared: ") +
            first(r.uncompared, r.uncompared_count);
  return text;
}

const VerifyReport* different(const Verified& v) {
  if (v.now && v.now->different > 0) return &*v.now;
  return v.last && v.last->different > 0 ? &*v.last : nullptr;
}

}  // namespace

const char* name(VerifyResult result) {
  switch (result) {
    case VerifyResult::kNever:
      return "never";
    case VerifyResult::kEqual:
      return "equal";
    case VerifyResult::kStale:
      return "stale";
    case VerifyResult::kPartly:
      return "partly";
    case VerifyResult::kDifferent:
      return "different";
  }
  return "never";
}

VerifyResult result_of(const Verified& v, std::int64_t now_ms) {
  if (different(v) != nullptr) return VerifyResult::kDifferent;
  if (!v.last) return VerifyResult::kNever;
  if (!whole(*v.last)) return VerifyResult::kPartly;
  return now_ms - v.last->ended_ms > kVerifiedForMs ? VerifyResult::kStale : VerifyResult::kEqual;
}

std::string described(const Verified& v, std::int64_t now_ms) {
  if (const VerifyReport* r = different(v)) {
    const std::string when = r->ended_ms == 0 ? "" : " at " + at_end(*r, now_ms);
    return "different" + when + ": " + first(r->findings, r->different);
  }
  if (!v.last) return "never compared to its end";
  const std::string so = extent(*v.last) + ", at " + at_end(*v.last, now_ms);
  return (whole(*v.last) ? "equal: " : "equal as far as compared: ") + so +
         (whole(*v.last) ? "" : "; " + lacks(*v.last));
}

std::optional<double> left_ms(const VerifyReport& now) {
  if (now.rows == 0 || now.rows_expected == 0 || now.worked_ms < 1000) return std::nullopt;
  const auto all = static_cast<double>(std::max(now.rows_expected, now.rows));
  const auto rows = static_cast<double>(now.rows);
  return (all - rows) * static_cast<double>(now.worked_ms) / rows;
}

std::string described_now(const VerifyReport& now) {
  std::string text = std::to_string(now.tables_done) + " of " + std::to_string(now.tables) +
                     " tables, " + std::to_string(now.rows) + " of about " +
                     std::to_string(std::max(now.rows_expected, now.rows)) + " rows";
  if (const auto left = left_ms(now)) text += ", about " + duration(*left) + " left";
  if (now.different > 0) text += "; " + std::to_string(now.different) + " differences";
  if (now.stopped) return text + "; stopped, `cutoverctl verify` goes on from there";
  if (!now.waits_for.empty()) text += "; waits: " + now.waits_for;
  return text;
}

Check verified_check(const Verified& v, std::int64_t now_ms) {
  constexpr const char* kName = "verified";
  const std::string seen = described(v, now_ms);
  switch (result_of(v, now_ms)) {
    case VerifyResult::kEqual:
      return {kName, CheckVerdict::kPass, seen, ""};
    case VerifyResult::kDifferent:
      return {kName, CheckVerdict::kBlock, seen,
              "mend what differs, or build the new database anew; then `cutoverctl verify` again"};
    case VerifyResult::kPartly:
      return {kName, CheckVerdict::kWarn, seen,
              "see to what it names, then `cutoverctl verify`; or compare that by hand"};
    case VerifyResult::kNever:
    case VerifyResult::kStale:
      break;
  }
  return {kName, CheckVerdict::kWarn, seen,
          "`cutoverctl verify` compares all rows while the site runs; what it found counts for a "
          "day"};
}

}  // namespace cutover
