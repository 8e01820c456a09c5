// The user calls on a connection, RFC 9293 sections 3.10.1 to 3.10.6: one file each. Each is the RFC's switch over
// the states. Output later finds what a call has left to send.
#pragma once

#include <cstddef>
#include <expected>

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The options of SEND (3.10.2). Text is pushed unless more follows (MAY-15).
struct SendFlags {
  // Linux: RFC 9293 section 3.10.2 has no such flag. Text for less than a segment waits for the next SEND, an
  // acknowledgment or an RTO, as in Linux (`MSG_MORE`). You can see it: two small writes leave as one segment.
  bool more_follows = false;
  // Linux: TCP has no records. No segment has the last byte of this text and later text (records.h), as in Linux
  // (`MSG_EOR`). You can see it: two short records leave as two segments.
  bool end_of_record = false;
  // The text stays unchanged in its place until the stack is destroyed, so it need not be copied.
  bool constant = false;
};

// STATUS, RFC 9293 section 3.10.6.
struct ConnectionStatus {
  State state = State::CLOSED;
  Error error = Error::none;
  Error soft_error = Error::none;  // the present problem by ICMP (SHLD-25)
  Endpoint local;
  Endpoint remote;
  std::size_t readable = 0;        // bytes that receive() would return
  bool at_end = false;             // the peer's FIN has been reached
  std::size_t urgent = 0;          // unread urgent bytes, received or not (MUST-33)
  std::size_t unacknowledged = 0;  // bytes sent or queued and not acknowledged
  std::size_t writable = 0;        // bytes that send() would take
  bool has_room = false;           // may a user who waits for room go on? (buffers.h)
};

// 3.10.1, active: the SYN of a TCB that initialize() has prepared.
void call_open(Tcb& tcb, Context& cx);

// 3.10.2: queues as much of `text` as there is room for and returns the number of bytes. Errors: would_block,
// closing, does_not_exist, or, if the user has not heard of it, the reason why the connection has ended.
std::expected<std::size_t, Error> call_send(Tcb& tcb, Bytes text, SendFlags flags, Context& cx);
// The same with the URGENT flag (section 3.8.5).
std::expected<std::size_t, Error> call_send_urgent(Tcb& tcb, Bytes text, Context& cx);

// 3.10.3: copies received text, in order; returns 0 at its end. Errors: would_block, or, if the user has not heard of it,
// the reason why the connection has ended.
std::expected<std::size_t, Error> call_receive(Tcb& tcb, MutableBytes text, Context& cx);

// Drops at most `most` received bytes without copying them.
// Linux: RFC 9293 section 3.10.3 has no such call. We have it, as recv(2) with `MSG_TRUNC`. You can see it: the
// window opens as after RECEIVE.
std::expected<std::size_t, Error> call_skip(Tcb& tcb, std::size_t most, Context& cx);

// 3.10.3, but the text stays for the next call.
// Linux: RFC 9293 section 3.10.3 has no such call. We have it, as recv(2) with `MSG_PEEK`. You can see it: the
// window stays as it is.
std::expected<std::size_t, Error> call_peek(const Tcb& tcb, MutableBytes text);

// 3.10.4: queues a FIN behind all text. Errors: closing, does_not_exist.
std::expected<void, Error> call_close(Tcb& tcb, Context& cx);

// 3.10.5: RST, queues flushed, CLOSED.
std::expected<void, Error> call_abort(Tcb& tcb, Context& cx);

// 3.10.6: the user's view of the connection.
ConnectionStatus call_status(const Tcb& tcb, const TcpConfig& config);

// close(2), which is not in the RFC: the user gives its handle back.
void call_release(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
