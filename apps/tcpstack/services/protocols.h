// The services, nearly all as coroutines: each holds one conversation with one client.
//
// They are ordinary Boost.Asio code: on a kernel socket they would read the same. Each ends by
// returning or by an exception (boost::system::system_error: eof, connection_reset, ...); services.cc
// then closes the socket. To add one: a file here, a line in service_list.cc and one in services.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/runtime/socket.h"

namespace tcpstack::app {

// RFC 862: whatever is received is sent back, until the client closes its side. No coroutine: it returns at once, and the
// conversation goes on by itself. What goes wrong is logged at debug level.
void echo(runtime::socket socket);

// RFC 863: whatever is received is thrown away.
boost::asio::awaitable<void> discard(runtime::socket& socket);

// RFC 867: the date and time, in one line.
boost::asio::awaitable<void> daytime(runtime::socket& socket);

// "Tuesday, February 22, 1982 17:37:43-UTC" and the end of the line.
std::string daytime_line();

// RFC 864: lines of characters without end, while whatever is received is thrown away.
boost::asio::awaitable<void> chargen(runtime::socket& socket);
// The lines, many times over.
const std::string& character_pattern();
// The same with one character, in larger pieces: to measure with.
boost::asio::awaitable<void> source(runtime::socket& socket);

// Lab A: a conversation with all others that are in the room. Takes the socket over.
class ChatRoom;
boost::asio::awaitable<void> chat(std::shared_ptr<ChatRoom> room, runtime::socket& socket);

// Lab B: whatever is received is printed, until the client closes its side.
boost::asio::awaitable<void> print(runtime::socket& socket);
// As print shows them, 16 bytes in a line.
std::vector<std::string> print_lines(Bytes bytes);
void print_bytes(Bytes bytes, const Endpoint& from);

// Lab D: print, and then, for `keep_open`, a side that is still open and says so many lines.
boost::asio::awaitable<void> lab_close(runtime::socket& socket, Duration keep_open, unsigned lines);

// A conversation that ends with the client's FIN, as those do that read, and not with an exception then.
boost::asio::awaitable<void> until_end(boost::asio::awaitable<void> conversation);

}  // namespace tcpstack::app
