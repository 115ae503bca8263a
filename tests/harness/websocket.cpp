// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/websocket.h"

#include <openssl/evp.h>

#include <array>

namespace cutover::harness {
namespace {

constexpr const char* kOfTheProtocol = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kShort = 125;
constexpr unsigned char kTwoBytes = 126;  // have the length
constexpr std::array<unsigned char, 4> kMask{0x37, 0xfa, 0x21, 0x3d};

std::size_t byte(const std::string& bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

std::string websocket_accept(const std::string& key) {
  const std::string text = key + kOfTheProtocol;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded;
  const int written = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return {encoded.begin(), encoded.begin() + written};
}

std::string websocket_frame(const WebSocketFrame& frame, bool masked) {
  const std::size_t length = frame.payload.size();
  const int mask_bit = masked ? 0x80 : 0;
  std::string bytes(1, static_cast<char>(0x80 | frame.kind));
  if (length <= kShort) {
    bytes += static_cast<char>(length | mask_bit);
  } else {
    bytes += static_cast<char>(kTwoBytes | mask_bit);
    bytes += static_cast<char>(length >> 8);
    bytes += static_cast<char>(length);
  }
  if (!masked) return bytes + frame.payload;
  bytes.append(kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < length; ++i)
    bytes += static_cast<char>(byte(frame.payload, i) ^ kMask[i % 4]);
  return bytes;
}

std::optional<WebSocketFrame> take_frame(std::string& unread) {
  if (unread.size() < 2) return {};
  std::size_t length = byte(unread, 1) & 0x7f;
  std::size_t at = 2;
  if (length == kTwoBytes) {
    if (unread.size() < 4) return {};
    length = byte(unread, 2) << 8 | byte(unread, 3);
    at = 4;
  }
  const bool masked = (byte(unread, 1) & 0x80) != 0;
  const std::size_t mask = at;
  if (masked) at += 4;
  if (unread.size() < at + length) return {};
  WebSocketFrame frame{static_cast<int>(byte(unread, 0) & 0xf), unread.substr(at, length)};
  if (masked)
    for (std::size_t i = 0; i < length; ++i)
      frame.payload[i] = static_cast<char>(byte(frame.payload, i) ^ byte(unread, mask + i % 4));
  unread.erase(0, at + length);
  return frame;
}

}  // namespace cutover::harness
