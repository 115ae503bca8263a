// SPDX-License-Identifier: Apache-2.0
// What phases, events and effects are called, in the order of their enumerators.
#include <array>

#include "shared/protocol/transitions.h"

namespace cutover {
namespace {

constexpr std::array<std::string_view, 12> kPhases = {
    "serving", "draining",   "fencing",  "catching-up", "promoting", "releasing",
    "undoing", "rehearsing", "quieting", "proving",     "returning", "keeping"};

constexpr std::array<std::string_view, 38> kEvents = {"asked",
                                                      "record-failed",
                                                      "drained",
                                                      "drain-timed-out",
                                                      "sealed",
                                                      "sealed-without-databases",
                                                      "not-sealed",
                                                      "fenced",
                                                      "fence-failed",
                                                      "reached",
                                                      "not-reached",
                                                      "still-true",
                                                      "no-longer-true",
                                                      "promoted",
                                                      "not-proved",
                                                      "released",
                                                      "undone",
                                                      "not-undone",
                                                      "aborted",
                                                      "stragglers-left",
                                                      "drained-in-rehearsal",
                                                      "rehearsed",
                                                      "not-rehearsed",
                                                      "seen-fenced",
                                                      "seen-promoted",
                                                      "not-seen-promoted",
                                                      "not-promoted-by-others",
                                                      "left-fenced",
                                                      "not-ready",
                                                      "asked-quietly",
                                                      "quiet",
                                                      "never-quiet",
                                                      "sealed-to-prove",
                                                      "promoted-to-prove",
                                                      "proof-passed",
                                                      "proof-failed",
                                                      "proof-failed-early",
                                                      "proof-warns"};

constexpr std::array<std::string_view, 31> kEffects = {
    "record DRAIN",   "record FENCE",  "record CATCH",      "record PROMOTE",
    "record RELEASE", "record UNDO",   "record REST",       "hold",
    "seal",           "serve leaving", "serve arriving",    "await drain",
    "sum again",      "fence",         "read position",     "await position",
    "re-check",       "promote",       "arm way back",      "un-fence",
    "pause",          "finish",        "rehearse catch-up", "remember",
    "hold slow",      "await quiet",   "close endless",     "record PROVE",
    "prove",          "turn round",    "record RETURN"};

static_assert(kPhases.size() == static_cast<std::size_t>(Phase::kKeeping) + 1);
static_assert(kEvents.size() == static_cast<std::size_t>(Event::kProofWarns) + 1);
static_assert(kEffects.size() == static_cast<std::size_t>(Effect::kRecordReturn) + 1);

}  // namespace

std::string_view name(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view name(Event event) { return kEvents[static_cast<std::size_t>(event)]; }
std::string_view name(Effect effect) { return kEffects[static_cast<std::size_t>(effect)]; }

}  // namespace cutover
