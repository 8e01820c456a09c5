// The receiver of lab B: prints the received bytes in hexadecimal, in decimal and as text.
#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

std::vector<std::string> print_lines(Bytes bytes) {
  constexpr std::size_t kInLine = 16;
  std::vector<std::string> lines;
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(kInLine, bytes.size()))) {
    const Bytes part = bytes.first(std::min(kInLine, bytes.size()));
    std::string text;
    for (const std::uint8_t byte : part) {
      text += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '.';
    }
    lines.push_back(fmt::format("hex {:02x}  decimal {}  text {}", fmt::join(part, " "),
                                fmt::join(part, " "), text));
  }
  return lines;
}

void print_bytes(Bytes bytes, const Endpoint& from) {
  spdlog::info("{} {} from {}", bytes.size(), bytes.size() == 1 ? "byte" : "bytes",
               from.to_string());
  for (const std::string& line : print_lines(bytes)) spdlog::info("{}", line);
}

// The client's FIN ends the reading. Our answer is one segment: its ACK and our FIN.
asio::awaitable<void> print(runtime::socket& socket) {
  const Endpoint client = socket.status().remote;
  std::array<std::uint8_t, 4096> bytes{};
  for (;;) {
    const std::size_t size =
        co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
    print_bytes(Bytes(bytes).first(size), client);
  }
}

}  // namespace tcpstack::app
