#include "tincan/base/look_alike.hpp"

#include "tincan/base/mutex.hpp"
#include "tincan/base/unicode.hpp"

#include <algorithm>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

namespace tincan::base {

namespace {

using icu::UnicodeString;

constexpr UChar32 blank_braille = 0x2800;

// Whatever ICU cannot do leaves the text as it is: then names only look less alike.
UnicodeString compatible(const UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error)) return text;
  auto result = nfkc->normalize(text, error);
  return U_SUCCESS(error) ? result : text;
}

bool shows_nothing(UChar32 c) {
  return u_isUWhiteSpace(c) || u_iscntrl(c) || c == blank_braille ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

UnicodeString visible(const UnicodeString& text) {
  UnicodeString result;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (!shows_nothing(text.char32At(i))) result.append(text.char32At(i));
  return result;
}

bool is_latin(const UnicodeString& text) {
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (text.char32At(i) >= 0x80 && u_charType(text.char32At(i)) != U_NON_SPACING_MARK) return false;
  return true;
}

UnicodeString folded(UnicodeString text) { return text.foldCase(); }
UnicodeString upper(UnicodeString text) { return text.toUpper(icu::Locale::getRoot()); }

class Prototypes {
public:
  Prototypes() : checker_(uspoof_open(&error_)) {}

  UnicodeString of(const UnicodeString& text) {
    UnicodeString result;
    uspoof_getSkeletonUnicodeString(checker_.getAlias(), 0, text, result, &error_);
    return U_SUCCESS(error_) ? result : text;
  }

private:
  UErrorCode error_ = U_ZERO_ERROR;
  icu::LocalUSpoofCheckerPointer checker_;
};

// A letter of another script may pass for a Latin one in one case only (В and B, but в and b do not): what passes for
// Latin as it stands, or in capitals, is taken as that; anything else is compared in lower case.
UnicodeString latin_if_possible(const UnicodeString& text, Prototypes& prototypes) {
  auto as_written = prototypes.of(text);
  if (is_latin(as_written)) return as_written;
  auto as_capitals = prototypes.of(upper(text));
  return is_latin(as_capitals) ? as_capitals : prototypes.of(folded(text));
}

} // namespace

// ICU makes its tables once, safely, but in a way that ThreadSanitizer cannot see: hence the lock, which nobody waits
// for.
std::string skeleton(std::string_view name) {
  static Mutex mutex;
  const Lock lock(mutex);
  const auto known = to_valid_utf8(fit_bytes(name.substr(0, 2 * max_compared_bytes), max_compared_bytes));
  const auto text = visible(compatible(UnicodeString::fromUTF8(known)));
  Prototypes prototypes;
  std::string result;
  folded(prototypes.of(folded(latin_if_possible(text, prototypes)))).toUTF8String(result);
  std::replace(result.begin(), result.end(), 'i', 'l'); // I and l look the same, and I and i are the same letter
  return result;
}

} // namespace tincan::base
