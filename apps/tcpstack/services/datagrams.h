// The services over UDP: each receives a datagram and may answer with one. No connection, no memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "stack/base/bytes.h"
#include "stack/runtime/datagram_socket.h"

namespace tcpstack::app {

using Datagram = std::vector<std::uint8_t>;
// Nothing: no answer.
using AnswerDatagram = std::optional<Datagram> (*)(Bytes datagram, const Endpoint& sender);

std::optional<Datagram> echo_datagram(Bytes datagram, const Endpoint& sender);
std::optional<Datagram> discard_datagram(Bytes datagram, const Endpoint& sender);
std::optional<Datagram> daytime_datagram(Bytes datagram, const Endpoint& sender);
// RFC 864: "a datagram is sent containing a random number (between 0 and 512) of characters".
std::optional<Datagram> chargen_datagram(Bytes datagram, const Endpoint& sender);
std::optional<Datagram> print_datagram(Bytes datagram, const Endpoint& sender);

// nullptr: the service has no UDP.
AnswerDatagram find_datagram_service(std::string_view name);

// Could the sender be a service that answers our answer, and so on without end?
bool answers_everything(const Endpoint& sender);

// Answers until the socket is closed; with `once`, only one datagram.
boost::asio::awaitable<void> answer_datagrams(runtime::datagram_socket socket,
                                              AnswerDatagram answer, bool once);

}  // namespace tcpstack::app
