// Every small grammar of the programs against text that nobody would write: values of the command line, faults, flows, HTTP's
// dates, ranges, targets and requests, lines of the chat.
//
// What is read must lie within its limits, what can be written again must read as before, and what is shown to others must
// be harmless.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "apps/common/values.h"
#include "apps/tcpsim/values.h"
#include "apps/tcpstack/service_list.h"
#include "apps/tcpstack/services/chat_text.h"
#include "apps/tcpstack/services/http_range.h"
#include "apps/tcpstack/services/http_site.h"
#include "tests/fuzz/input.h"

namespace tcpstack::test {
namespace {

namespace fs = std::filesystem;
namespace http = boost::beast::http;
using std::chrono_literals::operator""s;

// The words of an error are for the user's terminal.
template <class T>
void require_words(const app::Value<T>& value) {
  require(value.has_value() || !value.error().empty(), "a mistake without a description");
}

void check_values(std::string_view text) {
  const auto number = app::parse_number(text, 5, 70'000);
  require_words(number);
  require(!number || (*number >= 5 && *number <= 70'000), "a number beyond its limits");
  const auto time = app::parse_duration(text, Duration(10), 60s);
  require_words(time);
  require(!time || (*time >= Duration(10) && *time <= 60s), "a time beyond its limits");
  const auto network = app::parse_network(text);
  require_words(network);
  require(!network || (network->prefix >= 1 && network->prefix <= 31),
          "a prefix beyond its limits");
  const auto host = app::parse_host(text);
  require_words(host);
  require(!host || host->to_string() == text, "an address that reads differently");
  const auto device = app::parse_device(text);
  require_words(device);
  require(!device || *device == text, "a device's name that reads differently");
  const auto service = app::parse_service(text);
  require_words(service);
  require(!service || app::find_service(service->name) != nullptr, "a service that is not there");
  require_words(app::parse_congestion(text));
}

void check_faults(std::string_view text) {
  const auto fault = device::parse_fault(text);
  if (!fault) {
    require(fault.error().offset <= text.size(), "a mistake behind the end of the text");
    require(!fault.error().expected.empty(), "a mistake without a description");
  } else {
    require(fault->in || fault->out, "a fault for no direction");
    require(fault->probability >= 0 && fault->probability <= 1, "a probability beyond its limits");
    require(fault->delay >= Duration::zero(), "a fault before its packet");
    require(device::parse_fault(fault->text).has_value(), "a fault's own text is no fault");
  }
  require_words(app::parse_fault(text));
}

void check_simulator(std::string_view text) {
  require_words(simulator::parse_rate(text));
  const auto share = simulator::parse_percentage(text);
  require_words(share);
  require(!share || (*share >= 0 && *share <= 1), "a probability beyond its limits");
  const auto size = simulator::parse_size(text);
  require_words(size);
  require(!size || *size <= 10'000'000'000, "a size beyond its limits");
  require_words(simulator::parse_bursts(text));
  require_words(simulator::parse_reordering(text));
  require_words(simulator::parse_flow(text, {}));
  require_words(simulator::parse_ways<double>(text, simulator::parse_percentage));
}

void check_http_words(std::string_view text) {
  if (const auto date = app::parse_http_date(text))
    require(app::http_date(*date) == text, "a date that reads differently");
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1000}, UINT64_MAX}) {
    const auto range = app::parse_range(text, size);
    if (range && *range)
      require((*range)->first <= (*range)->last && (*range)->last < size,
              "a range beyond the file");
  }
  if (const auto decoded = app::percent_decoded(text)) {
    require(decoded->size() <= text.size(), "decoding makes text longer");
    require(decoded->find('\0') == std::string::npos, "a NUL in a file's name");
  }
}

// A request as it comes from a client, for the files of a folder of the tree.
void check_request(std::string_view text) {
  static const fs::path folder = fs::canonical(fs::current_path());
  http::request_parser<http::string_body> parser;
  parser.header_limit(8192);
  parser.body_limit(65536);
  parser.eager(true);
  boost::beast::error_code ec;
  parser.put(boost::asio::buffer(text), ec);
  if (ec || !parser.is_done()) return;
  const app::HttpAnswer answer = app::http_answer(parser.get(), folder, {});
  if (!answer.body) return;
  const fs::path file = fs::canonical(answer.body->file);
  require(file.native().starts_with(folder.native() + "/"), "a file outside the folder");
  require(answer.body->first + answer.body->size <= fs::file_size(file), "a part beyond the file");
}

std::vector<std::string> lines_of(std::string_view text, std::size_t at_once) {
  constexpr std::size_t kLongest = 40;
  app::LineSplitter splitter(kLongest);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at += at_once) {
    splitter.feed(text.substr(at, at_once));
    while (const auto line = splitter.next()) {
      require(line->text.size() <= kLongest, "a line is longer than the longest");
      require(!line->too_long || line->text.empty(), "a part of a line that was too long");
      lines.push_back(line->too_long ? "too long" : line->text);
    }
  }
  return lines;
}

bool moves_the_cursor(unsigned char letter) { return letter < 0x20 || letter == 0x7f; }

void check_chat(std::string_view text) {
  require(lines_of(text, text.size() + 1) == lines_of(text, 1), "lines depend on how they arrive");
  const std::string shown = app::printable(text);
  require(std::ranges::none_of(shown, moves_the_cursor), "a control character is shown");
  require(app::printable(shown) == shown, "what is printable is changed");
  const std::string_view trimmed = app::trimmed(text);
  require(app::trimmed(trimmed) == trimmed, "trimmed text has blanks at its ends");
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tcpstack::test;
  const std::string whole(data, data + size);
  check_chat(whole);
  check_request(whole);
  // All other grammars are of one line.
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = std::min(whole.find('\n', begin), whole.size());
    const std::string_view line = std::string_view(whole).substr(begin, end - begin);
    check_values(line);
    check_faults(line);
    check_simulator(line);
    check_http_words(line);
    begin = end + 1;
  }
  return 0;
}
