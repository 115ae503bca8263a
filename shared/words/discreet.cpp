// SPDX-License-Identifier: Apache-2.0
#include "shared/words/discreet.h"

#include <algorithm>
#include <cstddef>

namespace cutover {
namespace {

constexpr std::string_view kLeftOut = "...";
constexpr std::size_t kLongestText = 72;
constexpr std::size_t kLongestSegment = 40;
constexpr std::size_t kMostSegments = 6;
constexpr std::size_t kLongestWord = 16;
constexpr int kMostDigits = 5;       // six may be somebody's number already
constexpr int kMostDigitsInAll = 8;  // a date
constexpr int kMostEncodings = 3;    // of encodings

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_among(std::string_view all, char c) { return all.find(c) != std::string_view::npos; }
bool is_consonant(char c) { return (is_lower(c) || is_upper(c)) && !is_among("aeiouyAEIOUY", c); }
bool parts_words(char c) { return is_among("-_.+~, ", c); }

// Of what a word is made, from its first character to its last.
struct Make {
  std::size_t length = 0;  // in characters; those beyond ASCII are letters, too
  std::size_t digits = 0, hex = 0, upper = 0, lower = 0, beyond = 0;
  std::size_t vowels = 0, rare = 0;
  std::size_t turns = 0;       // from digits to letters and back
  std::size_t humps = 0;       // likeThis
  std::size_t consonants = 0;  // the most in a row

  explicit Make(std::string_view word) {
    std::size_t row = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char c = word[i];
      if ((static_cast<unsigned char>(c) & 0xc0) == 0x80) continue;  // the rest of a character
      ++length;
      digits += is_digit(c) ? 1 : 0;
      hex += is_hex(c) ? 1 : 0;
      upper += is_upper(c) ? 1 : 0;
      lower += is_lower(c) ? 1 : 0;
      turns += i > 0 && is_digit(c) != is_digit(word[i - 1]) ? 1 : 0;
      humps += i > 0 && is_upper(c) && is_lower(word[i - 1]) ? 1 : 0;
      beyond += is_beyond_ascii(c) ? 1 : 0;
      vowels += is_among("aeiouyAEIOUY", c) ? 1 : 0;
      rare += is_among("jqxzJQXZ", c) ? 1 : 0;
      row = is_consonant(c) ? row + 1 : 0;
      consonants = std::max(consonants, row);
    }
  }
};

bool looks_like_a_word(std::string_view word) {
  const Make m(word);
  if (m.length > kLongestWord) return false;
  if (m.turns > 2 || (m.turns == 2 && m.length > 4)) return false;  // i18n is one, x7kp2 is none
  const bool hex = m.hex == m.length;
  if (hex && m.digits != 0 && m.digits != m.length && m.length > 5) return false;
  if (hex && m.digits == 0 && m.length > 7) return false;
  if (m.consonants > 4 && m.length > 6) return false;
  const bool mixed = m.upper > 1 && m.lower > 1 && m.length > 5;
  if (mixed && (m.digits != 0 || m.length < 3 * (m.humps + 1))) return false;
  // Of letters alone: none that languages make.
  return m.length < 8 || (m.rare < 2 && (m.beyond != 0 || 4 * m.vowels >= m.length));
}

// The words of a segment, one after the other.
class Words {
 public:
  explicit Words(std::string_view segment) : rest_(segment) {}
  bool next(std::string_view& word) {
    while (!rest_.empty() && parts_words(rest_.front())) rest_.remove_prefix(1);
    const auto end = std::find_if(rest_.begin(), rest_.end(), parts_words);
    word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return !word.empty();
  }

 private:
  std::string_view rest_;
};

// Codes to be typed are written in groups.
bool is_in_groups(std::string_view segment) {
  std::size_t groups = 0;
  std::size_t length = 0;
  Words words(segment);
  for (std::string_view word; words.next(word); ++groups) {
    if (groups > 0 && word.size() != length) return false;
    length = word.size();
  }
  return groups > 2 && length > 3;
}

bool is_cased_as_a_word(std::string_view word) {
  const Make m(word);
  const bool capital = is_upper(word.front()) && m.upper == 1;
  return m.upper == 0 || m.lower == 0 || capital;
}

// Of many characters, of which some happen to be those that part words.
bool is_a_token(std::string_view segment) {
  const Make m(segment);
  if (m.length < 12 || m.upper == 0 || m.lower == 0) return false;
  if (std::find_if(segment.begin(), segment.end(), parts_words) == segment.end()) return false;
  Words words(segment);
  for (std::string_view word; words.next(word);)
    if (!is_cased_as_a_word(word)) return true;
  return false;
}

bool looks_like_words(std::string_view segment) {
  const bool known = std::all_of(segment.begin(), segment.end(), [](char c) {
    return is_digit(c) || is_lower(c) || is_upper(c) || is_beyond_ascii(c) || parts_words(c);
  });
  if (!known || std::count_if(segment.begin(), segment.end(), is_digit) > kMostDigits) return false;
  Words words(segment);
  for (std::string_view word; words.next(word);)
    if (!looks_like_a_word(word)) return false;
  return !is_in_groups(segment) && !is_a_token(segment);
}

// Behind something that was left out, which may go on there, only what can hardly be a part of it.
bool is_plain(std::string_view segment) {
  const auto of_plain = [](char c) { return is_lower(c) || c == '-' || c == '_' || c == '.'; };
  return segment.size() > 2 && std::all_of(segment.begin(), segment.end(), of_plain);
}

int value_of(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

// False where that is no encoding.
bool decode_once(std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    out += static_cast<char>(value_of(text[i + 1]) * 16 + value_of(text[i + 2]));
    i += 2;
  }
  text = std::move(out);
  return true;
}

bool may_be_told(std::string_view segment, bool behind_a_gap) {
  if (segment.size() > kLongestSegment || segment == kLeftOut) return false;
  if (behind_a_gap && !is_plain(segment)) return false;
  if (segment.find('%') == std::string_view::npos) return looks_like_words(segment);
  std::string decoded(segment);
  for (int i = 0; i < kMostEncodings && decoded.find('%') != std::string::npos; ++i)
    if (!decode_once(decoded)) return false;
  return looks_like_words(decoded);  // a % that is left over is no word
}

}  // namespace

DiscreetPath discreet_path(std::string_view path, bool has_query) {
  DiscreetPath told;
  std::size_t segments = 0;
  int digits = 0;
  bool gap = false;  // it ends with what stands for those that were left out
  while (!path.empty()) {
    const std::size_t slash = path.front() == '/' ? 1 : 0;
    const std::string_view segment = path.substr(slash, path.find('/', slash) - slash);
    path.remove_prefix(slash + segment.size());
    const int more = static_cast<int>(std::count_if(segment.begin(), segment.end(), is_digit));
    const bool fits = told.text.size() + slash + segment.size() <= kLongestText &&
                      segments < kMostSegments && digits + more <= kMostDigitsInAll;
    if (fits && may_be_told(segment, !told.whole)) {
      told.text.append(slash, '/').append(segment);
      segments += segment.empty() ? 0 : 1;
      digits += more;
      gap = false;
      continue;
    }
    told.whole = false;
    if (!gap) {
      told.text.append(slash, '/').append(kLeftOut);
      ++segments;
    }
    gap = true;
    if (!fits) break;
  }
  if (has_query) told.text.append("?").append(kLeftOut);
  told.whole = told.whole && !has_query;
  return told;
}

std::string_view discreet_method(std::string_view method) {
  const bool known =
      method.size() <= kLongestWord &&
      std::all_of(method.begin(), method.end(), [](char c) { return is_upper(c) || c == '-'; });
  return known ? method : kLeftOut;
}

}  // namespace cutover
