// The grammar of calls:
//
//   call  := name(exprs) = expr [ERRNO] [(note)]
//   expr  := item | item '|' item ...
//   item  := ... | number | NAME | NAME(exprs) | "string" | [exprs] | {fields}
//   field := expr | NAME = expr | NAME(expr) = expr
#include <algorithm>

#include "apps/tcpdrill/language/parser.h"
#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

class CallParser {
 public:
  CallParser(Lexer& in, const Definitions& definitions) : in_(in), definitions_(definitions) {}

  Call call() {
    Call call;
    call.name = in_.next().text;
    in_.expect("(");
    call.arguments = expressions(")");
    in_.expect("=");
    call.result = expression();
    if (in_.peek().kind == TokenKind::word) call.error = in_.next().text;
    std::string_view note;
    in_.take_quoted("(", ")", note);
    return call;
  }

 private:
  // Up to and including `close`.
  std::vector<Expr> expressions(std::string_view close) {
    std::vector<Expr> list;
    if (in_.take(close)) return list;
    do {
      list.push_back(expression());
    } while (in_.take(","));
    if (!in_.take(close)) in_.fail("',' or '" + std::string(close) + "'");
    return list;
  }

  Expr expression() {
    Expr first = item();
    if (in_.peek().text != "|" || in_.peek().kind != TokenKind::sign) return first;
    Expr any{.kind = Expr::Kind::alternatives, .offset = first.offset};
    any.items.push_back(std::move(first));
    while (in_.take("|")) any.items.push_back(item());
    return any;
  }

  Expr item() {
    const Token& token = in_.peek();
    switch (token.kind) {
      case TokenKind::ellipsis: return leaf(Expr::Kind::ellipsis);
      case TokenKind::string: return leaf(Expr::Kind::string);
      case TokenKind::word: return name();
      case TokenKind::number: return number(1);
      case TokenKind::sign: break;
      case TokenKind::end: in_.fail("an expression");
    }
    const std::size_t offset = token.offset;
    if (in_.take("-")) return number(-1);
    if (in_.take("[")) return aggregate(Expr::Kind::list, offset, "]");
    if (in_.take("{")) return structure(offset);
    in_.fail("an expression: a number, NAME, \"string\", [list], {struct} or ...");
  }

  Expr leaf(Expr::Kind kind) {
    const Token token = in_.next();
    return {.kind = kind, .text = std::string(token.text), .offset = token.offset};
  }

  // NAME or NAME(exprs). -D turns a name into a number.
  Expr name() {
    Expr name = leaf(Expr::Kind::name);
    const auto defined = definitions_.find(name.text);
    if (defined != definitions_.end()) return defined_number(name, defined->second);
    if (in_.take("(")) name.items = expressions(")");
    return name;
  }

  static Expr defined_number(const Expr& name, const std::string& value) {
    Lexer in(value);
    const auto number = parse_number(in, INT64_MAX);
    return {.kind = Expr::Kind::number,
            .number = static_cast<std::int64_t>(number),
            .offset = name.offset};
  }

  Expr number(std::int64_t sign) {
    const std::size_t offset = in_.offset();
    const auto value = static_cast<std::int64_t>(parse_number(in_, INT64_MAX));
    return {.kind = Expr::Kind::number, .number = sign * value, .offset = offset};
  }

  Expr aggregate(Expr::Kind kind, std::size_t offset, std::string_view close) {
    Expr list{.kind = kind, .offset = offset};
    list.items = expressions(close);
    return list;
  }

  Expr structure(std::size_t offset) {
    Expr whole{.kind = Expr::Kind::structure, .offset = offset};
    if (in_.take("}")) return whole;
    do {
      Expr value = expression();
      std::string field;
      if (in_.take("=")) {
        if (value.kind != Expr::Kind::name) throw Malformed(value.offset, "a field's name");
        field = value.text;
        value = expression();
      }
      whole.fields.push_back(std::move(field));
      whole.items.push_back(std::move(value));
    } while (in_.take(","));
    if (!in_.take("}")) in_.fail("',' or '}'");
    return whole;
  }

  Lexer& in_;
  const Definitions& definitions_;
};

}  // namespace

Call parse_call(Lexer& in, const Definitions& definitions) {
  return CallParser(in, definitions).call();
}

}  // namespace tcpstack::drill
