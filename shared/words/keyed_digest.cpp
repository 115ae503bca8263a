// SPDX-License-Identifier: Apache-2.0
#include "shared/words/keyed_digest.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cutover {
namespace {

constexpr std::size_t kWord = 8;
constexpr std::string_view kMark = " ~";
constexpr std::size_t kLength = std::tuple_size_v<DigestMark>;

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// The lowest byte first, on every machine; at a request's beginning, so that whole words are read
// at once where the machine has them in this order.
std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  if (std::endian::native == std::endian::little && bytes.size() == kWord) {
    std::memcpy(&word, bytes.data(), kWord);
    return word;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

}  // namespace

std::uint64_t sip_hash(const DigestKey& key, std::string_view text) {
  State s{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
          key[1] ^ 0x7465646279746573};
  const std::uint64_t length = text.size();
  for (; text.size() >= kWord; text.remove_prefix(kWord)) s.take(word_of(text.substr(0, kWord)));
  s.take(word_of(text) | length << 56);
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

DigestMark digest_mark(const DigestKey& key, std::string_view text) {
  DigestMark mark{' ', '~'};
  std::uint64_t digest = sip_hash(key, text);
  for (std::size_t i = mark.size(); i-- > kMark.size(); digest >>= 4)
    mark[i] = "0123456789abcdef"[digest & 0xf];
  return mark;
}

std::size_t digest_mark_in_front(std::string_view text) {
  return text.starts_with(kMark) && text.size() >= kLength ? kLength : 0;
}

std::string without_digest_mark(std::string_view told) {
  std::string rest(told);
  const std::size_t at = rest.rfind(kMark);
  if (at != std::string::npos && rest.size() - at >= kLength) rest.erase(at, kLength);
  return rest;
}

}  // namespace cutover
