// is_transition() is Figure 5 of RFC 9293, no arrow less and none more; the tables take every arrow that we
// say is taken; enter() alone changes a state; and the picture in docs/ is of today.
#include "tests/tcp/figure5.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tcp/table.h"

namespace tcpstack::test {
namespace {

using Edges = std::set<Story::Edge>;

std::string words(const Edges& edges) {
  std::string text;
  for (const auto& [from, to] : edges) text += std::string("\n  ") + name(from) + " -> " + name(to);
  return text;
}

Edges without(const Edges& a, const Edges& b) {
  Edges rest;
  std::ranges::set_difference(a, b, std::inserter(rest, rest.end()));
  return rest;
}

Edges allowed_by_the_code() {
  Edges edges;
  for (int from = 0; from < tcp::kStateCount; ++from) {
    for (int to = 0; to < tcp::kStateCount; ++to) {
      const Story::Edge edge{static_cast<tcp::State>(from), static_cast<tcp::State>(to)};
      if (tcp::is_transition(edge.first, edge.second)) edges.insert(edge);
    }
  }
  return edges;
}

Edges of_the_rfc(bool taken_alone) {
  Edges edges;
  for (const Arrow& arrow : arrows()) {
    if (arrow.is_taken || !taken_alone) edges.emplace(arrow.from, arrow.to);
  }
  return edges;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Figure5, TheTableHasItsArrowsAndNoOthers) {
  const Edges code = allowed_by_the_code();
  const Edges rfc = of_the_rfc(false);
  EXPECT_EQ(words(without(rfc, code)), "") << "missing in is_transition()";
  EXPECT_EQ(words(without(code, rfc)), "") << "not in RFC 9293";
}

TEST(Figure5, TheStateTablesTakeEveryArrow) {
  Edges taken;
  for (const Row& row : all_rows()) (void)tell(row, all_numbers().front(), &taken);
  const Edges expected = of_the_rfc(true);
  EXPECT_EQ(words(without(expected, taken)), "") << "taken by no row";
  EXPECT_EQ(words(without(taken, expected)), "") << "taken, though arrows() says that it is not";
}

// Files of the stack that contain ".state = " or "->state = ".
std::vector<std::string> writers() {
  const std::filesystem::path folder = std::filesystem::path(TCPSTACK_SOURCE_DIR) / "stack";
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = content(entry.path());
    const bool writes = text.contains(".state = ") || text.contains("->state = ");
    if (writes) files.push_back(std::filesystem::relative(entry.path(), folder).string());
  }
  std::ranges::sort(files);
  return files;
}

TEST(Figure5, EnterIsTheOnlyWriterOfTheState) {
  const std::vector<std::string> expected = {
      "tcp/calls_status.cc",           // the user's view, not the TCB
      "tcp/connections/listening.cc",  // a connection is born in LISTEN, as the copy of its listener
      "tcp/info.cc",                   // likewise
      "tcp/state.cc"};                 // enter()
  EXPECT_EQ(writers(), expected);
}

// TCPSTACK_UPDATE=1 writes the file again.
TEST(Figure5, ThePictureInTheDocumentsIsCurrent) {
  const auto path = std::filesystem::path(TCPSTACK_SOURCE_DIR) / "docs/figures/states.dot";
  if (std::getenv("TCPSTACK_UPDATE") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << figure_5();
  }
  EXPECT_EQ(content(path), figure_5())
      << "TCPSTACK_UPDATE=1 state_tests --gtest_filter='Figure5.*' writes it; then "
         "dot -Tsvg docs/figures/states.dot -o docs/figures/states.svg";
}

}  // namespace
}  // namespace tcpstack::test
