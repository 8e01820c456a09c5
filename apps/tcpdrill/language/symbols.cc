#include "apps/tcpdrill/language/symbols.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <poll.h>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

struct Symbol {
  std::string_view name;
  std::int64_t value;
};

#define SYMBOL(name) \
  Symbol { #name, static_cast<std::int64_t>(name) }
constexpr std::array kSymbols = {
    SYMBOL(AF_INET),
    SYMBOL(AF_INET6),
    SYMBOL(AF_UNSPEC),
    SYMBOL(PF_INET),
    SYMBOL(SOCK_STREAM),
    SYMBOL(SOCK_DGRAM),
    SYMBOL(SOCK_RAW),
    SYMBOL(SOCK_NONBLOCK),
    SYMBOL(SOCK_CLOEXEC),
    SYMBOL(IPPROTO_IP),
    SYMBOL(IPPROTO_TCP),
    SYMBOL(IPPROTO_UDP),
    SYMBOL(IPPROTO_ICMP),
    SYMBOL(SOL_SOCKET),
    SYMBOL(SOL_IP),
    SYMBOL(SOL_TCP),
    SYMBOL(SOMAXCONN),
    SYMBOL(SO_REUSEADDR),
    SYMBOL(SO_REUSEPORT),
    SYMBOL(SO_SNDBUF),
    SYMBOL(SO_RCVBUF),
    SYMBOL(SO_SNDLOWAT),
    SYMBOL(SO_RCVLOWAT),
    SYMBOL(SO_ERROR),
    SYMBOL(SO_LINGER),
    SYMBOL(SO_KEEPALIVE),
    SYMBOL(SO_TYPE),
    SYMBOL(SO_ACCEPTCONN),
    SYMBOL(SO_PRIORITY),
    SYMBOL(SO_MARK),
    SYMBOL(SO_ZEROCOPY),
    SYMBOL(SO_TIMESTAMPING),
    SYMBOL(SO_MAX_PACING_RATE),
    SYMBOL(SO_SNDBUFFORCE),
    SYMBOL(SO_RCVBUFFORCE),
    SYMBOL(TCP_NODELAY),
    SYMBOL(TCP_CORK),
    SYMBOL(TCP_MAXSEG),
    SYMBOL(TCP_NOTSENT_LOWAT),
    SYMBOL(TCP_USER_TIMEOUT),
    SYMBOL(TCP_SYNCNT),
    SYMBOL(TCP_KEEPIDLE),
    SYMBOL(TCP_KEEPINTVL),
    SYMBOL(TCP_KEEPCNT),
    SYMBOL(TCP_INQ),
    SYMBOL(TCP_CM_INQ),
    SYMBOL(TCP_FASTOPEN),
    SYMBOL(TCP_FASTOPEN_CONNECT),
    SYMBOL(TCP_FASTOPEN_KEY),
    SYMBOL(TCP_FASTOPEN_NO_COOKIE),
    SYMBOL(TCP_INFO),
    SYMBOL(TCP_QUICKACK),
    SYMBOL(TCP_DEFER_ACCEPT),
    SYMBOL(TCP_LINGER2),
    SYMBOL(TCP_WINDOW_CLAMP),
    SYMBOL(TCP_CONGESTION),
    SYMBOL(TCP_MD5SIG),
    SYMBOL(TCP_REPAIR),
    SYMBOL(TCP_TIMESTAMP),
    SYMBOL(TCP_SAVE_SYN),
    SYMBOL(TCP_SAVED_SYN),
    SYMBOL(TCP_TX_DELAY),
    SYMBOL(IP_TOS),
    SYMBOL(IP_TTL),
    SYMBOL(IP_MTU),
    SYMBOL(IP_MTU_DISCOVER),
    SYMBOL(IP_PMTUDISC_DONT),
    SYMBOL(IP_PMTUDISC_WANT),
    SYMBOL(IP_PMTUDISC_DO),
    SYMBOL(IP_PMTUDISC_PROBE),
    SYMBOL(IP_RECVERR),
    SYMBOL(IP_BIND_ADDRESS_NO_PORT),
    SYMBOL(MSG_DONTWAIT),
    SYMBOL(MSG_MORE),
    SYMBOL(MSG_EOR),
    SYMBOL(MSG_PEEK),
    SYMBOL(MSG_NOSIGNAL),
    SYMBOL(MSG_FASTOPEN),
    SYMBOL(MSG_WAITALL),
    SYMBOL(MSG_TRUNC),
    SYMBOL(MSG_CTRUNC),
    SYMBOL(MSG_OOB),
    SYMBOL(MSG_ERRQUEUE),
    SYMBOL(MSG_ZEROCOPY),
    SYMBOL(MSG_CMSG_CLOEXEC),
    SYMBOL(O_RDONLY),
    SYMBOL(O_WRONLY),
    SYMBOL(O_RDWR),
    SYMBOL(O_NONBLOCK),
    SYMBOL(F_GETFL),
    SYMBOL(F_SETFL),
    SYMBOL(FIONREAD),
    SYMBOL(SIOCINQ),
    SYMBOL(SIOCOUTQ),
    SYMBOL(SIOCOUTQNSD),
    SYMBOL(SHUT_RD),
    SYMBOL(SHUT_WR),
    SYMBOL(SHUT_RDWR),
    SYMBOL(POLLIN),
    SYMBOL(POLLOUT),
    SYMBOL(POLLERR),
    SYMBOL(POLLHUP),
    SYMBOL(POLLPRI),
    SYMBOL(POLLNVAL),
    SYMBOL(POLLRDNORM),
    SYMBOL(POLLWRNORM),
    SYMBOL(POLLRDHUP),
    SYMBOL(EPOLLIN),
    SYMBOL(EPOLLOUT),
    SYMBOL(EPOLLERR),
    SYMBOL(EPOLLHUP),
    SYMBOL(EPOLLRDHUP),
    SYMBOL(EPOLLPRI),
    SYMBOL(EPOLLET),
    SYMBOL(EPOLLONESHOT),
    SYMBOL(EPOLLRDNORM),
    SYMBOL(EPOLLWRNORM),
    SYMBOL(EPOLL_CTL_ADD),
    SYMBOL(EPOLL_CTL_MOD),
    SYMBOL(EPOLL_CTL_DEL),
    SYMBOL(TCPI_OPT_TIMESTAMPS),
    SYMBOL(TCPI_OPT_SACK),
    SYMBOL(TCPI_OPT_WSCALE),
    SYMBOL(TCPI_OPT_ECN),
    SYMBOL(TCPI_OPT_ECN_SEEN),
    SYMBOL(TCPI_OPT_SYN_DATA),
    SYMBOL(TCP_CA_Open),
    SYMBOL(TCP_CA_Disorder),
    SYMBOL(TCP_CA_CWR),
    SYMBOL(TCP_CA_Recovery),
    SYMBOL(TCP_CA_Loss),
    SYMBOL(TCP_ESTABLISHED),
    SYMBOL(TCP_SYN_SENT),
    SYMBOL(TCP_SYN_RECV),
    SYMBOL(TCP_FIN_WAIT1),
    SYMBOL(TCP_FIN_WAIT2),
    SYMBOL(TCP_TIME_WAIT),
    SYMBOL(TCP_CLOSE),
    SYMBOL(TCP_CLOSE_WAIT),
    SYMBOL(TCP_LAST_ACK),
    SYMBOL(TCP_LISTEN),
    SYMBOL(TCP_CLOSING),
};

constexpr std::array kErrors = {
    SYMBOL(EPERM),        SYMBOL(EINTR),         SYMBOL(EBADF),        SYMBOL(EAGAIN),
    SYMBOL(ENOMEM),       SYMBOL(EFAULT),        SYMBOL(EINVAL),       SYMBOL(EPIPE),
    SYMBOL(EEXIST),       SYMBOL(ENOENT),        SYMBOL(ENOTSOCK),     SYMBOL(EDESTADDRREQ),
    SYMBOL(EMSGSIZE),     SYMBOL(ENOPROTOOPT),   SYMBOL(EOPNOTSUPP),   SYMBOL(EAFNOSUPPORT),
    SYMBOL(EADDRINUSE),   SYMBOL(EADDRNOTAVAIL), SYMBOL(ENETUNREACH),  SYMBOL(ECONNABORTED),
    SYMBOL(ECONNRESET),   SYMBOL(ENOBUFS),       SYMBOL(EISCONN),      SYMBOL(ENOTCONN),
    SYMBOL(ESHUTDOWN),    SYMBOL(ETIMEDOUT),     SYMBOL(ECONNREFUSED), SYMBOL(EHOSTDOWN),
    SYMBOL(EHOSTUNREACH), SYMBOL(EALREADY),      SYMBOL(EINPROGRESS),  SYMBOL(EPROTO),
    SYMBOL(EACCES),
};
#undef SYMBOL

}  // namespace

std::optional<std::int64_t> symbol(std::string_view name) {
  const auto in = [&](const auto& table) -> std::optional<std::int64_t> {
    const auto found = std::ranges::find(table, name, &Symbol::name);
    return found == table.end() ? std::nullopt : std::optional(found->value);
  };
  if (name == "EWOULDBLOCK") return EAGAIN;
  const auto value = in(kSymbols);
  return value ? value : in(kErrors);
}

std::string errno_name(int number) {
  const auto found = std::ranges::find(kErrors, std::int64_t{number}, &Symbol::value);
  return found == kErrors.end() ? std::to_string(number) : std::string(found->name);
}

std::int64_t evaluate(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::number: return expr.number;
    case Expr::Kind::name: {
      if (const auto value = symbol(expr.text); value && expr.items.empty()) return *value;
      throw Unsupported(expr.text, expr.offset);
    }
    case Expr::Kind::alternatives: {
      std::int64_t value = 0;
      for (const Expr& item : expr.items) value |= evaluate(item);
      return value;
    }
    case Expr::Kind::ellipsis:
    case Expr::Kind::string:
    case Expr::Kind::list:
    case Expr::Kind::structure: break;
  }
  throw Malformed(expr.offset, "a number or a name");
}

const Expr* field(const Expr& structure, std::string_view name) {
  const auto found = std::ranges::find(structure.fields, name);
  if (found == structure.fields.end()) return nullptr;
  return &structure.items[static_cast<std::size_t>(found - structure.fields.begin())];
}

}  // namespace tcpstack::drill
