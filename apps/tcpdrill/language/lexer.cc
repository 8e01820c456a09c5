#include "apps/tcpdrill/language/lexer.h"

#include <algorithm>
#include <cctype>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t length_while(std::string_view text, bool (*belongs)(char)) {
  const auto* const stop = std::ranges::find_if_not(text, belongs);
  return static_cast<std::size_t>(stop - text.begin());
}

bool is_word_character(char c) { return is_letter(c) || is_digit(c); }
bool is_hex_digit(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool is_not_blank(char c) { return !is_blank(c); }

}  // namespace

Lexer::Lexer(std::string_view source) : source_(source) {}

void Lexer::skip_blanks() {
  for (;;) {
    at_ += length_while(rest(), is_blank);
    if (rest().starts_with("//")) {
      at_ = std::min(source_.find('\n', at_), source_.size());
    } else if (rest().starts_with("/*")) {
      const std::size_t close = source_.find("*/", at_ + 2);
      if (close == std::string_view::npos) throw Malformed(at_, "the end of this comment: */");
      at_ = close + 2;
    } else {
      return;
    }
  }
}

const Token& Lexer::peek() {
  if (!peeked_) {
    skip_blanks();
    token_ = lex();
    peeked_ = true;
  }
  return token_;
}

Token Lexer::next() {
  const Token token = peek();
  peeked_ = false;
  const std::size_t quotes = token.kind == TokenKind::string ? 2 : 0;
  at_ = token.offset + token.text.size() + quotes;
  end_ = at_;
  return token;
}

bool Lexer::take(std::string_view text) {
  const Token& token = peek();
  if (token.kind == TokenKind::end || token.kind == TokenKind::string || token.text != text)
    return false;
  next();
  return true;
}

void Lexer::expect(std::string_view text) {
  if (!take(text)) fail("'" + std::string(text) + "'");
}

void Lexer::fail(const std::string& expected) { throw Malformed(offset(), expected); }

// "0x1f", "12", "12.5", ".5"; in "0...0.3" the first number is 0.
std::size_t Lexer::number_length() const {
  const std::string_view text = rest();
  if (text.starts_with("0x") || text.starts_with("0X"))
    return 2 + length_while(text.substr(2), is_hex_digit);
  std::size_t length = length_while(text, is_digit);
  const std::string_view tail = text.substr(length);
  if (tail.starts_with(".") && !tail.starts_with(".."))
    length += 1 + length_while(tail.substr(1), is_digit);
  return length;
}

Token Lexer::lex() {
  const std::string_view text = rest();
  const auto token = [&](TokenKind kind, std::size_t length) {
    return Token{kind, text.substr(0, length), at_};
  };
  if (text.empty()) return token(TokenKind::end, 0);
  if (text.starts_with("...")) return token(TokenKind::ellipsis, 3);
  if (is_letter(text[0])) return token(TokenKind::word, length_while(text, is_word_character));
  const bool fraction = text[0] == '.' && text.size() > 1 && is_digit(text[1]);
  if (is_digit(text[0]) || fraction) return token(TokenKind::number, number_length());
  if (text[0] != '"') return token(TokenKind::sign, 1);
  std::size_t close = 1;
  while (close < text.size() && text[close] != '"') close += text[close] == '\\' ? 2U : 1U;
  if (close >= text.size()) throw Malformed(at_, "the end of this string: \"");
  return {TokenKind::string, text.substr(1, close - 1), at_};
}

std::string_view Lexer::take_while(bool (*belongs)(char, std::string_view),
                                   std::string_view letters) {
  at_ = offset();
  peeked_ = false;
  const std::size_t begin = at_;
  while (at_ < source_.size() && belongs(source_[at_], letters)) ++at_;
  if (at_ > begin) end_ = at_;
  return source_.substr(begin, at_ - begin);
}

std::string_view Lexer::take_letters(std::string_view letters) {
  return take_while([](char c, std::string_view set) { return set.contains(c); }, letters);
}

std::string_view Lexer::take_letters_and_digits() {
  return take_while([](char c, std::string_view) { return is_word_character(c); }, {});
}

std::string_view Lexer::take_value() {
  return take_while([](char c, std::string_view) { return is_not_blank(c); }, {});
}

bool Lexer::take_quoted(std::string_view begin, std::string_view end, std::string_view& inside) {
  const std::size_t from = offset();
  if (!source_.substr(from).starts_with(begin)) return false;
  const std::size_t close = source_.find(end, from + begin.size());
  if (close == std::string_view::npos)
    throw Malformed(from, "the end of this: " + std::string(end));
  inside = source_.substr(from + begin.size(), close - from - begin.size());
  at_ = close + end.size();
  end_ = at_;
  peeked_ = false;
  return true;
}

}  // namespace tcpstack::drill
