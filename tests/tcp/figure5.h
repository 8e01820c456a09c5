// Figure 5 of RFC 9293 (section 3.3.2) as a graph, for docs/figures/states.dot.
#pragma once

#include <string>
#include <vector>

#include "stack/tcp/state.h"

namespace tcpstack::test {

// An arrow of the figure with what is written on it, or one that only the text of section 3.10 has.
struct Arrow {
  tcp::State from;
  tcp::State to;
  const char* label;    // "rcv FIN / snd ACK"
  bool is_in_figure;    // false: in the text alone
  bool is_taken;        // false: we keep the rule in another way
  const char* because;  // where the rule is, or how we keep it
};

const std::vector<Arrow>& arrows();

// The figure in graphviz's language, drawn from is_transition() with the labels of arrows().
std::string figure_5();

}  // namespace tcpstack::test
