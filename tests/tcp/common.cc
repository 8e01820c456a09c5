// The rows that hold in every synchronized state.
#include "tests/tcp/common.h"

namespace tcpstack::test {

namespace {

// "F. 1:11(10)", from its bits, first number and length.
std::string segment(const char* bits, std::uint32_t first, std::uint32_t length) {
  return std::string(bits) + " " + std::to_string(first) + ":" + std::to_string(first + length) +
         "(" + std::to_string(length) + ")";
}

std::string ack(std::uint32_t number) { return " ack " + std::to_string(number); }

// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
std::string bare_ack(const Place& at) {
  return "> " + segment(".", at.snd_nxt, 0) + ack(at.rcv_nxt);
}

std::vector<Row> first_check(const Place& at) {
  const std::string state = "state " + at.state;
  const std::string theirs = ack(at.snd_nxt);
  return {{"first, text before the window is answered",
           "RFC 9293 3.10.7.4 first",
           {"< " + segment(".", at.rcv_nxt - 5, 5) + theirs, "drop out_of_window", bare_ack(at),
            state}},
          {"text beyond the window is answered",
           "RFC 9293 3.10.7.4 first",
           {"< " + segment(".", at.right, 5) + theirs, "drop out_of_window", bare_ack(at), state}},
          {"an empty segment before the window is answered",
           "RFC 9293 3.10.7.4 first",
           {"< " + segment(".", at.rcv_nxt - 2, 0) + theirs, "drop out_of_window", bare_ack(at),
            state}},
          {"a RST beside the window is dropped in silence",
           "RFC 9293 3.10.7.4 first",
           {"< " + segment("R", at.rcv_nxt - 1, 0), "drop out_of_window",
            "< " + segment("R", at.right, 0), "drop out_of_window", state}}};
}

std::vector<Row> second_to_fifth_check(const Place& at) {
  const std::string state = "state " + at.state;
  return {{"second, a RST inside the window is challenged",
           "RFC 9293 3.10.7.4 second, RFC 5961 3.2",
           {"< " + segment("R", at.rcv_nxt + 1, 0), "drop rst_challenged", bare_ack(at), state}},
          {"fourth, a SYN inside the window is challenged",
           "RFC 9293 3.10.7.4 fourth, RFC 5961 4.2",
           {"< " + segment("S.", at.rcv_nxt + 7, 0) + ack(at.snd_nxt), "drop syn_in_window",
            bare_ack(at), state}},
          {"fifth, without ACK: dropped",
           "RFC 9293 3.10.7.4 fifth",
           {"< " + segment("P", at.rcv_nxt, 5), "drop no_ack_bit", state}},
          {"OPEN: the connection exists",
           "RFC 9293 3.10.1: \"error: connection already exists\"",
           {"open = already_exists", state}}};
}

}  // namespace

std::vector<Row> unmoved(const Place& place) {
  std::vector<Row> rows = first_check(place);
  for (Row& row : second_to_fifth_check(place)) rows.push_back(row);
  return rows;
}

std::vector<Row> reset(const Place& place, const std::string& error) {
  return {{"second, a RST at RCV.NXT ends it",
           "RFC 9293 3.10.7.4 second",
           {"< " + segment("R", place.rcv_nxt, 0), "drop rst_taken", "state CLOSED",
            "error " + error, "event closed"}}};
}

}  // namespace tcpstack::test
