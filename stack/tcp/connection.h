// The beginning and the ends of a whole connection.
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// What outsiders must not be able to compute.
struct FirstNumbers {
  Seq iss;                             // ISS
  std::uint32_t timestamp_offset = 0;  // where our timestamp clock starts
};

// Fills a new TCB from the configuration: the offers of our SYN, windows, timers.
void initialize(Tcb& tcb, const Endpoint& local, const Endpoint& remote,
                const FirstNumbers& numbers, Context& cx);

// The peer's SYN: IRS, RCV.NXT and the options that both sides agree on.
void take_options_of_syn(Tcb& tcb, const Segment& seg, Context& cx);

// The part about options: those that `tcb.offered` and the peer's SYN both have. A further SYN may change them.
void agree_on_options(Tcb& tcb, const Segment& seg, Context& cx);

// Our SYN is acknowledged: ESTABLISHED, from SYN_SENT or SYN_RECEIVED.
void establish(Tcb& tcb, Why why, Context& cx);

// TIME_WAIT: "start the time-wait timer, turn off the other timers" (3.10.7.4).
void enter_time_wait(Tcb& tcb, Why why, Context& cx);
void restart_time_wait(Tcb& tcb, Context& cx);

// "Delete the TCB, enter the CLOSED state, and return." Reports `error` to the user; a normal end has none (MUST-12).
// Departs: RFC 9293 sections 3.10.7.4 (second) and 3.10.8 flush all queues. We flush what was to be sent. Text that was
// received in order stays for the user, as with Linux (`tcp_recvmsg`): the peer was told that we have it. You can see it:
// RECEIVE returns the text before a RST, then the error once, then the end.
void end(Tcb& tcb, Error error, Why why, Context& cx);

// Like end(), after a RST to the peer if it knows of the connection (3.10.5).
void end_with_reset(Tcb& tcb, Error error, Why why, Context& cx);

}  // namespace tcpstack::tcp
