#include "stack/tcp/receive/window.h"

#include <algorithm>
#include <bit>

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kMaxUnscaledWindow = 0xffff;
constexpr std::uint8_t kMaxShift = 14;  // RFC 7323 section 2.3

// Linux: RFC 7323 section 2.3 leaves the shift to us. It is the smallest that can offer the largest buffer,
// ilog2(buffer) - 15, as in Linux (`tcp_select_initial_window`). You can see it: a SYN has wscale 7 for 6 MiB.
std::uint8_t shift_for(std::uint32_t largest_buffer) {
  const int bits = static_cast<int>(std::bit_width(largest_buffer)) - 1;
  return static_cast<std::uint8_t>(std::clamp(bits - 15, 0, int{kMaxShift}));
}

// The room in the buffer beyond RCV.NXT: RCV.BUFF - RCV.USER (section 3.8.6.2.2).
std::uint32_t room(const Tcb& tcb) {
  const std::size_t used = tcb.receive_queue.size();
  return used < tcb.receive_capacity ? static_cast<std::uint32_t>(tcb.receive_capacity - used) : 0;
}

// Linux: RFC 9293 leaves the first window to us. It is whole segments if there is room for one, as in Linux
// (`tcp_select_initial_window`). You can see it: a SYN offers 64,240 bytes, 44 segments of 1,460.
std::uint32_t first_window(const Tcb& tcb, const TcpConfig& config) {
  const std::uint32_t whole = tcb.receive_capacity;
  if (config.syn_window != 0) return std::min(whole, std::uint32_t{config.syn_window});
  return whole > tcb.rcv.mss ? whole - whole % tcb.rcv.mss : whole;
}

// Fr * RCV.BUFF and Eff.snd.MSS, whichever is smaller: the smallest step of the right edge.
std::uint32_t least_step(const Tcb& tcb) {
  return std::min(tcb.receive_capacity / 2, std::uint32_t{tcb.rcv.mss});
}

// The window after the silly window rule of section 3.8.6.2.2: wider by a useful step, or unchanged.
std::uint32_t offered(const Tcb& tcb) {
  const std::uint32_t available = std::min(room(tcb), kMaxUnscaledWindow << tcb.rcv.wind_shift);
  return available >= tcb.rcv.wnd + least_step(tcb) ? available : tcb.rcv.wnd;
}

}  // namespace

void open_receive_window(Tcb& tcb, const TcpConfig& config) {
  const std::uint32_t chosen = tcb.options->receive_buffer;
  tcb.receive_capacity = chosen != 0 ? chosen : config.receive_buffer.initial / 2;
  const std::uint32_t largest = chosen != 0 ? chosen : config.receive_buffer.largest;
  tcb.rcv.offered_shift = config.window_scaling ? shift_for(largest) : std::uint8_t{0};
  tcb.rcv.wnd = std::min(first_window(tcb, config), kMaxUnscaledWindow);
}

bool is_in_window(const ReceiveSequenceSpace& rcv, Seq seq) {
  // Not by comparisons of Seq: a number half the circle away lies on both sides.
  return distance(rcv.nxt, seq) < rcv.wnd;
}

void take_window_scale_option(Tcb& tcb, const Segment& seg) {
  tcb.window_scaling = tcb.offered.window_scaling && seg.options.window_scale.has_value();
  tcb.rcv.wind_shift = tcb.window_scaling ? tcb.rcv.offered_shift : std::uint8_t{0};
  // "If a shift.cnt value larger than 14 is received, the TCP MUST use 14" (section 2.3).
  tcb.snd.wind_shift =
      tcb.window_scaling ? std::min(*seg.options.window_scale, kMaxShift) : std::uint8_t{0};
  // A SYN again may do without scaling, after an ACK of ours that offered a scaled window.
  tcb.rcv.wnd = std::min(tcb.rcv.wnd, kMaxUnscaledWindow << tcb.rcv.wind_shift);
}

std::uint32_t scaled_window(const Tcb& tcb, const Segment& seg) {
  return seg.control.syn ? seg.wnd : seg.wnd << tcb.snd.wind_shift;
}

std::uint16_t advertise_window(Tcb& tcb, bool syn) {
  if (syn) return static_cast<std::uint16_t>(std::min(tcb.rcv.wnd, kMaxUnscaledWindow));
  const std::uint32_t shift = tcb.rcv.wind_shift;
  const std::uint32_t unit = 1U << shift;
  tcb.rcv.wnd = std::min(offered(tcb), kMaxUnscaledWindow << shift);
  // Rounded up while the buffer allows it, so that the edge that the peer sees does not move left.
  const std::uint32_t up = (tcb.rcv.wnd + unit - 1) / unit * unit;
  if (up <= std::min(room(tcb) + unit - 1, kMaxUnscaledWindow << shift)) tcb.rcv.wnd = up;
  return static_cast<std::uint16_t>(tcb.rcv.wnd >> shift);
}

bool is_window_update_due(const Tcb& tcb) {
  // Linux: RFC 9293 section 3.8.6.2.2 leaves the moment of an update to us. We send one when the window at least
  // doubles, as Linux does (`__tcp_cleanup_rbuf`); smaller steps travel with the next segment. You can see it: a
  // small read sends nothing.
  return offered(tcb) > tcb.rcv.wnd && offered(tcb) >= 2 * tcb.rcv.wnd;
}

}  // namespace tcpstack::tcp
