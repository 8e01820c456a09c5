// Tables of stories: a row for each rule, a table for each state, a file for each table.
//
// Every row runs with ordinary sequence numbers, and with numbers about to wrap around or to change sign. A row
// that fails prints its story up to the failing line, the difference, and the command that runs this row alone
// under gdb.
#pragma once

#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tcp/story.h"

namespace tcpstack::test {

using Lines = std::vector<std::string>;

struct Row {
  std::string name;                 // "a SYN inside the window is challenged"
  std::string rule;                 // "RFC 9293 3.10.7.4 fourth, RFC 5961 4.2"
  Lines story;                      // has to check the state once at least
  void (*tune)(Config&) = nullptr;  // this row's changes of the configuration
};

// Puts `before` in front of every story, and notes the rows in all_rows().
std::vector<Row> table(const Lines& before, std::vector<Row> rows);

// The rows of all tables.
std::vector<Row>& all_rows();

// One after the other.
Lines operator+(Lines a, const Lines& b);

// The numbers that each row runs with.
const std::vector<Numbers>& all_numbers();

// Runs a row's story; returns its fault, or an empty string. Adds to `edges` if that is not null.
std::string tell(const Row& row, const Numbers& numbers, std::set<Story::Edge>* edges = nullptr);

class Table : public testing::TestWithParam<Row> {};

// GoogleTest shows a row by its name.
void PrintTo(const Row& row, std::ostream* out);
std::string row_name(const testing::TestParamInfo<Row>& row);

}  // namespace tcpstack::test
