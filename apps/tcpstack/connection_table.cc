#include "apps/tcpstack/connection_table.h"

#include <chrono>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/counts.h"
#include "stack/tcp/state.h"

namespace tcpstack::app {
namespace {

namespace json = boost::json;
using tcp::TcpInfo;

constexpr std::uint32_t kUnknownSsthresh = 0x7fffffff;

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// Words with a space between them.
class Words {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    if (!text_.empty()) text_ += ' ';
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }
  template <typename Number>
  void add_unless_zero(std::string_view name, Number number) {
    if (number != 0) add("{}:{}", name, number);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_agreed(const TcpInfo& info, Words& words) {
  if (info.timestamps) words.add("ts");
  if (info.sack) words.add("sack");
  if (info.ecn) words.add("ecn");
  if (info.window_scaling) words.add("wscale:{},{}", info.snd_wscale, info.rcv_wscale);
}

void add_times(const TcpInfo& info, Words& words) {
  words.add("rto:{:g}", milliseconds(info.rto));
  words.add_unless_zero("backoff", info.backoff);
  if (info.rtt != Duration::zero()) {
    words.add("rtt:{:g}/{:g}", milliseconds(info.rtt), milliseconds(info.rttvar));
  }
}

void add_windows(const TcpInfo& info, Words& words) {
  words.add("mss:{} advmss:{} cwnd:{}", info.snd_mss, info.advmss, info.snd_cwnd);
  if (info.snd_ssthresh < kUnknownSsthresh) words.add("ssthresh:{}", info.snd_ssthresh);
  words.add("snd_wnd:{} rcv_wnd:{}", info.snd_wnd, info.rcv_wnd);
}

void add_totals(const TcpInfo& info, Words& words) {
  words.add_unless_zero("bytes_acked", info.bytes_acked);
  words.add_unless_zero("bytes_received", info.bytes_received);
  words.add_unless_zero("unacked", info.unacked);
  words.add_unless_zero("sacked", info.sacked);
  words.add_unless_zero("lost", info.lost);
  if (info.total_retrans != 0) words.add("retrans:{}/{}", info.retrans, info.total_retrans);
  words.add_unless_zero("probes", info.probes);
  words.add_unless_zero("notsent", info.notsent_bytes);
}

std::string details(const TcpInfo& info) {
  Words words;
  add_agreed(info, words);
  add_times(info, words);
  add_windows(info, words);
  add_totals(info, words);
  return words.text();
}

}  // namespace

std::string connection_table(const std::vector<runtime::connection_info>& connections,
                             const std::vector<runtime::listener_info>& listeners) {
  std::string text = fmt::format("{:<12} {:>6} {:>6}  {:<21} {}\n", "State", "Recv-Q", "Send-Q",
                                 "Local", "Remote");
  for (const auto& listener : listeners) {
    text += fmt::format("{:<12} {:>6} {:>6}  {}\n", "LISTEN", "", "", listener.local.to_string());
  }
  for (const auto& each : connections) {
    text += fmt::format("{:<12} {:>6} {:>6}  {:<21} {}\n", tcp::name(each.tcp.state),
                        each.receive_queue, each.send_queue, each.local.to_string(),
                        each.remote.to_string());
    text += fmt::format("    {}\n", details(each.tcp));
  }
  return text;
}

std::string connection_json(const std::vector<runtime::connection_info>& connections,
                            const std::vector<runtime::listener_info>& listeners,
                            const Counters& counters) {
  json::array listening;
  for (const auto& listener : listeners) listening.push_back(listener.local.to_string().c_str());
  json::array rows;
  for (const auto& each : connections) {
    rows.push_back(json::object{{"state", tcp::name(each.tcp.state)},
                                {"local", each.local.to_string()},
                                {"remote", each.remote.to_string()},
                                {"receive_queue", each.receive_queue},
                                {"send_queue", each.send_queue},
                                {"details", details(each.tcp)}});
  }
  return json::serialize(json::object{{"event", "connections"},
                                      {"listening", listening},
                                      {"connections", rows},
                                      {"counters", counters_as_json(counters)},
                                      {"drops", drops_as_json(counters)}}) +
         "\n";
}

}  // namespace tcpstack::app
