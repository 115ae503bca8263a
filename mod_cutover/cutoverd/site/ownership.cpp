// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/ownership.h"

#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kPause = 1s;
constexpr Nanos kLimit = 300ms;

}  // namespace

Ownership::Ownership(const Desk& desk, Nanos after)
    : desk_(desk), turn_(desk.ports.clock.now() + after) {}

void Ownership::look() {
  if (desk_.ports.replication == nullptr || desk_.ports.clock.now() < next_) return;
  take(kLimit);
  next_ = desk_.ports.clock.now() + kPause;
}

Answer Ownership::take(Nanos limit) {
  if (!refused_.empty()) return Answer::no(refused_);
  Replication& databases = *desk_.ports.replication;
  const Side serving = desk_.footing.serving();
  Answer silent = Answer::yes();
  bool owned = false;
  for (const Side side : {serving, other(serving)}) {
    const Answer answer = databases.take_command(side, limit);
    owned |= answer.done();
    if (answer.kind == Answer::Kind::kUnknown) silent = answer;
    if (answer.kind != Answer::Kind::kFailed) continue;
    databases.leave_command();
    refused_ = answer.why;
    owned_ = false;
    log(Message::kNotTheOwner, desk_.settings.name, refused_ + "; nothing is touched from here");
    return answer;
  }
  owned_ = owned;
  return owned ? Answer::yes() : silent;
}

std::string Ownership::not_the_owner() const {
  if (desk_.ports.replication == nullptr || owned_) return {};
  return refused_.empty() ? "the database servers have not been claimed yet" : refused_;
}

}  // namespace cutover
