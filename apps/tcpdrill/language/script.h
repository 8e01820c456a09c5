// A packetdrill script as a tree: the parser makes it, the runner runs it.
//
//   script := option* [command] event+ [command]
//   event  := when ( packet | call | command | code )
//
// Numbers are the script's own; packets/flow.h maps them to those of a live connection. Every node that can be
// wrong knows its place in the source. docs/tcpdrill.md describes the language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "stack/base/time.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::drill {

// --tolerance_usecs=4000
struct ScriptOption {
  std::string name;
  std::string value;
  std::size_t offset = 0;
};

// T, +T, *, T~T, +T~+T, &
struct When {
  // together: in one batch with the event before, and the stack sends nothing in between.
  enum class Kind : std::uint8_t { absolute, relative, any, together };
  Kind kind = Kind::absolute;
  Duration at{0};
  std::optional<Duration> until;  // of a range
};

// An argument of a call, or its result.
struct Expr {
  enum class Kind : std::uint8_t { ellipsis, number, name, string, list, structure, alternatives };
  Kind kind = Kind::ellipsis;
  std::int64_t number = 0;
  std::string text;                 // of a name or a string
  std::vector<Expr> items;          // of a list, a structure, or a|b|c
  std::vector<std::string> fields;  // of a structure: the names of its items, or ""
  std::size_t offset = 0;
};

// [...T] name(exprs) = expr [ERRNO] [(note)]
struct Call {
  std::optional<Duration>
      until;  // the call blocks and returns at this time, in the terms of its event's `when`
  std::string name;
  std::vector<Expr> arguments;
  Expr result;
  std::string error;  // "EAGAIN"
};

// One TCP option as a script writes it.
struct Option {
  enum class Kind : std::uint8_t {
    nop,
    end_of_list,
    mss,
    window_scale,
    sack_permitted,
    sack,
    timestamps,
    fast_open,
    fast_open_experimental,
    other,
  };
  Kind kind = Kind::nop;
  std::uint32_t value = 0;  // mss, window scale, TSval
  std::uint32_t echo = 0;   // TSecr
  std::vector<wire::SackBlock> blocks;
  std::vector<std::uint8_t> bytes;  // a cookie, or the data of an unknown option
  friend bool operator==(const Option&, const Option&) = default;
};

struct TcpSpec {
  std::optional<std::pair<std::uint16_t, std::uint16_t>> ports;  // [source > destination]
  wire::ControlBits control;
  std::uint32_t sequence = 0;
  std::uint32_t length = 0;
  std::optional<std::uint32_t> acknowledgment;
  std::optional<std::uint16_t> window;
  std::uint16_t urgent_pointer = 0;
  std::vector<Option> options;
  bool any_options = false;  // <...>
};

struct UdpSpec {
  std::optional<std::pair<std::uint16_t, std::uint16_t>> ports;  // [source > destination]
  std::uint16_t length = 0;                                      // bytes of data
};

struct IcmpSpec {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t mtu = 0;
  std::uint16_t id = 0;
  std::optional<TcpSpec> quoted;      // [0:1000(1000)]
  std::optional<UdpSpec> quoted_udp;  // [udp (1000)]
};

struct IpSpec {
  std::optional<wire::Ecn> ecn;
  bool any_ect = false;  // ect01
  std::optional<std::uint8_t> tos;
  std::optional<std::uint8_t> ttl;
};

struct Packet {
  bool inbound = false;
  IpSpec ip;
  std::variant<TcpSpec, UdpSpec, IcmpSpec> content;
};

// `...`
struct Command {
  std::string text;
};

// %{ ... }%
struct Code {
  std::string text;
  std::size_t offset = 0;  // place of its first character
};

struct Event {
  When when;
  std::variant<Packet, Call, Command, Code> what;
  std::size_t offset = 0;  // place of its time
  std::size_t end = 0;     // place after its last character
};

struct Script {
  std::string name;
  std::string source;
  std::vector<ScriptOption> options;
  std::optional<Event> preamble;  // a command without a time
  std::vector<Event> events;
  std::optional<Event> clean_up;
};

}  // namespace tcpstack::drill
