// The words of a script. The language has no single alphabet: "P." is a list of control bits here and a
// name with a dot there, "abcd1234" a cookie or a name. So the parser pulls, and says what it wants:
// a token, or raw text of a certain kind.
//
// White space and comments (// and /* */) stand between any two tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tcpstack::drill {

enum class TokenKind : std::uint8_t { end, word, number, string, ellipsis, sign };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // as written; of a string without its quotes
  std::size_t offset = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source);

  // The next token, which stays.
  const Token& peek();
  // The next token, taken.
  Token next();
  // Takes the next token if it is this word, sign or ellipsis.
  bool take(std::string_view text);
  // Takes it or complains.
  void expect(std::string_view text);
  // Where the next token begins.
  std::size_t offset() { return peek().offset; }
  // Where the last token that was taken ended.
  [[nodiscard]] std::size_t end() const { return end_; }

  // Raw text from the next token's place. `letters`: up to the first character that is not one of them.
  std::string_view take_letters(std::string_view letters);
  // Letters, digits and '_': a cookie.
  std::string_view take_letters_and_digits();
  // Up to white space, of an option's value.
  std::string_view take_value();
  // The inside of `begin` ... `end`, if `begin` comes next. A missing end is an error.
  bool take_quoted(std::string_view begin, std::string_view end, std::string_view& inside);

  // Complains about the next token.
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
