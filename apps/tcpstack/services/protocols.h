// The services, nearly all as coroutines: each holds one conversation with one client.
//
// They are ordinary Boost.Asio code: on a kernel socket they would read the same. Each ends by returning or by an
// exception (boost::system::system_error: eof, connection_reset and others); services.cc then closes the socket. A
// new service needs a file here, a line in service_list.cc and one in services.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/runtime/socket.h"

namespace tcpstack::app {

// RFC 862: sends back the received text, until the client closes its side. Not a coroutine: it returns at once, and
// the conversation continues by itself. Errors are logged at debug level.
void echo(runtime::socket socket);

// RFC 863: drops the received text.
boost::asio::awaitable<void> discard(runtime::socket& socket);

// RFC 867: the date and time, in one line.
boost::asio::awaitable<void> daytime(runtime::socket& socket);

// "Tuesday, February 22, 1982 17:37:43-UTC" and the end of the line.
std::string daytime_line();

// RFC 864: sends lines of characters without end, and drops the received text.
boost::asio::awaitable<void> chargen(runtime::socket& socket);
// The lines, repeated many times.
const std::string& character_pattern();
// The same with one character, in larger pieces, for measurements.
boost::asio::awaitable<void> source(runtime::socket& socket);

// Lab A: a conversation with all others in the room. Takes the socket over.
class ChatRoom;
boost::asio::awaitable<void> chat(std::shared_ptr<ChatRoom> room, runtime::socket& socket);

// Lab B: prints the received bytes, until the client closes its side.
boost::asio::awaitable<void> print(runtime::socket& socket);
// The lines of print, 16 bytes in each.
std::vector<std::string> print_lines(Bytes bytes);
void print_bytes(Bytes bytes, const Endpoint& from);

// Lab D: like print; then its side stays open for `keep_open` and sends `lines` lines.
boost::asio::awaitable<void> lab_close(runtime::socket& socket, Duration keep_open, unsigned lines);

// Ends `conversation` normally, without an exception, at the client's FIN.
boost::asio::awaitable<void> until_end(boost::asio::awaitable<void> conversation);

}  // namespace tcpstack::app
