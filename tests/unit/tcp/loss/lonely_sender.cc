#include "tests/unit/tcp/loss/lonely_sender.h"

#include <utility>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/timeouts.h"

namespace tcpstack::tcp {

LonelySender::LonelySender() {
  tcb.options = base::Shared(ConnectionOptions{.nagle = false, .congestion = "reno"});
  tcb.state = State::ESTABLISHED;
  tcb.sack_permitted = true;
  tcb.snd.una = tcb.snd.nxt = tcb.send_begin = tcb.snd.up = tcb.snd.small_end = Seq(1);
  tcb.snd.wnd = tcb.snd.max_wnd = 1 << 20;
  tcb.snd.wl1 = tcb.snd.wl2 = Seq(0);
  tcb.rcv.nxt = Seq(1);  // behind the peer's SYN
  tcb.snd.smss = kSmss;
  tcb.snd.mss = kSmss;
  tcb.send_capacity = 1 << 20;
  measured(tcb.rtt, std::chrono::milliseconds(100), config.tcp);
}

void LonelySender::begins(std::uint32_t segments) {
  start_congestion_control(tcb, cx);
  sender().recovery.window.cwnd = segments * kSmss;
}

void LonelySender::output() {
  while (const auto next = next_segment(tcb, cx)) {
    (void)emit(tcb, *next, cx);
    sent_.push_back(std::to_string(next->seq.number()) + ":" +
                    std::to_string((next->seq + next->len()).number()));
  }
  check(tcb);
}

void LonelySender::writes(std::size_t bytes) {
  tcb.send_queue.append(std::vector<std::uint8_t>(bytes));
  output();
}

void LonelySender::acks(std::uint32_t number, const AckOptions& options) {
  const std::vector<std::uint8_t> text(options.text);
  Segment seg;
  seg.ack = Seq(number);
  seg.wnd = options.window != 0 ? options.window : tcb.snd.wnd;
  seg.control.ack = true;
  seg.control.ece = options.echoes_congestion;
  seg.text = text;
  seg.options.sack = options.sack;
  if (tcb.ts.ok) seg.options.timestamps = {1, options.echo};
  (void)fifth_check_ack(tcb, seg, cx);
  output();
}

void LonelySender::passes(Duration span) {
  const Time end = cx.now + span;
  while (tcb.alarms.earliest() <= end) {
    cx.now = tcb.alarms.earliest();
    time_passes(tcb, cx);
    output();
  }
  cx.now = end;
}

std::string LonelySender::sent() {
  std::string all;
  for (const std::string& one : std::exchange(sent_, {})) all += all.empty() ? one : " " + one;
  return all;
}

std::uint32_t LonelySender::tsval() const { return timestamp_clock(tcb.ts, cx.now); }

}  // namespace tcpstack::tcp
