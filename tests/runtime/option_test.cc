// Socket options: Asio's own and ours, on the sockets and by what they do on the link.
#include <array>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/unicast.hpp>
#include <boost/asio/write.hpp>

#include "stack/runtime/socket_options.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

using asio::socket_base;
using asio::ip::tcp;

// Written for a kernel socket; it knows nothing of ours.
template <typename Socket>
std::string tune(Socket& socket) {
  std::string told;
  const auto set_and_get = [&](const auto& option) {
    auto copy = option;
    socket.set_option(option);
    socket.get_option(copy);
    return copy;
  };
  told += set_and_get(tcp::no_delay(true)).value() ? "no delay, " : "";
  told += set_and_get(tcp::no_delay(false)).value() ? "no delay, " : "delay, ";
  told += set_and_get(socket_base::keep_alive(true)) ? "keep alive, " : "";
  told += set_and_get(socket_base::reuse_address(true)) ? "reuse, " : "";
  const auto linger = set_and_get(socket_base::linger(true, 7));
  told += std::to_string(linger.enabled()) + " " + std::to_string(linger.timeout()) + ", ";
  told += std::to_string(set_and_get(user_timeout(1500ms)).value().count()) + ", ";
  told += std::to_string(set_and_get(keep_alive_idle(20s)).value().count()) + ", ";
  told += std::to_string(set_and_get(keep_alive_interval(3s)).value().count()) + ", ";
  told += std::to_string(set_and_get(keep_alive_count(4)).value()) + ", ";
  told += std::to_string(set_and_get(syn_retries(2)).value()) + ", ";
  told += std::to_string(set_and_get(not_sent_low_water_mark(16384)).value()) + ", ";
  told += std::to_string(set_and_get(type_of_service(0x48)).value()) + ", ";
  told += std::to_string(set_and_get(max_pacing_rate(500000)).value()) + ", ";
  told += std::to_string(set_and_get(max_pacing_rate(-1)).value()) + ", ";
  told += std::to_string(set_and_get(path_mtu_discovery(IP_PMTUDISC_DO)).value()) + ", ";
  told += set_and_get(report_problems(false)).value() ? "problems, " : "";
  told += set_and_get(cork(true)).value() ? "cork, " : "";
  told += set_and_get(congestion_control("reno")).value();
  return told;
}

class OptionTest : public World {
 protected:
  // The client's packets with text from now on; the server does not acknowledge them.
  void count_text() {
    texts_ = 0;
    carries_ = [this](const passage& p) {
      constexpr std::size_t kHeaders = 20 + 32;  // the timestamps option included
      if (p.from_first && p.packet.size() > kHeaders) ++texts_;
      return p.from_first;
    };
  }
  // Lets whoever set them on a closed socket see them on a connection.
  stream connected(stream client) {
    outcome done;
    client.async_connect(kServer, done.handler());
    EXPECT_TRUE(run_until([&] { return done.calls == 1; }));
    EXPECT_EQ(done.ec, error_code());
    settle();
    return client;
  }
  // The server's view of its only connection.
  const tcpstack::tcp::Tcb& server_tcb(const stream& server) const {
    return *server_->stack().tcb(*server.connection());
  }

  int texts_ = 0;
};

TEST_F(OptionTest, ATemplateForKernelSocketsTakesOurs) {
  asio::io_context io;
  tcp::socket kernel(io, tcp::v4());
  pair both = connect();
  stream closed(*client_);
  const std::string expected = tune(kernel);
  EXPECT_EQ(expected,
            "no delay, delay, keep alive, reuse, 1 7, 1500, 20, 3, 4, 2, 16384, 72, 500000, -1, 2, "
            "cork, reno");
  EXPECT_EQ(tune(both.client), expected);
  EXPECT_EQ(tune(closed), expected);
}

TEST_F(OptionTest, AnAcceptorTakesThem) {
  acceptor listener(*server_);
  const std::string before = tune(listener);
  listener.listen(kServer);
  EXPECT_EQ(tune(listener), before);
}

TEST_F(OptionTest, AConnectionTakesOverItsAcceptors) {
  acceptor listener(*server_);
  listener.set_option(keep_alive_count(5));
  listener.listen(kServer);
  listener.set_option(congestion_control("reno"));
  listener.set_option(socket_base::linger(true, 0));
  stream server(*server_);
  outcome accepted;
  listener.async_accept(server, accepted.handler());
  stream client = connected(stream(*client_));
  keep_alive_count count;
  congestion_control algorithm;
  socket_base::linger linger;
  server.get_option(count);
  server.get_option(algorithm);
  server.get_option(linger);
  EXPECT_EQ(count.value(), 5);
  EXPECT_EQ(algorithm.value(), "reno");
  EXPECT_TRUE(linger.enabled());
  write(server, "x");
  EXPECT_EQ(server_tcb(server).sender->congestion->name(), std::string("reno"));
}

TEST_F(OptionTest, AnUnknownOptionIsAnError) {
  pair both = connect();
  error_code ec;
  both.client.set_option(asio::ip::unicast::hops(3), ec);
  EXPECT_EQ(ec, asio::error::no_protocol_option);
  asio::ip::unicast::hops hops;
  both.client.get_option(hops, ec);
  EXPECT_EQ(ec, asio::error::no_protocol_option);
  EXPECT_THROW(both.client.get_option(hops), boost::system::system_error);
}

TEST_F(OptionTest, AValueOutOfRangeIsAnErrorAndChangesNothing) {
  pair both = connect();
  keep_alive_count before;
  both.client.get_option(before);
  error_code ec;
  both.client.set_option(keep_alive_count(128), ec);
  EXPECT_EQ(ec, asio::error::invalid_argument);
  keep_alive_count after;
  both.client.get_option(after);
  EXPECT_EQ(after.value(), before.value());
  EXPECT_THROW(both.client.set_option(maximum_segment_size(87)), boost::system::system_error);
}

TEST_F(OptionTest, AnUnknownAlgorithmIsAnError) {
  stream client(*client_);
  error_code ec;
  client.set_option(congestion_control("vegetables"), ec);
  EXPECT_EQ(ec, boost::system::errc::no_such_file_or_directory);
  congestion_control algorithm;
  client.get_option(algorithm);
  EXPECT_EQ(algorithm.value(), "cubic");
}

TEST_F(OptionTest, CloseForgetsThem) {
  stream client(*client_);
  client.set_option(tcp::no_delay(true));
  client.close();
  tcp::no_delay no_delay;
  client.get_option(no_delay);
  EXPECT_FALSE(no_delay.value());
}

TEST_F(OptionTest, NoDelaySendsASecondSmallTextAtOnce) {
  for (const bool no_delay : {false, true}) {
    pair both = connect();
    both.client.set_option(tcp::no_delay(no_delay));
    count_text();
    write(both.client, "one");
    settle();
    write(both.client, "two");
    settle();
    EXPECT_EQ(texts_, no_delay ? 2 : 1);
    carries_ = {};
    run();
  }
}

// Linux: whenever it is set, and not only when it is turned on.
TEST_F(OptionTest, NoDelayPushesWhatTheCorkHoldsBack) {
  pair both = connect();
  both.client.set_option(tcp::no_delay(true));
  both.client.set_option(cork(true));
  count_text();
  write(both.client, "one");
  settle();
  EXPECT_EQ(texts_, 0);
  both.client.set_option(tcp::no_delay(true));
  settle();
  EXPECT_EQ(texts_, 1);
}

TEST_F(OptionTest, APacingRateSpreadsText) {
  pair both = connect();
  both.client.set_option(max_pacing_rate(100'000));
  const std::string large(200'000, 'x');
  outcome written;
  asio::async_write(both.client, asio::buffer(large), written.handler());
  std::string got;
  const auto begin = time_.now();
  while (got.size() < large.size()) got += read(both.server);
  EXPECT_GT(time_.now() - begin, 1500ms) << "two seconds, but for the first segments";
  EXPECT_LT(time_.now() - begin, 2500ms);
  EXPECT_EQ(written.calls, 1);
}

TEST_F(OptionTest, PathMtuDiscoveryTurnedOffLetsRoutersCut) {
  pair both = connect();
  std::vector<bool> dont_fragment;
  carries_ = [&](const passage& p) {
    if (p.from_first) dont_fragment.push_back((p.packet[6] & 0x40) != 0);
    return true;
  };
  both.client.set_option(tcp::no_delay(true));
  write(both.client, "one");
  settle();
  both.client.set_option(path_mtu_discovery(IP_PMTUDISC_DONT));
  write(both.client, "two");
  settle();
  EXPECT_EQ(dont_fragment, (std::vector<bool>{true, false}));
}

TEST_F(OptionTest, AnAcceptorsFastOpenQueueIsOfSockets) {
  acceptor listener(*server_, kServer);
  listener.set_option(fast_open_queue(3));
  fast_open_queue queue;
  listener.get_option(queue);
  EXPECT_EQ(queue.value(), 3);
  error_code ec;
  listener.set_option(fast_open_queue(-1), ec);
  EXPECT_EQ(ec, asio::error::invalid_argument);
}

TEST_F(OptionTest, CorkHoldsTextBackUntilItIsOff) {
  pair both = connect();
  both.client.set_option(cork(true));
  count_text();
  write(both.client, "one ");
  write(both.client, "two");
  settle();
  EXPECT_EQ(texts_, 0);
  both.client.set_option(cork(false));
  settle();
  EXPECT_EQ(texts_, 1);
  EXPECT_EQ(read(both.server), "one two");
}

TEST_F(OptionTest, TheSegmentSizeIsAnnouncedByTheSyn) {
  acceptor listener(*server_, kServer);
  stream server(*server_);
  outcome accepted;
  listener.async_accept(server, accepted.handler());
  stream client(*client_);
  client.set_option(maximum_segment_size(600));
  client = connected(std::move(client));
  EXPECT_EQ(server_tcb(server).snd.mss, 600U);
  maximum_segment_size used;
  client.get_option(used);
  EXPECT_EQ(used.value(), 600);
}

TEST_F(OptionTest, TheReceiveBufferIsWhatThePeerCanSend) {
  acceptor listener(*server_, kServer);
  stream server(*server_);
  outcome accepted;
  listener.async_accept(server, accepted.handler());
  stream client(*client_);
  socket_base::receive_buffer_size size;
  client.get_option(size);
  EXPECT_EQ(size.value(), 65536) << "the window that is offered first";
  client.set_option(socket_base::receive_buffer_size(5000));
  client = connected(std::move(client));
  client.get_option(size);
  EXPECT_EQ(size.value(), 5000);
  error_code ec;
  const std::string large(100000, 'x');
  server.write_some(asio::buffer(large), ec);
  settle();
  EXPECT_LE(client.available(), 5000U);
  EXPECT_GT(client.available(), 2500U);
}

// The limit is twice the value, and is looked at before each super-segment (buffers.h): the first has 22 segments, half
// of the peer's window of 65,535 bytes. Ten of them leave (RFC 6928), so that ten more are taken.
TEST_F(OptionTest, TheSendBufferLimitsWhatIsTaken) {
  pair both = connect();
  both.client.set_option(socket_base::send_buffer_size(10000));
  socket_base::send_buffer_size size;
  both.client.get_option(size);
  EXPECT_EQ(size.value(), 10000);
  const std::string large(100000, 'x');
  error_code ec;
  constexpr std::size_t kSegment = 1448;
  EXPECT_EQ(both.client.write_some(asio::buffer(large), ec), (22 + 10) * kSegment);
  EXPECT_EQ(both.client.write_some(asio::buffer(large), ec), 0U);
  EXPECT_EQ(ec, asio::error::would_block);
}

// A kernel socket takes the text, too, and reads back zero when the option is not set.
TEST_F(OptionTest, ALowWaterMarkOfZeroIsNoLimit) {
  pair both = connect();
  not_sent_low_water_mark mark;
  both.client.get_option(mark);
  EXPECT_EQ(mark.value(), 0);
  both.client.set_option(not_sent_low_water_mark(0));
  both.client.get_option(mark);
  EXPECT_EQ(mark.value(), 0);
  error_code ec;
  EXPECT_EQ(both.client.write_some(asio::buffer("text", 4), ec), 4U);
}

TEST_F(OptionTest, UrgentDataIsAlwaysInItsPlace) {
  pair both = connect();
  socket_base::out_of_band_inline in_place;
  both.client.get_option(in_place);
  EXPECT_TRUE(in_place.value());
  error_code ec;
  both.client.set_option(socket_base::out_of_band_inline(true), ec);
  EXPECT_EQ(ec, error_code());
  both.client.set_option(socket_base::out_of_band_inline(false), ec);
  EXPECT_EQ(ec, asio::error::invalid_argument);
}

TEST_F(OptionTest, LingerOfNoTimeResets) {
  pair both = connect();
  both.client.set_option(socket_base::linger(true, 0));
  write(both.client, "sent before");
  both.client.close();
  settle();
  EXPECT_EQ(read(both.server), "sent before");
  error_code ec;
  read(both.server, 10, &ec);
  EXPECT_EQ(ec, asio::error::connection_reset);
}

TEST_F(OptionTest, LingerOfSomeTimeClosesInOrder) {
  pair both = connect();
  both.client.set_option(socket_base::linger(true, 3));
  write(both.client, "not lost");
  both.client.close();
  settle();
  EXPECT_EQ(read(both.server), "not lost");
  error_code ec;
  read(both.server, 10, &ec);
  EXPECT_EQ(ec, asio::error::eof);
}

TEST_F(OptionTest, TheUserTimeoutEndsAConnectionWithoutAcknowledgments) {
  pair both = connect();
  both.client.set_option(user_timeout(5s));
  carries_ = [](const passage&) { return false; };
  write(both.client, "lost");
  const Time begin = time_.now();
  error_code ec;
  read(both.client, 10, &ec);
  EXPECT_EQ(ec, asio::error::timed_out);
  EXPECT_GE(time_.now() - begin, 5s);
  EXPECT_LT(time_.now() - begin, 10s);
}

TEST_F(OptionTest, KeepAliveFindsOutThatThePeerHasGone) {
  pair both = connect();
  both.client.set_option(keep_alive_idle(10s));
  both.client.set_option(keep_alive_interval(2s));
  both.client.set_option(keep_alive_count(3));
  both.client.set_option(socket_base::keep_alive(true));
  carries_ = [](const passage&) { return false; };
  const Time begin = time_.now();
  error_code ec;
  read(both.client, 10, &ec);
  EXPECT_EQ(ec, asio::error::timed_out);
  EXPECT_GE(time_.now() - begin, 16s);
  EXPECT_LT(time_.now() - begin, 17s);
}

TEST_F(OptionTest, RetriesOfTheSynAreCounted) {
  int syns = 0;
  carries_ = [&](const passage&) { return ++syns, false; };
  stream client(*client_);
  client.set_option(syn_retries(2));
  outcome done;
  client.async_connect(kServer, done.handler());
  EXPECT_TRUE(run_until([&] { return done.calls == 1; }));
  EXPECT_EQ(done.ec, asio::error::timed_out);
  EXPECT_EQ(syns, 3);
}

}  // namespace
}  // namespace tcpstack::runtime
