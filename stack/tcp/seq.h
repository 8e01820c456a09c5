// Sequence numbers, RFC 9293 section 3.4: "all arithmetic dealing with sequence numbers must be
// performed modulo 2**32".
//
// Seq - Seq is the signed distance, and comparisons use its sign. The order is right while two numbers are less
// than 2**31 apart, which a window of at most 2**30 guarantees (RFC 7323 section 2.3). It is not transitive around
// the circle, so there is no operator<=> and no sorting by it.
#pragma once

#include <cstdint>

namespace tcpstack::tcp {

class Seq {
 public:
  constexpr Seq() = default;
  explicit constexpr Seq(std::uint32_t number) : number_(number) {}

  [[nodiscard]] constexpr std::uint32_t number() const { return number_; }

  friend constexpr Seq operator+(Seq a, std::uint32_t n) { return Seq(a.number_ + n); }
  friend constexpr Seq operator-(Seq a, std::uint32_t n) { return Seq(a.number_ - n); }
  friend constexpr std::int32_t operator-(Seq a, Seq b) {
    return static_cast<std::int32_t>(a.number_ - b.number_);
  }
  constexpr Seq& operator+=(std::uint32_t n) {
    number_ += n;
    return *this;
  }

  friend constexpr bool operator==(Seq, Seq) = default;
  friend constexpr bool operator<(Seq a, Seq b) { return a - b < 0; }
  friend constexpr bool operator<=(Seq a, Seq b) { return a - b <= 0; }
  friend constexpr bool operator>(Seq a, Seq b) { return a - b > 0; }
  friend constexpr bool operator>=(Seq a, Seq b) { return a - b >= 0; }

 private:
  std::uint32_t number_ = 0;
};

constexpr Seq later(Seq a, Seq b) { return a > b ? a : b; }
constexpr Seq earlier(Seq a, Seq b) { return a < b ? a : b; }

// The bytes from `begin` up to `end`; requires begin <= end.
constexpr std::uint32_t distance(Seq begin, Seq end) {
  return static_cast<std::uint32_t>(end - begin);
}

}  // namespace tcpstack::tcp
