#include "apps/tcpdrill/language/code.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

constexpr std::array<std::string_view, 12> kOtherStatements = {"if",   "for",  "while",  "import",
                                                               "from", "def",  "return", "else",
                                                               "try",  "with", "class",  "global"};

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string shown(const CodeValue& value) {
  return value.text ? *value.text : fmt::format("{}", value.number);
}

bool is_true(const CodeValue& value) {
  return value.text ? !value.text->empty() : value.number != 0;
}

std::int64_t integer(const CodeValue& value) { return static_cast<std::int64_t>(value.number); }

bool compares(std::string_view sign, const CodeValue& a, const CodeValue& b) {
  if (a.text || b.text) return (sign == "==") == (shown(a) == shown(b));
  if (sign == "==") return a.number == b.number;
  if (sign == "!=") return a.number != b.number;
  if (sign == "<") return a.number < b.number;
  if (sign == "<=") return a.number <= b.number;
  if (sign == ">") return a.number > b.number;
  return a.number >= b.number;
}

class Interpreter {
 public:
  Interpreter(std::string_view code, std::size_t offset, const CodeWorld& world)
      : code_(code), offset_(offset), world_(world) {}

  void run() {
    for (;;) {
      while (!at_end() && (is_space(next()) || next() == ';')) ++at_;
      skip_blanks();  // comments, and continued lines
      if (at_end()) return;
      if (!next_is_end_of_statement()) statement();
    }
  }

 private:
  static bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
  [[nodiscard]] bool at_end() const { return at_ >= code_.size(); }
  [[nodiscard]] char next() const { return at_end() ? '\0' : code_[at_]; }
  [[noreturn]] void fail(const char* expected) const { throw Malformed(offset_ + at_, expected); }

  void skip_comment() {
    if (next() == '#') at_ = std::min(code_.find('\n', at_), code_.size());
  }

  // Within parentheses a statement continues over the end of a line.
  void skip_blanks() {
    while (!at_end() && is_space(next()) && (next() != '\n' || depth_ > 0)) ++at_;
    if (code_.substr(at_).starts_with("\\\n")) {
      at_ += 2;
      skip_blanks();
    }
    skip_comment();
  }

  bool take(std::string_view sign) {
    skip_blanks();
    if (!code_.substr(at_).starts_with(sign)) return false;
    const std::size_t end = at_ + sign.size();
    const bool word = is_name_character(sign.back());
    if (word && end < code_.size() && is_name_character(code_[end])) return false;
    at_ = end;
    return true;
  }

  std::string_view take_name() {
    skip_blanks();
    const std::size_t begin = at_;
    while (is_name_character(next())) ++at_;
    return code_.substr(begin, at_ - begin);
  }

  void statement() {
    if (take("assert")) {
      assertion();
    } else if (take("print")) {
      world_.print(next_is_end_of_statement() ? "" : shown(expression()));
    } else if (!take("pass")) {
      assignment();
    }
    if (!next_is_end_of_statement()) fail("the end of the statement");
  }

  bool next_is_end_of_statement() {
    skip_blanks();
    return at_end() || next() == '\n' || next() == ';';
  }

  void assertion() {
    skip_blanks();
    const std::size_t begin = at_;
    const bool holds = is_true(expression());
    const std::string_view text = code_.substr(begin, at_ - begin);
    std::string note;
    if (take(",")) note = " (" + shown(expression()) + ")";
    if (!holds) throw Mismatch(fmt::format("assert {}{}: does not hold", text, note));
  }

  void assignment() {
    const std::size_t begin = at_;
    const std::string name(take_name());
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
      at_ = begin;
      fail("a statement: assert, print or an assignment");
    }
    if (std::ranges::find(kOtherStatements, name) != kOtherStatements.end())
      throw Unsupported(name);
    const bool adds = take("+=");
    if (!adds && (!take("=") || next() == '=')) {
      at_ = begin;
      fail("a statement: assert, print or an assignment");
    }
    const CodeValue value = expression();
    CodeValue& variable = world_.variables[name];
    variable = adds ? CodeValue{.number = variable.number + value.number} : value;
  }

  CodeValue expression() {
    CodeValue value = conjunction();
    while (take("or")) {
      const CodeValue other = conjunction();
      if (!is_true(value)) value = other;
    }
    return value;
  }

  CodeValue conjunction() {
    CodeValue value = negation();
    while (take("and")) {
      const CodeValue other = negation();
      if (is_true(value)) value = other;
    }
    return value;
  }

  CodeValue negation() {
    if (take("not")) return {.number = is_true(negation()) ? 0.0 : 1.0};
    return comparison();
  }

  // a < b <= c is a < b and b <= c.
  CodeValue comparison() {
    CodeValue left = bits();
    bool compared = false;
    bool holds = true;
    for (;;) {
      const std::string_view sign = take_comparison();
      if (sign.empty()) return compared ? CodeValue{.number = holds ? 1.0 : 0.0} : left;
      const CodeValue right = bits();
      holds = holds && compares(sign, left, right);
      compared = true;
      left = right;
    }
  }

  std::string_view take_comparison() {
    for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (take(sign)) return sign;
    }
    return {};
  }

  CodeValue bits() {
    CodeValue value = bits_and();
    while (take("|")) value = {.number = static_cast<double>(integer(value) | integer(bits_and()))};
    return value;
  }

  CodeValue bits_and() {
    CodeValue value = sum();
    while (take("&")) value = {.number = static_cast<double>(integer(value) & integer(sum()))};
    return value;
  }

  CodeValue sum() {
    CodeValue value = product();
    for (;;) {
      if (take("+")) {
        value = {.number = value.number + product().number};
      } else if (take("-")) {
        value = {.number = value.number - product().number};
      } else {
        return value;
      }
    }
  }

  CodeValue product() {
    CodeValue value = atom();
    for (;;) {
      if (take("*")) {
        value = {.number = value.number * atom().number};
      } else if (take("/")) {
        value = {.number = value.number / atom().number};
      } else if (take("%")) {  // "...%d" % x: shown as both
        value = {.text = shown(value) + " % " + shown(atom())};
      } else {
        return value;
      }
    }
  }

  CodeValue atom() {
    skip_blanks();
    if (take("-")) return {.number = -atom().number};
    if (take("(")) {
      ++depth_;
      CodeValue value = expression();
      while (take(",")) value = {.text = shown(value) + ", " + shown(expression())};
      if (!take(")")) fail("')'");
      --depth_;
      return value;
    }
    if (next() == '\'' || next() == '"') return string();
    if (std::isdigit(static_cast<unsigned char>(next())) != 0) return number();
    const std::string_view name = take_name();
    if (name.empty()) fail("a number, a name or '('");
    const auto variable = world_.variables.find(name);
    if (variable != world_.variables.end()) return variable->second;
    if (name == "True" || name == "False") return {.number = name == "True" ? 1.0 : 0.0};
    return {.number = world_.look_up(name)};
  }

  CodeValue string() {
    const char quote = code_[at_++];
    const std::size_t close = code_.find(quote, at_);
    if (close == std::string_view::npos) fail("the end of this string");
    CodeValue value{.text = std::string(code_.substr(at_, close - at_))};
    at_ = close + 1;
    return value;
  }

  CodeValue number() {
    const std::string_view rest = code_.substr(at_);
    const bool hex = rest.starts_with("0x");
    const char* const begin = rest.data() + (hex ? 2 : 0);
    const char* const end = rest.data() + rest.size();
    std::uint64_t whole = 0;
    double real = 0;
    const char* const stopped =
        hex ? std::from_chars(begin, end, whole, 16).ptr : std::from_chars(begin, end, real).ptr;
    at_ += static_cast<std::size_t>(stopped - rest.data());
    return {.number = hex ? static_cast<double>(whole) : real};
  }

  std::string_view code_;
  std::size_t offset_;
  const CodeWorld& world_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

void run_code(std::string_view code, std::size_t offset, const CodeWorld& world) {
  Interpreter(code, offset, world).run();
}

}  // namespace tcpstack::drill
