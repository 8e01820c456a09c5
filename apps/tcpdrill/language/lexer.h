// The words of a script. The language has no single alphabet: "P." is a list of control bits or a name with a dot,
// and "abcd1234" a cookie or a name. So the parser asks for a token, or for raw text of a certain kind.
//
// White space and comments (// and /* */) may come between any two tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tcpstack::drill {

enum class TokenKind : std::uint8_t { end, word, number, string, ellipsis, sign };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // of a string without its quotes
  std::size_t offset = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source);

  // The next token, without taking it.
  const Token& peek();
  // Takes the next token.
  Token next();
  // Takes the next token if it is this word, sign or ellipsis.
  bool take(std::string_view text);
  // Takes the next token; throws Malformed if it is not `text`.
  void expect(std::string_view text);
  // The offset of the next token.
  std::size_t offset() { return peek().offset; }
  // The offset after the last taken token.
  [[nodiscard]] std::size_t end() const { return end_; }

  // Raw text from the next token's place, up to the first character that is not one of `letters`.
  std::string_view take_letters(std::string_view letters);
  // Letters, digits and '_': a cookie.
  std::string_view take_letters_and_digits();
  // The text up to white space: the value of an option.
  std::string_view take_value();
  // The inside of `begin` ... `end`, if `begin` comes next. A missing end is an error.
  bool take_quoted(std::string_view begin, std::string_view end, std::string_view& inside);

  // Throws Malformed: at the next token, `expected` should have been.
  [[noreturn]] void fail(const std::string& expected);

 private:
  void skip_blanks();
  std::string_view rest() const { return source_.substr(at_); }
  Token lex();
  std::size_t number_length() const;
  std::string_view take_while(bool (*belongs)(char, std::string_view), std::string_view letters);

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool peeked_ = false;
  Token token_;
};

}  // namespace tcpstack::drill
