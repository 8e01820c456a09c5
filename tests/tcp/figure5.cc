// The arrows of Figure 5, read off the RFC and not off the code.
#include "tests/tcp/figure5.h"

#include <algorithm>

namespace tcpstack::test {

using enum tcp::State;

const std::vector<Arrow>& arrows() {
  static const std::vector<Arrow> arrows = {
      {CLOSED, LISTEN, "passive OPEN\ncreate TCB", true, false, "a listener is no TCB"},
      {CLOSED, SYN_SENT, "active OPEN\ncreate TCB, snd SYN", true, true, "3.10.1"},
      {LISTEN, CLOSED, "CLOSE\ndelete TCB", true, false, "a listener is no TCB"},
      {LISTEN, SYN_RECEIVED, "rcv SYN\nsnd SYN,ACK", true, true, "3.10.7.2"},
      {LISTEN, SYN_SENT, "SEND\nsnd SYN", true, false, "a listener has no remote endpoint"},
      {SYN_SENT, CLOSED, "CLOSE\ndelete TCB", true, true, "3.10.4"},
      {SYN_SENT, SYN_RECEIVED, "rcv SYN\nsnd SYN,ACK", true, true, "3.10.7.3"},
      {SYN_SENT, ESTABLISHED, "rcv SYN,ACK\nsnd ACK", true, true, "3.10.7.3"},
      {SYN_RECEIVED, LISTEN, "rcv RST", true, false, "its TCB goes, the listener stands"},
      {SYN_RECEIVED, ESTABLISHED, "rcv ACK of SYN", true, true, "3.10.7.4 fifth"},
      {SYN_RECEIVED, FIN_WAIT_1, "CLOSE\nsnd FIN", true, false, "the FIN waits for ESTABLISHED"},
      {ESTABLISHED, FIN_WAIT_1, "CLOSE\nsnd FIN", true, true, "3.10.4"},
      {ESTABLISHED, CLOSE_WAIT, "rcv FIN\nsnd ACK", true, true, "3.10.7.4 eighth"},
      {FIN_WAIT_1, FIN_WAIT_2, "rcv ACK of FIN", true, true, "3.10.7.4 fifth"},
      {FIN_WAIT_1, CLOSING, "rcv FIN\nsnd ACK", true, true, "3.10.7.4 eighth"},
      {FIN_WAIT_2, TIME_WAIT, "rcv FIN\nsnd ACK", true, true, "3.10.7.4 eighth"},
      {CLOSE_WAIT, LAST_ACK, "CLOSE\nsnd FIN", true, true, "3.10.4"},
      {CLOSING, TIME_WAIT, "rcv ACK of FIN", true, true, "3.10.7.4 fifth"},
      {LAST_ACK, CLOSED, "rcv ACK of FIN", true, true, "3.10.7.4 fifth"},
      {TIME_WAIT, CLOSED, "timeout 2 MSL\ndelete TCB", true, true, "3.10.8"},

      {FIN_WAIT_1, TIME_WAIT, "rcv FIN,ACK of FIN\nsnd ACK", true, false, "by way of FIN_WAIT_2"},
      {SYN_RECEIVED, CLOSE_WAIT, "rcv FIN\nsnd ACK", false, false, "by way of ESTABLISHED"},
      {SYN_RECEIVED, CLOSED, "rcv RST, ABORT, timeout", false, true, "3.10.7.4 second, 3.10.5"},
      {ESTABLISHED, CLOSED, "rcv RST, ABORT, timeout", false, true, "3.10.7.4 second, 3.10.5"},
      {FIN_WAIT_1, CLOSED, "rcv RST, ABORT, timeout", false, true, "3.10.7.4 second, 3.10.5"},
      {FIN_WAIT_2, CLOSED, "rcv RST, ABORT", false, true, "3.10.7.4 second, 3.10.5"},
      {CLOSE_WAIT, CLOSED, "rcv RST, ABORT, timeout", false, true, "3.10.7.4 second, 3.10.5"},
      {CLOSING, CLOSED, "rcv RST, ABORT, timeout", false, true, "3.10.7.4 second, 3.10.5"},
  };
  return arrows;
}

namespace {

std::string quoted(const char* text) {
  std::string out = "\"";
  for (; *text != '\0'; ++text) out += *text == '\n' ? std::string("\\n") : std::string(1, *text);
  return out + "\"";
}

const Arrow* arrow(tcp::State from, tcp::State to) {
  const auto found = std::ranges::find_if(
      arrows(), [&](const Arrow& arrow) { return arrow.from == from && arrow.to == to; });
  return found == arrows().end() ? nullptr : &*found;
}

// Solid: in the figure. Grey: in the text alone. Dashed: kept in another way, see docs/state-machine.md.
std::string edge(tcp::State from, tcp::State to) {
  std::string line = std::string("  ") + name(from) + " -> " + name(to);
  const Arrow* const known = arrow(from, to);
  if (known == nullptr) return line + " [label=\"not in RFC 9293\", color=red];\n";
  line += " [label=" + quoted(known->label);
  if (!known->is_in_figure) line += ", color=gray60, fontcolor=gray40, constraint=false";
  if (!known->is_taken) line += ", style=dashed";
  return line + "];\n";
}

}  // namespace

std::string figure_5() {
  std::string dot =
      "// RFC 9293, Figure 5. Written by state_tests from is_transition(); see "
      "docs/state-machine.md.\n"
      "digraph tcp {\n"
      "  node [shape=box, style=rounded, fontname=\"Helvetica\"];\n"
      "  edge [fontname=\"Helvetica\", fontsize=9];\n";
  for (int from = 0; from < tcp::kStateCount; ++from) {
    for (int to = 0; to < tcp::kStateCount; ++to) {
      const auto a = static_cast<tcp::State>(from);
      const auto b = static_cast<tcp::State>(to);
      if (tcp::is_transition(a, b)) dot += edge(a, b);
    }
  }
  return dot + "}\n";
}

}  // namespace tcpstack::test
