// See cases.h.
#include "tests/oracle/cases.h"

#include <algorithm>

namespace tcpstack::oracle {
namespace {

using enum Step;

// Far away, but still less than 2**31, so that one side is clear.
constexpr std::uint32_t kFar = 1U << 30;
constexpr std::uint32_t kStraddle = 10;  // octets left of the window
constexpr std::uint32_t kWindow = 5000;  // SEG.WND; kPeerWindow before
// SEG.UP: left of the window still where the segment straddles it; in the window; beyond it.
constexpr std::uint32_t kUrgent[] = {5, 15, 40000};

using Steps = std::vector<Step>;

Steps operator+(Steps steps, const Steps& more) {
  steps.insert(steps.end(), more.begin(), more.end());
  return steps;
}

std::vector<World> make_worlds() {
  const Steps received = {listen, peer_syn};
  const Steps established = received + Steps{peer_ack, accept};
  const Steps fin_wait_1 = established + Steps{close};
  const Steps fin_wait_2 = fin_wait_1 + Steps{peer_ack};
  const Steps close_wait = established + Steps{peer_fin};
  const Steps filled = established + Steps{fill_window};
  const Steps text_out = established + Steps{send};
  const Steps hole = established + Steps{leave_hole};
  return {
      {"CLOSED", State::CLOSED, {}},
      {"LISTEN", State::LISTEN, {listen}},
      {"SYN_SENT", State::SYN_SENT, {open}},
      {"SYN_RECEIVED_passive", State::SYN_RECEIVED, received},
      {"SYN_RECEIVED_active", State::SYN_RECEIVED, {open, peer_syn}},
      {"ESTABLISHED", State::ESTABLISHED, established},
      {"ESTABLISHED_simultaneous", State::ESTABLISHED, {open, peer_syn, peer_ack}, true},
      {"ESTABLISHED_text_out", State::ESTABLISHED, text_out, true},
      {"ESTABLISHED_window_closed", State::ESTABLISHED, filled},
      {"ESTABLISHED_hole", State::ESTABLISHED, hole},
      {"FIN_WAIT_1", State::FIN_WAIT_1, fin_wait_1},
      {"FIN_WAIT_1_text_out", State::FIN_WAIT_1, text_out + Steps{close}, true},
      {"FIN_WAIT_1_window_closed", State::FIN_WAIT_1, filled + Steps{close}},
      {"FIN_WAIT_1_hole", State::FIN_WAIT_1, hole + Steps{close}},
      {"FIN_WAIT_2", State::FIN_WAIT_2, fin_wait_2},
      {"FIN_WAIT_2_window_closed", State::FIN_WAIT_2, filled + Steps{close, peer_ack}},
      {"CLOSE_WAIT", State::CLOSE_WAIT, close_wait},
      {"CLOSE_WAIT_text_out", State::CLOSE_WAIT, close_wait + Steps{send}, true},
      {"CLOSING", State::CLOSING, fin_wait_1 + Steps{peer_fin}},
      {"CLOSING_text_out", State::CLOSING, text_out + Steps{close, peer_fin}, true},
      {"LAST_ACK", State::LAST_ACK, close_wait + Steps{close}},
      {"LAST_ACK_text_out", State::LAST_ACK, close_wait + Steps{send, close}, true},
      {"TIME_WAIT", State::TIME_WAIT, fin_wait_2 + Steps{peer_fin_ack, wait}},
      {"TIME_WAIT_from_CLOSING", State::TIME_WAIT, fin_wait_1 + Steps{peer_fin, peer_ack}, true},
  };
}

void keep_each_once(std::vector<Number>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// Before SYN_RECEIVED there is no window: three numbers, one that wraps around within the segment.
std::vector<Number> sequence_numbers(const Connection& before) {
  if (before.state == State::CLOSED || before.state == State::LISTEN ||
      before.state == State::SYN_SENT) {
    return {0, 1000, 0xfffffffe};
  }
  const Number left = before.rcv_nxt;
  const Number right = left + before.rcv_wnd;
  std::vector<Number> numbers = {
      left - kFar, left - kStraddle, left - 1,    left, left + before.rcv_wnd / 2, right - 1,
      right,       right + 1,        right + kFar};
  keep_each_once(numbers);
  return numbers;
}

std::vector<Number> acknowledgment_numbers(const Connection& before) {
  if (before.state == State::CLOSED || before.state == State::LISTEN) return {0, 5000};
  const Number oldest = before.snd_una - before.max_snd_wnd;
  std::vector<Number> numbers = {oldest - 1,
                                 oldest,
                                 before.snd_una - 1,
                                 before.snd_una,
                                 before.snd_una + (before.snd_nxt - before.snd_una) / 2,
                                 before.snd_nxt,
                                 before.snd_nxt + 1,
                                 before.snd_nxt + kFar};
  keep_each_once(numbers);
  return numbers;
}

// One octet takes as much of the sequence space as a FIN. 20 octets straddle an edge. The last two lengths reach the right
// edge of the window, and beyond it.
std::vector<std::uint32_t> lengths(const World& world, const Connection& before) {
  if (world.few_lengths) return {0, 2 * kStraddle};
  if (before.rcv_wnd <= 2 * kStraddle) return {0, 1, 2 * kStraddle};
  return {0, 1, 2 * kStraddle, before.rcv_wnd, before.rcv_wnd + 2 * kStraddle};
}

bool may_receive_text(State state) {
  return state == State::SYN_SENT || state == State::SYN_RECEIVED || state == State::ESTABLISHED ||
         state == State::FIN_WAIT_1 || state == State::FIN_WAIT_2;
}

// One value is enough where the field does not count.
std::vector<std::uint32_t> urgent_pointers(const Connection& before, bool urg) {
  if (urg && may_receive_text(before.state)) return {std::begin(kUrgent), std::end(kUrgent)};
  return {kUrgent[0]};
}

// A FIN before text that has already come: the peer contradicts itself, and the RFC has no rule for it.
bool contradicts(const Connection& before, const Segment& segment) {
  return segment.fin && before.held_begin != before.held_end &&
         within(segment.text_end(), before.rcv_nxt, before.held_end);
}

}  // namespace

const std::vector<World>& worlds() {
  static const std::vector<World> all = make_worlds();
  return all;
}

std::vector<Segment> segments_for(const World& world, const Connection& before) {
  std::vector<Segment> segments;
  const auto add = [&](Segment segment) {
    for (const std::uint32_t up : urgent_pointers(before, segment.urg)) {
      segment.seg_up = up;
      if (!contradicts(before, segment)) segments.push_back(segment);
    }
  };
  for (unsigned bits = 0; bits < 64; ++bits) {
    for (const Number seq : sequence_numbers(before)) {
      for (const std::uint32_t text : lengths(world, before)) {
        for (const Number ack : acknowledgment_numbers(before)) {
          add({.urg = (bits & 32) != 0,
               .ack = (bits & 16) != 0,
               .psh = (bits & 8) != 0,
               .rst = (bits & 4) != 0,
               .syn = (bits & 2) != 0,
               .fin = (bits & 1) != 0,
               .seg_seq = seq,
               .seg_ack = ack,
               .text = text,
               .seg_wnd = kWindow});
        }
      }
    }
  }
  return segments;
}

}  // namespace tcpstack::oracle
