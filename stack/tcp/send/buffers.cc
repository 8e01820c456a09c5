#include "stack/tcp/send/buffers.h"

#include <algorithm>

#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/nagle.h"

namespace tcpstack::tcp {

namespace {

// Text of a super-segment as Linux fills it (`tcp_xmit_size_goal`): whole segments, at most what IP can carry with
// Linux's headers, and at most half of the largest window that the peer has offered (`tcp_bound_to_half_wnd`).
std::size_t super_segment_size(const Tcb& tcb) {
  constexpr std::uint32_t kLargest = 65'215;
  constexpr std::uint32_t kSmallWindow = 536;
  const std::uint32_t offered = tcb.snd.max_wnd;
  const std::uint32_t bound = offered > kSmallWindow ? offered / 2 : kLargest;
  const std::uint32_t mss = tcb.snd.smss;
  return std::max(std::min(bound, kLargest) / mss * mss, mss);
}

// Waiting text that leaves before the next super-segment begins.
std::size_t leaving(const Tcb& tcb, const TcpConfig& config) {
  if (!is_synchronized(tcb.state)) return 0;
  const std::uint32_t cwnd = congestion_window(tcb, config).cwnd;
  const std::uint32_t in_flight = inflight(tcb);
  return std::min(cwnd > in_flight ? cwnd - in_flight : 0, usable_window(tcb));
}

std::size_t above_zero(std::size_t a, std::size_t b) { return a > b ? a - b : 0; }

// The bytes of the super-segments that begin before `limit`.
std::size_t begun_before(std::size_t limit, std::size_t size) {
  return (limit + size - 1) / size * size;
}

}  // namespace

// A super-segment that cwnd or the window cuts is filled up again: its first part has left.
std::size_t room_to_send(const Tcb& tcb, const TcpConfig& config) {
  const std::size_t size = super_segment_size(tcb);
  const std::size_t leaves = leaving(tcb, config);
  const std::size_t used = tcb.send_queue.size();
  const std::size_t waiting = not_sent(tcb);
  const std::size_t kept = above_zero(waiting, leaves) % size;
  std::size_t room = kept > 0 ? size - kept : 0;
  const std::size_t leaves_too = above_zero(leaves, waiting + room);
  if (leaves_too > 0) {
    const std::size_t begun = begun_before(above_zero(tcb.send_capacity, used + room), size);
    if (begun <= leaves_too) return room + begun;
    room += leaves_too + size;
  }
  const std::size_t stays = above_zero(waiting + room, leaves);
  return room + std::min(begun_before(above_zero(tcb.send_capacity, used + room), size),
                         begun_before(above_zero(tcb.options->not_sent_low, stays), size));
}

bool has_room(const Tcb& tcb) {
  const std::size_t two_thirds = tcb.send_capacity - tcb.send_capacity / 3;
  const std::uint64_t not_yet = not_sent(tcb);
  return tcb.send_queue.size() <= two_thirds && 2 * not_yet < tcb.options->not_sent_low;
}

void tell_user_of_room(Tcb& tcb) {
  if (!tcb.send_refused || !has_room(tcb)) return;
  tcb.send_refused = false;
  tcb.events.writable = true;
}

void grow_send_buffer(Tcb& tcb, Context& cx) {
  if (tcb.options->send_buffer != 0) return;
  const std::uint32_t largest = cx.config.tcp.send_buffer.largest;
  const std::uint32_t cwnd = congestion_window(tcb, cx.config.tcp).cwnd;
  const std::uint32_t wanted = cwnd < largest / 2 ? 2 * cwnd : largest;
  tcb.send_capacity = std::max(tcb.send_capacity, wanted);
}

}  // namespace tcpstack::tcp
