// See host.h.
#include "stack/sim/host.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stack/sim/segmentation.h"
#include "stack/tcp/congestion/congestion.h"

namespace tcpstack::sim {
namespace {

// The byte at a position of the stream. Its period is not a power of two, so a block in the wrong place shows.
std::uint8_t pattern(std::uint64_t position) {
  return static_cast<std::uint8_t>(position % 251 + position / 65521);
}

std::vector<std::uint8_t> text_at(std::uint64_t position, std::uint64_t size) {
  std::vector<std::uint8_t> text(size);
  for (std::uint8_t& byte : text) byte = pattern(position++);
  return text;
}

}  // namespace

Host::Host(const Config& config, const UserOptions& user, Address peer, std::uint64_t seed,
           Send send)
    : user_(user), random_(seed + 1), peer_(peer), send_(std::move(send)), stack_(config, seed) {
  next_read_ = Time{} + user.reads_from;
  if (user.opens) return;
  listener_ = stack_.listen({{}, kPort}, user.is_flooded ? 1 : 0).value();
  started_ = true;
  if (user.is_flooded) fill_syn_queue();
}

void Host::fill_syn_queue() {
  Config config;
  config.ip.address = Address(0x0a0000fe);  // 10.0.0.254, of no host
  Stack stranger(config, 1);
  (void)stranger.open({stack_.config().ip.address, kPort}, {}, Time{});
  stack_.packet_arrives(
      {.bytes = on_the_wire(*stranger.poll_transmit(Time{})).front(), .offload = {}}, Time{});
}

void Host::packet_arrives(Bytes packet, Time now) {
  stack_.packet_arrives({.bytes = packet, .offload = {}}, now);
  for (Watcher* const watcher : watchers_) watcher->received(packet, now);
  drain(now);
  measure();
  settle(now);
}

void Host::time_passes(Time now) {
  if (!started_ && now >= Time{} + user_.start) start(now);
  stack_.time_passes(now);
  drain(now);
  settle(now);
}

std::optional<Time> Host::next_deadline() const {
  std::optional<Time> next = stack_.next_deadline();
  const auto sooner = [&next](bool wanted, Time at) {
    if (wanted && (!next || at < *next)) next = at;
  };
  sooner(!started_, Time{} + user_.start);
  sooner(can_send_, next_write_);
  sooner(can_receive_, next_read_);
  return next;
}

bool Host::done() const { return figures_.closed && stack_.connection_count() == 0; }

void Host::start(Time now) {
  started_ = true;
  connection_ = stack_.open({peer_, kPort}, {}, now).value();
}

void Host::drain(Time now) {
  act(now);
  while (const auto event = stack_.poll_event()) {
    take_event(*event, now);
    act(now);
  }
  while (const auto packet = stack_.poll_transmit(now)) {
    for (Watcher* const watcher : watchers_) watcher->sent(*packet, now);
    send_(*packet);
  }
  figures_.retransmissions = stack_.counters().segments_retransmitted;
  figures_.timeouts = stack_.counters().retransmission_timeouts;
}

void Host::take_event(const Event& event, Time now) {
  const bool acceptable = event.listener != ListenerId{};
  if (acceptable && !connected_) {
    const auto accepted = stack_.accept(listener_, now);
    if (!accepted) return;
    connection_ = *accepted;
    stack_.close(listener_, now);
  }
  if (event.established || acceptable) {
    connected_ = can_send_ = can_receive_ = true;
    figures_.established = now;
  }
  can_send_ = can_send_ || (connected_ && event.writable && !close_called_);
  can_receive_ = can_receive_ || (connected_ && event.readable && !figures_.at_end);
  if (!event.closed || figures_.closed) return;
  while (receive_once(now)) {  // the last chance: without pauses
  }
  figures_.closed = true;
  can_send_ = can_receive_ = false;
  if (const auto status = stack_.status(connection_)) figures_.error = status->error;
  stack_.release(connection_, now);
}

void Host::act(Time now) {
  if (can_receive_ && now >= next_read_) receive_more(now);
  if (can_send_ && now >= next_write_) send_more(now);
}

void Host::send_more(Time now) {
  while (figures_.sent < user_.bytes) {
    const std::uint64_t size =
        std::min<std::uint64_t>(user_.write_size, user_.bytes - figures_.sent);
    const auto taken = send_once(text_at(figures_.sent, size), now);
    can_send_ = taken.has_value();
    if (!taken) return;
    figures_.sent += *taken;
    next_write_ = now + user_.write_pause;
    if (now < next_write_) return;
  }
  can_send_ = false;
  close_called_ = true;
  static_cast<void>(stack_.close(connection_, now));  // an event reports the error, too
}

std::expected<std::size_t, tcp::Error> Host::send_once(Bytes text, Time now) {
  if (user_.changes > 0 && random_.chance(user_.changes)) change_option(now);
  const bool is_urgent = user_.urgent > 0 && random_.chance(user_.urgent);
  return is_urgent ? stack_.send_urgent(connection_, text, now)
                   : stack_.send(connection_, text, now);
}

// One of those that may change under way.
void Host::change_option(Time now) {
  auto options = stack_.options(connection_);
  if (!options) return;
  const auto algorithms = tcp::congestion_algorithms();
  switch (random_.below(8)) {
    case 0: options->nagle = !options->nagle; break;
    case 1: options->cork = !options->cork; break;
    case 2: options->pacing = !options->pacing; break;
    case 3: options->keepalive = !options->keepalive; break;
    case 4: options->not_sent_low = random_.below(20'000); break;
    case 5: options->send_buffer = 1 + random_.below(100'000); break;
    case 6: options->receive_buffer = 1 + random_.below(100'000); break;
    default:
      options->congestion =
          algorithms[random_.below(static_cast<std::uint32_t>(algorithms.size()))].name;
  }
  (void)stack_.set_options(connection_, *options, now);
}

void Host::receive_more(Time now) {
  while (receive_once(now)) {
    next_read_ = now + user_.read_pause;
    if (now < next_read_) return;
  }
}

// Returns false if no text is there now, or none will come.
bool Host::receive_once(Time now) {
  std::vector<std::uint8_t> text(user_.read_size);
  const auto taken = stack_.receive(connection_, text, now);
  can_receive_ = taken.has_value() && *taken > 0;
  if (!taken) return false;
  if (*taken == 0) {
    figures_.at_end = true;
    return false;
  }
  for (std::size_t i = 0; i < *taken; ++i) {
    figures_.in_order = figures_.in_order && text[i] == pattern(figures_.received + i);
  }
  if (figures_.received == 0) figures_.first_byte = now;
  figures_.received += *taken;
  figures_.last_byte = now;
  return true;
}

void Host::measure() {
  const tcp::Tcb* const tcb = stack_.tcb(connection_);
  if (tcb == nullptr || tcb->rtt.srtt == Duration::zero()) return;
  figures_.rtt_min = std::min(figures_.rtt_min, tcb->rtt.srtt);
  figures_.rtt_max = std::max(figures_.rtt_max, tcb->rtt.srtt);
  figures_.rtt_sum += tcb->rtt.srtt;
  ++figures_.rtt_count;
}

void Host::settle(Time now) {
  for (Watcher* const watcher : watchers_) watcher->settled(*this, now);
}

}  // namespace tcpstack::sim
