#include "apps/tcpstack/services/connection_page.h"

#include <chrono>
#include <iterator>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "stack/tcp/state.h"

namespace tcpstack::app {
namespace {

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void add_ends(std::vector<Fact>& facts, const Endpoint& local, const Endpoint& remote,
              const tcp::TcpInfo& info) {
  facts.push_back({"remote", boost::json::value(remote.to_string()), "", "you"});
  facts.push_back({"local", boost::json::value(local.to_string()), "", "this stack"});
  facts.push_back({"state", tcp::name(info.state), "", "RFC 9293 3.3.2"});
}

void add_options(std::vector<Fact>& facts, const tcp::TcpInfo& info) {
  facts.push_back({"timestamps", info.timestamps, "", "agreed on by the SYNs, RFC 7323 3"});
  facts.push_back({"sack", info.sack, "", "agreed on by the SYNs, RFC 2018"});
  facts.push_back({"window_scaling", info.window_scaling, "", "agreed on by the SYNs, RFC 7323 2"});
  facts.push_back({"send_window_shift", info.snd_wscale, "bits", "of the window that you offer"});
  facts.push_back({"receive_window_shift", info.rcv_wscale, "bits", "of the window that we offer"});
  facts.push_back({"ecn", info.ecn, "", "agreed on by the SYNs, RFC 3168"});
  facts.push_back(
      {"send_mss", info.snd_mss, "bytes", "the largest text of our segments, RFC 9293 3.7.1"});
  facts.push_back({"receive_mss", info.advmss, "bytes", "the MSS that we announced to you"});
}

void add_times(std::vector<Fact>& facts, const tcp::TcpInfo& info) {
  facts.push_back({"rtt", milliseconds(info.rtt), "ms", "SRTT, RFC 6298 2"});
  facts.push_back({"rttvar", milliseconds(info.rttvar), "ms", "RTTVAR, RFC 6298 2"});
  facts.push_back({"min_rtt", milliseconds(info.min_rtt), "ms", "the shortest round trip"});
  facts.push_back({"rto", milliseconds(info.rto), "ms", "the retransmission timeout, RFC 6298"});
}

void add_windows(std::vector<Fact>& facts, const tcp::TcpInfo& info) {
  facts.push_back({"cwnd", info.snd_cwnd, "segments", "the congestion window, RFC 5681"});
  if (info.snd_ssthresh < 0x7fffffff) {
    facts.push_back({"ssthresh", info.snd_ssthresh, "segments", "slow start up to here, RFC 5681"});
  }
  facts.push_back({"send_window", info.snd_wnd, "bytes", "SND.WND, what you can take"});
  facts.push_back({"receive_window", info.rcv_wnd, "bytes", "RCV.WND, what we can take"});
  facts.push_back({"in_flight", info.unacked, "segments", "sent and not acknowledged yet"});
}

void add_totals(std::vector<Fact>& facts, const tcp::TcpInfo& info) {
  facts.push_back({"segments_received", info.segs_in, "segments", "your SYN and ACKs included"});
  facts.push_back({"segments_sent", info.segs_out, "segments", "without this page"});
  facts.push_back({"bytes_received", info.bytes_received, "bytes", "your requests"});
  facts.push_back({"bytes_acknowledged", info.bytes_acked, "bytes", "of our text"});
  facts.push_back(
      {"retransmissions", info.total_retrans, "segments", "RFC 6298, RFC 6675, RFC 8985"});
}

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Your connection</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; }
td { padding: .15em 1em .15em 0; border-bottom: 1px solid #ddd; }
td:nth-child(2) { font-family: monospace; text-align: right; }
td:last-child { color: #666; }
</style>
</head>
<body>
<h1>Your connection</h1>
<p>This page came over TCP in user space, written to be read. Load it again and look what has changed;
<a href="/connection.json">the same as JSON</a>.</p>
<table>
)";

}  // namespace

std::vector<Fact> connection_facts(const Endpoint& local, const Endpoint& remote,
                                   const tcp::TcpInfo& info) {
  std::vector<Fact> facts;
  add_ends(facts, local, remote, info);
  add_options(facts, info);
  add_times(facts, info);
  add_windows(facts, info);
  add_totals(facts, info);
  return facts;
}

// Only addresses and numbers come from outside, so nothing needs to be escaped.
std::string connection_html(const std::vector<Fact>& facts) {
  std::string page(kHead);
  for (const Fact& fact : facts) {
    const std::string value = fact.value.is_string() ? std::string(fact.value.as_string())
                              : fact.value.is_double()
                                  ? fmt::format("{:.3f}", fact.value.as_double())
                                  : boost::json::serialize(fact.value);
    fmt::format_to(std::back_inserter(page),
                   "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", fact.name, value,
                   fact.unit, fact.meaning);
  }
  return page + "</table>\n</body>\n</html>\n";
}

std::string connection_json(const std::vector<Fact>& facts) {
  boost::json::object object;
  for (const Fact& fact : facts) object[fact.name] = fact.value;
  return boost::json::serialize(object) + "\n";
}

}  // namespace tcpstack::app
