#include "stack/tcp/connection.h"

#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/keepalive.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/reset.h"
#include "stack/tcp/send/buffers.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/path_mtu.h"

namespace tcpstack::tcp {

namespace {

bool peer_knows_us(State state) { return state == State::SYN_RECEIVED || is_synchronized(state); }

void count_end(State from, Context& cx) {
  if (from == State::SYN_SENT || from == State::SYN_RECEIVED) ++cx.counters.attempt_fails;
  if (from == State::ESTABLISHED || from == State::CLOSE_WAIT) ++cx.counters.established_resets;
}

}  // namespace

void initialize(Tcb& tcb, const Endpoint& local, const Endpoint& remote,
                const FirstNumbers& numbers, Context& cx) {
  const TcpConfig& config = cx.config.tcp;
  const Seq iss = numbers.iss;
  tcb.local = local;
  tcb.remote = remote;
  tcb.snd.iss = iss;
  tcb.snd.una = iss;
  tcb.snd.nxt = iss;
  tcb.snd.up = iss;
  tcb.snd.small_end = iss;
  tcb.send_begin = iss + 1;
  tcb.send_capacity = config.send_buffer.initial;
  tcb.offered = {.window_scaling = config.window_scaling,
                 .timestamps = config.timestamps,
                 .sack = config.sack,
                 .ecn = config.ecn == EcnMode::offer};
  tcb.ts.offset = numbers.timestamp_offset;
  tcb.rcv.mss = advertised_mss(cx.config);
  take_known_path_mtu(tcb, cx);
  tcb.ack.quick = config.quick_acks;
  open_receive_window(tcb, config);
  start_rto(tcb.rtt, config);
}

void take_options_of_syn(Tcb& tcb, const Segment& seg, Context& cx) {
  tcb.rcv.irs = seg.seq;
  tcb.rcv.nxt = seg.seq + 1;
  tcb.rcv.up = seg.seq;
  tcb.ack.last_ack_sent = tcb.rcv.nxt;
  agree_on_options(tcb, seg, cx);
}

void agree_on_options(Tcb& tcb, const Segment& seg, Context& cx) {
  take_mss_option(tcb, seg);
  take_window_scale_option(tcb, seg);
  take_ecn_of_syn(tcb.ecn, tcb.offered.ecn, seg.control, cx.config.tcp.ecn);
  tcb.sack_permitted = tcb.offered.sack && seg.options.sack_permitted;
  tcb.ts.ok = tcb.offered.timestamps && seg.options.timestamps.has_value();
  if (tcb.ts.ok) {
    tcb.ts.recent = seg.options.timestamps->value;
    tcb.ts.recent_age = cx.now;
  }
  tcb.snd.smss = effective_mss(tcb, options_size(tcb), cx.config);
}

void establish(Tcb& tcb, Why why, Context& cx) {
  const bool already_sends = is_served_early(tcb);
  enter(tcb, State::ESTABLISHED, why, cx);
  // After a lost SYN; otherwise congestion control begins with the first text.
  if (tcb.sender.is_made() && !already_sends) start_congestion_control(tcb, cx);
  start_keepalive(tcb, cx);
  grow_send_buffer(tcb, cx);
  tcb.ack.last_text = cx.now;  // as Linux's lrcvtime
  tcb.events.established = true;
  tcb.events.writable = true;
}

void enter_time_wait(Tcb& tcb, Why why, Context& cx) {
  enter(tcb, State::TIME_WAIT, why, cx);
  tcb.alarms.stop_all();
  restart_time_wait(tcb, cx);
}

void restart_time_wait(Tcb& tcb, Context& cx) {
  // MUST-13
  tcb.alarms.set(AlarmKind::time_wait, cx.now + 2 * cx.config.tcp.msl);
}

void end(Tcb& tcb, Error error, Why why, Context& cx) {
  count_end(tcb.state, cx);
  tcb.error = error;
  tcb.send_queue.clear();
  tcb.flight.clear();
  tcb.out_of_order.drop();
  tcb.ack.now = false;
  tcb.ack.duplicates = 0;
  tcb.alarms.stop_all();
  tcb.events.readable = true;
  tcb.events.writable = true;
  tcb.events.closed = true;
  enter(tcb, State::CLOSED, why, cx);
}

void end_with_reset(Tcb& tcb, Error error, Why why, Context& cx) {
  if (peer_knows_us(tcb.state)) owe_reset(tcb, why, cx);
  end(tcb, error, why, cx);
}

}  // namespace tcpstack::tcp
