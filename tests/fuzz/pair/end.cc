// See end.h.
#include "tests/fuzz/pair/end.h"

#include <algorithm>
#include <chrono>

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// No period that a window or a buffer has.
std::uint8_t pattern(std::size_t end, std::size_t position) {
  return static_cast<std::uint8_t>(position % 251 + position / 65521 + 77 * end);
}

void configure_tcp(Input& input, TcpConfig& tcp) {
  const std::uint8_t off = input.byte();
  tcp.timestamps = (off & 1) == 0;
  tcp.sack = (off & 2) == 0;
  tcp.window_scaling = (off & 4) == 0;
  tcp.nagle = (off & 8) == 0;
  tcp.tail_loss_probe = (off & 16) == 0;
  tcp.syn_cookies = (off & 32) == 0;
  tcp.keep_text_of_syn = (off & 64) == 0;
  tcp.slow_start_after_idle = (off & 128) == 0;
  const std::uint8_t on = input.byte();
  tcp.pacing = (on & 1) != 0;
  tcp.fast_open = (on & 2) != 0;
  tcp.keepalive = (on & 4) != 0;
  tcp.rto_min_bounds_sum = (on & 8) != 0;
  if ((on & 16) != 0)
    tcp.user_timeout = input.pick<Duration>({300s, 1000s});  // longer than a reader sleeps
  tcp.ecn = input.pick({EcnMode::accept, EcnMode::offer, EcnMode::off});
  tcp.congestion = input.pick({"cubic", "reno", "tahoe"});
  tcp.keepalive_idle = input.pick<Duration>({2s, 60s, 7200s});
  tcp.keepalive_interval = 3s;
  tcp.delayed_ack = input.pick<Duration>({40ms, 0ms, 400ms});
  tcp.initial_window = input.pick({10U, 1U, 3U});
  tcp.syn_window = input.pick<std::uint16_t>({0, 0, 1, 1000, 65535});
}

void configure_buffers(Input& input, TcpConfig& tcp) {
  tcp.receive_buffer.initial = input.pick<std::uint32_t>({131072, 131072, 16000, 3000, 100, 4});
  tcp.receive_buffer.largest =
      std::max(tcp.receive_buffer.initial, input.pick<std::uint32_t>({6 << 20, 1, 65536}));
  tcp.send_buffer.initial = input.pick<std::uint32_t>({87380, 87380, 4000, 100, 2});
  tcp.send_buffer.largest =
      std::max(tcp.send_buffer.initial, input.pick<std::uint32_t>({4 << 20, 1}));
}

}  // namespace

Config config_of(Input& input, std::size_t number) {
  Config config;
  config.ip.address = Address(0x0a000001 + static_cast<std::uint32_t>(number));
  config.ip.mtu = input.pick<std::uint16_t>({1500, 1500, 576, 296, 68, 9000, 65535});
  config.ip.offload = input.chance(25);
  configure_tcp(input, config.tcp);
  configure_buffers(input, config.tcp);
  return config;
}

End::End(Input& input, std::size_t number, const Config& config)
    : stack(config, input.word()),
      story_(stack, number == 0 ? "client " : "server "),
      number_(number) {}

void End::listen(Input& input) {
  listener_ = stack.listen({{}, kPort}, input.pick<std::size_t>({0, 1, 2})).value();
}

void End::begin(Input& input, std::size_t most, Time now) {
  to_send_ = input.chance(15) ? 0 : input.word() * most / 65536;
  write_size_ = input.pick<std::size_t>({65536, 65536, 1000, 100, 1});
  write_size_ = std::max(write_size_, to_send_ / 300);
  read_size_ = input.pick<std::size_t>({65536, 65536, 5000, 100});
  write_pause_ = input.pick<Duration>({0ms, 0ms, 1ms, 70ms});
  read_pause_ = input.pick<Duration>({0ms, 0ms, 3ms, 200ms});
  read_pause_ = read_size_ < 1000 ? std::min<Duration>(read_pause_, 3ms) : read_pause_;
  sends_urgent_ = input.chance(20);
  // Nobody would see that a timeout ends a connection which was given back.
  const TcpConfig& tcp = stack.config().tcp;
  gives_back_early_ = input.chance(30) && tcp.user_timeout == 0s && !tcp.keepalive;
  next_read_ = now + input.pick<Duration>({0s, 0s, 5s, 100s});
  next_write_ = now;
  received_.clear();
  sent_ = 0;
  connected_ = closed_ = at_end_ = done_ = blocked_ = readable_ = false;
  error_ = tcp::Error::none;
  lost_at_progress_ = lost_at_heard_ = lost_;
  connection_ = {};
}

void End::open(const Endpoint& server, Time now) {
  std::vector<std::uint8_t> text(std::min(write_size_, to_send_));
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = pattern(number_, i);
  connection_ = stack.open(server, {}, now).value();
  sent_ = stack.offer_text(connection_, text, now).value();
}

void End::arrives(const Carried& packet, Time now) {
  stack.packet_arrives({.bytes = packet.bytes, .offload = packet.offload}, now);
  check();
}

std::optional<Time> End::next_deadline() const {
  std::optional<Time> next = stack.next_deadline();
  const auto sooner = [&next](bool wanted, Time at) {
    if (wanted && (!next || at < *next)) next = at;
  };
  sooner(connected_ && !done_ && !closed_ && !blocked_, next_write_);
  sooner(connected_ && !done_ && readable_ && !at_end_, next_read_);
  return next;
}

void End::act(Input& input, Network& network, bool receiver_offloads, Time now) {
  for (int turn = 0; turn < 1000; ++turn) {
    bool idle = true;
    while (const auto event = stack.poll_event()) take_event(*event, now);
    if (connected_ && !done_) {
      if (input.chance(2)) change_options(input, now);
      read(now);
      write(input, now);
      if (gives_back_early_ && at_end_ && closed_) finish(now);
    }
    while (const auto packet = stack.poll_transmit(now)) {
      network.send(number_, *packet, receiver_offloads, now);
      idle = false;
    }
    note_progress(network);
    if (idle) break;
    require(turn < 999, "the stack sends without end");
  }
  check();
  for (const ConnectionId id : stack.connections()) tcp::check_at_rest(*stack.tcb(id));
}

// Of what comes to its port, the connection from the client of the pair is the one; the others are forged or repeated
// SYNs.
void End::accept_all(Time now) {
  while (const auto accepted = stack.accept(listener_, now)) {
    const tcp::Tcb* const tcb = stack.tcb(*accepted);
    if (!connected_ && !done_ && tcb->remote == expected_peer_) {
      connection_ = *accepted;
      connected_ = readable_ = true;
    } else {
      stack.release(*accepted, now);
    }
  }
}

void End::take_event(const Event& event, Time now) {
  if (event.listener != ListenerId{}) accept_all(now);
  if (event.connection != connection_ || done_) return;
  connected_ |= event.established;
  readable_ |= event.readable || event.established;
  if (event.writable) blocked_ = false;
  if (!event.closed) return;
  read_pause_ = Duration::zero();  // the last chance
  next_read_ = now;
  if (connected_) read(now);
  if (const auto status = stack.status(connection_)) error_ = status->error;
  finish(now);
}

void End::finish(Time now) {
  stack.release(connection_, now);
  done_ = true;
}

void End::abort(Time now) {
  if (done_) return;
  (void)stack.abort(connection_, now);
  error_ = tcp::Error::aborted;
  finish(now);
}

void End::write(Input& input, Time now) {
  while (!closed_ && !blocked_ && now >= next_write_) {
    if (sent_ == to_send_) {
      closed_ = true;
      (void)stack.close(connection_, now);
      return;
    }
    std::vector<std::uint8_t> text(std::min(write_size_, to_send_ - sent_));
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = pattern(number_, sent_ + i);
    const bool is_urgent = sends_urgent_ && input.chance(10);
    const SendFlags flags{.more_follows = input.chance(10), .end_of_record = input.chance(5)};
    const auto taken = is_urgent ? stack.send_urgent(connection_, text, now)
                                 : stack.send(connection_, text, now, flags);
    blocked_ = !taken.has_value();
    if (!taken) return;
    sent_ += *taken;
    next_write_ = now + write_pause_;
  }
}

void End::read(Time now) {
  std::vector<std::uint8_t> space(read_size_);
  while (readable_ && !at_end_ && now >= next_read_) {
    const auto taken = stack.receive(connection_, space, now);
    readable_ = taken.has_value();
    if (!taken) return;
    at_end_ = *taken == 0;
    received_.insert(received_.end(), space.begin(),
                     space.begin() + static_cast<std::ptrdiff_t>(*taken));
    next_read_ = now + read_pause_;
  }
}

void End::change_options(Input& input, Time now) {
  auto options = stack.options(connection_);
  if (!options) return;
  switch (input.below(8)) {
    case 0: options->nagle = !options->nagle; break;
    case 1: options->cork = !options->cork; break;
    case 2: options->pacing = !options->pacing; break;
    case 3: options->congestion = input.pick({"cubic", "reno", "tahoe"}); break;
    case 4: options->not_sent_low = input.word(); break;
    case 5: options->send_buffer = input.word(); break;
    case 6: options->receive_buffer = input.word(); break;
    default: options->dscp = input.byte() & 63U; break;
  }
  (void)stack.set_options(connection_, *options, now);
}

void End::note_progress(const Network& network) {
  lost_ = network.lost();
  const tcp::Tcb* const tcb = stack.tcb(connection_);
  if (tcb == nullptr || tcb->state == tcp::State::CLOSED) return;
  if (tcb->snd.una != last_una_) lost_at_progress_ = lost_;
  if (tcb->keepalive.last_heard != last_heard_) lost_at_heard_ = lost_;
  last_una_ = tcb->snd.una;
  last_heard_ = tcb->keepalive.last_heard;
}

void End::check() const {
  for (const ConnectionId id : stack.connections()) tcp::check(*stack.tcb(id));
}

void End::require_equal_text(const End& reader) const {
  require(reader.received_.size() == to_send_, "the reader has not got all text");
  require(reader.at_end_, "the reader has not seen the end");
  for (std::size_t i = 0; i < to_send_; ++i)
    require(reader.received_[i] == pattern(number_, i), "the reader has got other text");
}

}  // namespace tcpstack::test
