// Puts fragments together: RFC 791 section 3.2, RFC 815, RFC 1122 section 3.3.2.
//
// Strangers who send fragments make us keep memory. So everything has a limit: bytes, datagrams, fragments of one
// datagram, and time. Honest senders send no overlapping fragments (RFC 1858, RFC 5722), so an overlap ends the
// datagram. Without overlaps RFC 815's hole list is not needed: a datagram is whole when the sizes of its fragments
// add up to its length.
//
// A refused datagram stays in the list, without its bytes, until its time is over. It takes in its later fragments,
// which would otherwise begin the datagram again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "stack/base/ring.h"
#include "stack/context.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

class Reassembly {
 public:
  // Adds a fragment. Returns the datagram that it completes, valid until the next call, or nothing while fragments
  // are missing. Errors: the reason why the fragment, or its whole datagram, is dropped.
  std::expected<std::optional<wire::Ipv4Packet>, Drop> add(const wire::Ipv4Packet& fragment,
                                                           Context& cx);

  // A datagram whose time is over. Call pop_expired() until it returns nothing.
  struct Expired {
    std::vector<std::uint8_t>
        first;  // the fragment with offset 0, unchanged; empty if it never came
  };
  std::optional<Expired> pop_expired(Context& cx);
  [[nodiscard]] std::optional<Time> next_deadline() const;

  // Memory in use: bytes, and datagrams with the refused ones.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t datagrams() const { return datagrams_.size(); }

 private:
  struct Piece {
    std::size_t begin;  // offset in the datagram's data
    std::vector<std::uint8_t> data;
    [[nodiscard]] std::size_t end() const { return begin + data.size(); }
  };
  // RFC 791: fragments of one datagram agree in identification, source, destination and protocol.
  struct Datagram {
    wire::Ipv4Header key;
    Time deadline;
    bool refused = false;             // its further fragments are dropped
    bool any_ce = false;              // RFC 3168 section 5.3
    bool any_not_ect = false;         //
    std::vector<Piece> pieces;        // by offset; no two of them overlap
    std::size_t received = 0;         // bytes of all pieces
    std::optional<std::size_t> end;   // the data's length, once the last fragment has come
    std::vector<std::uint8_t> first;  // header and options of the fragment with offset 0
  };

  std::optional<std::size_t> find(const wire::Ipv4Header& header) const;
  void begin(const wire::Ipv4Header& header, Context& cx);
  static std::optional<Drop> refusal(const Datagram& datagram, const wire::Ipv4Packet& fragment);
  bool make_room(std::size_t keep, std::size_t size, Context& cx);
  void insert(Datagram& datagram, const wire::Ipv4Packet& fragment);
  std::expected<std::optional<wire::Ipv4Packet>, Drop> complete(std::size_t index);
  void refuse(Datagram& datagram);
  void forget(std::size_t index);

  base::Ring<Datagram> datagrams_;  // oldest first
  std::size_t bytes_ = 0;
  std::vector<std::uint8_t> whole_;  // the datagram completed last
};

}  // namespace tcpstack::ip
