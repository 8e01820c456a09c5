// SEGMENT ARRIVES as the RFCs have it: a judge of stack/tcp, written without a look at its code.
//
// The text is RFC 9293 section 3.10.7, with the checks of RFC 5961 that it recommends. model.cc follows the RFC from
// 3.10.7.1 to the eighth step of 3.10.7.4, a function for each step. The third step (security) is left out.
// departures.cc has the places where tcpstack departs from the text on purpose. Read cases.h next.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/state.h"

namespace tcpstack::oracle {

using tcp::State;
using Number = std::uint32_t;  // a sequence number; all arithmetic is modulo 2**32 (3.4)

// The fields of one segment: the six older control bits and Table 4 (3.3.1).
struct Segment {
  bool urg = false, ack = false, psh = false, rst = false, syn = false, fin = false;
  Number seg_seq = 0;
  Number seg_ack = 0;
  std::uint32_t text = 0;  // octets
  std::uint32_t seg_wnd = 0;
  std::uint32_t seg_up = 0;

  [[nodiscard]] std::uint32_t seg_len() const { return text + (syn ? 1U : 0U) + (fin ? 1U : 0U); }
  [[nodiscard]] Number text_begin() const { return seg_seq + (syn ? 1U : 0U); }
  [[nodiscard]] Number text_end() const { return text_begin() + text; }  // the FIN's number, too
};

// The TCB: Tables 2 and 3 (3.3.1).
struct Connection {
  State state = State::CLOSED;
  bool passive = false;  // came from LISTEN (MUST-11)
  Number iss = 0, snd_una = 0, snd_nxt = 0;
  std::uint32_t snd_wnd = 0, max_snd_wnd = 0;  // MAX.SND.WND: RFC 5961 5.2
  Number snd_wl1 = 0, snd_wl2 = 0;
  Number irs = 0, rcv_nxt = 0, rcv_up = 0;
  std::uint32_t rcv_wnd = 0;
  std::uint32_t unread = 0;             // octets before RCV.NXT that the user has not received
  Number held_begin = 0, held_end = 0;  // text beyond a hole (SHLD-31); empty: none
};

enum class Kind : std::uint8_t { none, ack, rst, rst_ack, syn_ack, something_else };

struct Answer {
  Kind kind = Kind::none;
  Number seq = 0;
  Number ack = 0;  // of a RST alone: 0, it has no ACK field
  friend bool operator==(const Answer&, const Answer&) = default;
};

enum class Signal : std::uint8_t { none, end_of_stream, reset, refused, closing };

// The effect of the segment. `text` counts all octets that the user can read then; their values follow from their numbers.
struct Outcome {
  State state = State::CLOSED;
  Answer answer;
  std::uint32_t text = 0;
  Signal signal = Signal::none;
  std::optional<Number> urgent;  // RCV.UP, if the user is told of urgent data
  // Synchronized connections and SYN_RECEIVED only. Nothing: the RFC leaves it open.
  std::optional<Number> snd_una, rcv_nxt;
  std::optional<std::uint32_t> snd_wnd;
  bool shrinks_window = false;        // a right edge left of what was promised (3.8.6, SHLD-14)
  std::optional<bool> restarts_2msl;  // of a connection that is in TIME_WAIT before and after
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// One segment arrives.
class Model {
 public:
  Model(const Connection& before, const Segment& segment) : tcb_(before), seg_(segment) {}

  // 3.10.7. For one call.
  void segment_arrives();

  [[nodiscard]] Outcome outcome() const;
  [[nodiscard]] const Connection& after() const { return tcb_; }
  // The clause of the RFC that decided the outcome.
  [[nodiscard]] const char* clause() const { return clause_; }

 private:
  enum class Next : std::uint8_t { go_on, stop };

  void closed();
  void listen();
  void syn_sent();
  Next first_check_sequence_number();
  Next second_check_rst();
  Next fourth_check_syn();
  Next fifth_check_ack();
  Next fifth_by_state();
  void acknowledge_as_established();
  void set_send_window();
  void sixth_check_urg();
  void seventh_process_text();
  void eighth_check_fin();

  Next stop(const char* clause);
  Next owe_ack(const char* clause);
  Next send_reset(const char* clause);
  Next enter(State state, const char* clause);
  [[nodiscard]] bool is_acceptable() const;
  [[nodiscard]] bool is_fin_acknowledged() const;
  [[nodiscard]] bool receives_text() const;

  Connection tcb_;
  Segment seg_;
  Kind answer_ = Kind::none;
  Signal signal_ = Signal::none;
  bool urgent_ = false;
  bool restarts_2msl_ = false;
  bool window_is_open_ = false;  // the RFC leaves SND.WND open
  const char* clause_ = "";
};

// first =< number < end, modulo 2**32.
constexpr bool within(Number number, Number first, Number end) {
  return number - first < end - first;
}
// a < b for numbers less than 2**31 apart.
constexpr bool precedes(Number a, Number b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace tcpstack::oracle
