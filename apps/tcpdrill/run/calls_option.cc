// getsockopt and setsockopt. The runner keeps SO_ERROR and SO_LINGER itself; every other option is the core's,
// through Host::apply().
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/calls.h"

namespace tcpstack::drill {
namespace {

OptionName option_name(const Call& call) {
  const Expr& name = argument(call, 2);
  return {.level = static_cast<int>(argument_value(call, 1)),
          .name = static_cast<int>(evaluate(name)),
          .word = name.text};
}

bool is(const OptionName& option, int level, int name) {
  return option.level == level && option.name == name;
}

// Linux: TCP_MIN_MSS to MAX_TCP_WINDOW; 0 takes the option back.
bool is_segment_size(std::int64_t size) { return size == 0 || (size >= 88 && size <= 32767); }

// {onoff=1, linger=0}
bool is_linger_zero(const Expr& value) {
  const Expr* const on = field(value, "onoff");
  const Expr* const seconds = field(value, "linger");
  if (on == nullptr || seconds == nullptr)
    throw Malformed(value.offset, "a struct linger: {onoff=1, linger=0}");
  if (evaluate(*on) == 0) return false;
  if (evaluate(*seconds) != 0) throw Unsupported("SO_LINGER that waits");
  return true;
}

}  // namespace

void Calls::apply_options(const Descriptor& socket) {
  for (const auto& [name, value] : socket.options)
    host_.apply({name.first, name.second, "an option"}, socket.options, socket.connection);
}

Calls::Result Calls::setsockopt(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const OptionName option = option_name(*attempt.called);
  const Expr& value = argument(*attempt.called, 3);
  if (is_null(value)) return failed(EFAULT);
  if (is(option, SOL_SOCKET, SO_LINGER)) {
    socket->linger_zero = is_linger_zero(value);
    return Outcome{};
  }
  if (value.kind != Expr::Kind::list || value.items.size() != 1) throw Unsupported(option.word);
  if (is(option, SOL_TCP, TCP_MAXSEG) && !is_segment_size(listed_value(value)))
    return failed(EINVAL);
  if (is(option, SOL_TCP, TCP_QUICKACK)) {
    (void)host_.stack().quick_ack(socket->connection, listed_value(value) != 0, host_.stack_time());
    return Outcome{};
  }
  if (is(option, SOL_TCP, TCP_FASTOPEN_CONNECT) && !may_ask_for_cookies(host_.stack().config()))
    return failed(EOPNOTSUPP);
  if (is(option, SOL_TCP, TCP_INQ)) {
    socket->tells_inq = listed_value(value) != 0;
    return Outcome{};
  }
  const bool shares_ports =
      is(option, SOL_SOCKET, SO_REUSEADDR) || is(option, SOL_SOCKET, SO_REUSEPORT);
  if (socket->kind == Descriptor::Kind::datagrams && !shares_ports)
    throw Unsupported(option.word + " of datagrams");
  socket->options[{option.level, option.name}] = listed_value(value);
  host_.apply(option, socket->options, socket->connection);
  host_.apply(socket->options, socket->listener);
  return Outcome{};
}

Calls::Result Calls::getsockopt(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const OptionName option = option_name(*attempt.called);
  const Expr& expected = argument(*attempt.called, 3);
  if (is(option, SOL_TCP, TCP_INFO) && expected.kind == Expr::Kind::ellipsis) return Outcome{};
  if (expected.kind != Expr::Kind::list || expected.items.size() != 1)
    throw Unsupported("getsockopt() " + option.word);
  const Expr& value = expected.items.front();
  if (is(option, SOL_SOCKET, SO_ERROR)) {
    check_filled("SO_ERROR", value, take_error(*socket));
    return Outcome{};
  }
  if (is(option, SOL_TCP, TCP_QUICKACK)) {
    const tcp::Tcb* const tcb = host_.stack().tcb(socket->connection);
    const bool on = tcb == nullptr || !tcb->ack.interactive;
    check_filled("TCP_QUICKACK", value, std::int64_t{on});
    return Outcome{};
  }
  check_filled(option.word.c_str(), value, host_.read(option, socket->options, socket->connection));
  return Outcome{};
}

}  // namespace tcpstack::drill
