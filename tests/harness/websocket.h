// SPDX-License-Identifier: Apache-2.0
// A WebSocket's handshake and its frames (RFC 6455), as far as short texts need them.
#pragma once

#include <optional>
#include <string>

namespace cutover::harness {

struct WebSocketFrame {
  enum Kind { kText = 1, kClose = 8, kPing = 9, kPong = 10 };
  int kind = kText;
  std::string payload;
};

// What a server answers to a client's Sec-WebSocket-Key.
std::string websocket_accept(const std::string& key);
// A client's is masked.
std::string websocket_frame(const WebSocketFrame& frame, bool masked = false);
// From the front of what was read; nothing while it is not whole.
std::optional<WebSocketFrame> take_frame(std::string& unread);

}  // namespace cutover::harness
