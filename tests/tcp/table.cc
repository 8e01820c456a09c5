// Runs the rows of the tables, and prints failures.
#include "tests/tcp/table.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string_view>

#include "stack/base/time.h"

namespace tcpstack::test {

namespace {

// Chosen by the variable in the environment that the replay command sets.
bool is_wanted(const Numbers& numbers) {
  const char* const wanted = std::getenv("STORY");
  return wanted == nullptr || std::string_view(wanted) == numbers.name;
}

std::string replay(const Numbers& numbers) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return {};
  std::error_code error;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  return std::string("STORY=") + numbers.name + " gdb --args " + program +
         " --gtest_filter=" + test->test_suite_name() + "." + test->name();
}

std::string failure(const Row& row, const Numbers& numbers, const Story& story,
                    const std::string& line, const std::string& wrong) {
  return "\n" + row.name + "\n" + row.rule + "\n\nThe story (numbers: " + numbers.name + "):\n" +
         story.text() + "\nThe line:   " + line + "\n" + wrong + "\n\nAlone under gdb:\n  " +
         replay(numbers) + "\n";
}

}  // namespace

std::vector<Row>& all_rows() {
  static std::vector<Row> rows;
  return rows;
}

std::vector<Row> table(const Lines& before, std::vector<Row> rows) {
  for (Row& row : rows) row.story = before + row.story;
  all_rows().insert(all_rows().end(), rows.begin(), rows.end());
  return rows;
}

Lines operator+(Lines a, const Lines& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<Numbers>& all_numbers() {
  static const std::vector<Numbers> numbers = {{"plain", 1000, 1000000},
                                               {"theirs_wrap", 0xffffff00, 1000000},
                                               {"ours_wrap", 1000, 0xffffff80},
                                               {"both_wrap", 0xffffff00, 0xffffff80},
                                               {"sign_changes", 0x7fffff00, 0x7fffff80}};
  return numbers;
}

std::string tell(const Row& row, const Numbers& numbers, std::set<Story::Edge>* edges) {
  Config config = story_config();
  if (row.tune != nullptr) row.tune(config);
  Story story(numbers, config);
  bool state_is_checked = false;
  std::string result;
  for (const std::string& line : row.story) {
    state_is_checked |= line.starts_with("state ");
    if (const auto wrong = story.tell(line)) {
      result = failure(row, numbers, story, line, *wrong);
      break;
    }
  }
  if (result.empty()) {
    if (const auto wrong = story.end()) result = failure(row, numbers, story, "(end)", *wrong);
  }
  if (!state_is_checked && result.empty()) result = row.name + ": does not check the state";
  if (edges != nullptr) edges->insert(story.edges().begin(), story.edges().end());
  return result;
}

std::string row_name(const testing::TestParamInfo<Row>& row) {
  std::string name = row.param.name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

TEST_P(Table, Row) {
  for (const Numbers& numbers : all_numbers()) {
    if (!is_wanted(numbers)) continue;
    const std::string wrong = tell(GetParam(), numbers);
    ASSERT_TRUE(wrong.empty()) << wrong;
  }
}

}  // namespace tcpstack::test
