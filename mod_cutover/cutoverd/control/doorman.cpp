// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/doorman.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "mod_cutover/cutoverd/control/line_socket.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Fd spare() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

json no_descriptor() {
  return {{"done",
           {{"exit", 1},
            {"message",
             "the coordinator has no descriptor left for it; ask again in a moment, and raise the "
             "limit of open files under which httpd runs where it stays so"},
            {"result", nullptr},
            {"again", true}}}};
}

}  // namespace

Doorman::Doorman(Fd listener, std::function<void(Fd)> receive)
    : listener_(std::move(listener)),
      spare_(spare()),
      receive_(std::move(receive)),
      thread_([this] { run(); }) {}

void Doorman::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Doorman::run() {
  while (!stopping_) {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 50) > 0) take_all();
  }
}

void Doorman::take_all() {
  while (!stopping_) {
    Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) {
      receive(std::move(connection));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN) return;
    // No descriptor, no memory: it is not there at once, and must not be asked for without end.
    if (!turn_one_away()) std::this_thread::sleep_for(10ms);
  }
}

// Without memory for one of them, the next ones are taken all the same.
void Doorman::receive(Fd connection) try {
  receive_(std::move(connection));
} catch (const std::exception& e) {
  log(Message::kRequestNotAnswered, {},
      std::string("a request on the control socket failed: ") + e.what());
}

bool Doorman::turn_one_away() {
  if (errno != EMFILE && errno != ENFILE) return false;
  spare_.reset();
  Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const bool came = static_cast<bool>(connection);
  if (came) turn_away(connection.get(), no_descriptor());
  connection.reset();
  spare_ = spare();
  return came;
}

}  // namespace cutover
