// SPDX-License-Identifier: Apache-2.0
// A short digest of a text that is not to be told. It tells two of them apart, and finds one again
// where its digest was noted, too. What is digested is often guessed in a few tries (an address, a
// number of six digits), so that a plain hash would give it away to whoever tries them all: hence a
// key, which is in no file and which nobody is told.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cutover {

using DigestKey = std::array<std::uint64_t, 2>;

// SipHash-2-4, by Aumasson and Bernstein: made for short texts, with a key.
std::uint64_t sip_hash(const DigestKey& key, std::string_view text);

// Eight hexadecimal digits of it, as they stand behind a path: " ~1f0c77ab".
using DigestMark = std::array<char, 10>;
DigestMark digest_mark(const DigestKey& key, std::string_view text);
// How long such a mark is with which `text` begins; 0: it does not.
std::size_t digest_mark_in_front(std::string_view text);
// `told` without such a mark in it: what all of a kind have in common.
std::string without_digest_mark(std::string_view told);

}  // namespace cutover
