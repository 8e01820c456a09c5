// The current segment: SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND, SEG.UP (RFC 9293 section 3.3.1, Table 4),
// its control bits, options and text.
#pragma once

#include <cstdint>

#include "stack/packet.h"
#include "stack/tcp/seq.h"
#include "stack/wire/address.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::tcp {

struct Segment {
  Endpoint source;
  Endpoint destination;
  Seq seq;                    // SEG.SEQ
  Seq ack;                    // SEG.ACK
  std::uint32_t wnd = 0;      // SEG.WND, still unscaled (MUST-1: unsigned)
  std::uint16_t up = 0;       // SEG.UP, an offset from SEG.SEQ
  wire::ControlBits control;  // URG ACK PSH RST SYN FIN, ECE CWR
  wire::TcpOptions options;
  Bytes text;
  std::uint16_t segment_size = 0;  // of a super-segment from an offloading device, otherwise 0
  std::uint8_t dscp = 0;           // of its packet
  wire::Ecn ecn = wire::Ecn::not_ect;

  // SEG.LEN: "the number of octets occupied by the data in the segment (counting SYN and FIN)".
  [[nodiscard]] std::uint32_t len() const {
    return static_cast<std::uint32_t>(text.size()) + (control.syn ? 1U : 0U) +
           (control.fin ? 1U : 0U);
  }
  // How many segments it is on the wire.
  [[nodiscard]] std::uint32_t count() const {
    const auto size = static_cast<std::uint32_t>(text.size());
    return segment_size == 0 || size == 0 ? 1 : (size + segment_size - 1) / segment_size;
  }
  // The sequence number after the segment: SEG.SEQ + SEG.LEN.
  [[nodiscard]] Seq end() const { return seq + len(); }
  // The sequence number of the first byte of text, after a SYN.
  [[nodiscard]] Seq text_begin() const { return seq + (control.syn ? 1U : 0U); }
  [[nodiscard]] Seq text_end() const {
    return text_begin() + static_cast<std::uint32_t>(text.size());
  }
};

}  // namespace tcpstack::tcp
