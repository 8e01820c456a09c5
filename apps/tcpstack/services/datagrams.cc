#include "apps/tcpstack/services/datagrams.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kLargest = 65507;  // bytes of a datagram
constexpr std::size_t kMostCharacters = 512;

struct DatagramService {
  std::string_view name;
  AnswerDatagram answer;
};

constexpr std::array<DatagramService, 5> kDatagramServices{{
    {"echo", echo_datagram},
    {"discard", discard_datagram},
    {"daytime", daytime_datagram},
    {"chargen", chargen_datagram},
    {"print", print_datagram},
}};

Datagram bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

std::optional<Datagram> echo_datagram(Bytes datagram, const Endpoint& /*sender*/) {
  return Datagram(datagram.begin(), datagram.end());
}

std::optional<Datagram> discard_datagram(Bytes /*datagram*/, const Endpoint& /*sender*/) {
  return std::nullopt;
}

std::optional<Datagram> daytime_datagram(Bytes /*datagram*/, const Endpoint& /*sender*/) {
  return bytes_of(daytime_line());
}

std::optional<Datagram> chargen_datagram(Bytes /*datagram*/, const Endpoint& /*sender*/) {
  static std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::size_t> length(0, kMostCharacters);
  return bytes_of(std::string_view(character_pattern()).substr(0, length(random)));
}

std::optional<Datagram> print_datagram(Bytes datagram, const Endpoint& sender) {
  print_bytes(datagram, sender);
  return std::nullopt;
}

AnswerDatagram find_datagram_service(std::string_view name) {
  const auto* const found = std::ranges::find(kDatagramServices, name, &DatagramService::name);
  return found == kDatagramServices.end() ? nullptr : found->answer;
}

bool answers_everything(const Endpoint& sender) {
  constexpr std::array<std::uint16_t, 4> kPorts{7, 13, 17, 19};  // echo, daytime, qotd, chargen
  return std::ranges::find(kPorts, sender.port) != kPorts.end();
}

asio::awaitable<void> answer_datagrams(runtime::datagram_socket socket, AnswerDatagram answer,
                                       bool once) {
  std::vector<std::uint8_t> bytes(kLargest);
  while (socket.is_open()) {
    Endpoint sender;
    const auto [ec, size] = co_await socket.async_receive_from(asio::buffer(bytes), sender,
                                                               asio::as_tuple(asio::use_awaitable));
    if (ec) continue;
    const auto reply = answer(Bytes(bytes).first(size), sender);
    if (reply && !answers_everything(sender)) {
      runtime::error_code lost;  // without room the datagram is lost, as in a network
      socket.send_to(asio::buffer(*reply), sender, lost);
    }
    if (once) socket.close();
  }
}

}  // namespace tcpstack::app
