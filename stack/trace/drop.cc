// The words for each drop reason: the name for counters and filters, and a sentence for people. One table in the
// order of the enumeration; it does not compile if a reason is missing or out of place.
#include "stack/trace/drop.h"

#include <array>

namespace tcpstack {
namespace {

struct Words {
  Drop drop;
  const char* name;
  const char* sentence;
};

constexpr std::array kWords = {
    Words{Drop::ip_truncated, "ip_truncated", "the packet is shorter than its IP header says"},
    Words{Drop::ip_not_version_4, "ip_not_version_4", "the packet is not IPv4"},
    Words{Drop::ip_header_length, "ip_header_length",
          "the IP header's length is below 20 bytes or past the end of the packet"},
    Words{Drop::ip_total_length, "ip_total_length",
          "the IP packet's total length is below its header's length"},
    Words{Drop::ip_checksum, "ip_checksum", "the IP header's checksum is wrong"},
    Words{Drop::ip_source_invalid, "ip_source_invalid",
          "the source is no address of a single host: unspecified, loopback, multicast, reserved "
          "or a broadcast"},
    Words{Drop::ip_source_is_ours, "ip_source_is_ours", "the source is our own address"},
    Words{Drop::ip_not_for_us, "ip_not_for_us", "the packet is for another address"},
    Words{Drop::ip_options, "ip_options",
          "an IP option's length is below 2, past the header, or wrong for its kind"},
    Words{Drop::ip_source_route, "ip_source_route",
          "the packet's source route has more hops, and we forward nothing"},
    Words{Drop::ip_protocol_unknown, "ip_protocol_unknown",
          "the packet carries an unknown protocol"},
    Words{Drop::ip_fragment_size, "ip_fragment_size",
          "the fragment is empty, or not the last and not a multiple of 8 bytes long"},
    Words{Drop::ip_fragment_too_long, "ip_fragment_too_long",
          "the fragment's datagram would be longer than 65535 bytes"},
    Words{Drop::ip_fragment_end, "ip_fragment_end",
          "the fragments contradict one another about the datagram's length"},
    Words{Drop::ip_fragment_overlap, "ip_fragment_overlap",
          "fragments overlap: the whole datagram is discarded"},
    Words{Drop::ip_fragment_duplicate, "ip_fragment_duplicate", "the fragment has come before"},
    Words{Drop::ip_fragment_refused, "ip_fragment_refused",
          "the fragment belongs to a datagram that has been discarded"},
    Words{Drop::ip_fragment_ecn, "ip_fragment_ecn",
          "one fragment has a congestion mark, and another cannot have one"},
    Words{Drop::ip_fragment_limit, "ip_fragment_limit",
          "too many fragments wait: the oldest datagram is discarded"},
    Words{Drop::ip_reassembly_timeout, "ip_reassembly_timeout",
          "the other fragments of the datagram have not come in time"},
    Words{Drop::icmp_truncated, "icmp_truncated", "the ICMP message is shorter than its header"},
    Words{Drop::icmp_checksum, "icmp_checksum", "the ICMP message's checksum is wrong"},
    Words{Drop::icmp_type_unknown, "icmp_type_unknown",
          "the ICMP message is of a type that we do not act on"},
    Words{Drop::icmp_no_connection, "icmp_no_connection",
          "the ICMP error is about a segment that no connection has in flight"},
    Words{Drop::icmp_quote, "icmp_quote",
          "the datagram that the ICMP error quotes is cut short, or was never sent by us"},
    Words{Drop::icmp_source_quench, "icmp_source_quench", "source quench is obsolete, and ignored"},
    Words{Drop::icmp_path_mtu, "icmp_path_mtu",
          "the ICMP error would not make the path's MTU smaller"},
    Words{Drop::udp_truncated, "udp_truncated", "the datagram is shorter than a UDP header"},
    Words{Drop::udp_length, "udp_length",
          "the UDP length is below 8 bytes or past the end of the packet"},
    Words{Drop::udp_checksum, "udp_checksum", "the datagram's checksum is wrong"},
    Words{Drop::udp_port_zero, "udp_port_zero", "the datagram's destination port is 0"},
    Words{Drop::udp_no_socket, "udp_no_socket", "no socket is bound to the datagram's port"},
    Words{Drop::udp_queue_full, "udp_queue_full", "the socket's receive queue is full"},
    Words{Drop::tcp_truncated, "tcp_truncated", "the segment is shorter than a TCP header"},
    Words{Drop::tcp_data_offset, "tcp_data_offset",
          "the data offset is below 5 words or past the end of the segment"},
    Words{Drop::tcp_checksum, "tcp_checksum", "the segment's checksum is wrong"},
    Words{Drop::tcp_port_zero, "tcp_port_zero", "a port of the segment is 0"},
    Words{Drop::closed_got_rst, "closed_got_rst",
          "a RST for a connection that does not exist is never answered"},
    Words{Drop::closed_answered_rst, "closed_answered_rst",
          "no such connection: the segment was answered with a RST"},
    Words{Drop::listen_got_rst, "listen_got_rst", "a RST cannot concern a listening port"},
    Words{Drop::listen_got_ack, "listen_got_ack",
          "an ACK to a listening port: answered with a RST"},
    Words{Drop::listen_unexpected, "listen_unexpected",
          "the segment to a listening port has neither RST, ACK nor SYN"},
    Words{Drop::listen_backlog_full, "listen_backlog_full",
          "too many connections to this port are in SYN_RECEIVED"},
    Words{Drop::listen_accept_queue_full, "listen_accept_queue_full",
          "too many connections to this port wait to be accepted"},
    Words{Drop::syn_sent_bad_ack, "syn_sent_bad_ack",
          "the acknowledgment is not for the SYN that we sent"},
    Words{Drop::syn_sent_unexpected, "syn_sent_unexpected",
          "the segment has neither SYN nor RST while we wait for a SYN"},
    Words{Drop::paws, "paws", "the segment's timestamp is older than the last one taken"},
    Words{Drop::timestamp_missing, "timestamp_missing",
          "timestamps were agreed on, and the segment has none"},
    Words{Drop::syn_text, "syn_text",
          "text or a FIN came with the SYN: the peer has to send it again"},
    Words{Drop::syn_again, "syn_again", "the peer's SYN again: our SYN, ACK is sent again"},
    Words{Drop::out_of_window, "out_of_window", "the segment lies outside the receive window"},
    Words{Drop::rst_challenged, "rst_challenged",
          "the RST is in the window but not at RCV.NXT: challenged with an ACK"},
    Words{Drop::rst_taken, "rst_taken", "the RST was acceptable: the connection is reset"},
    Words{Drop::rst_in_time_wait, "rst_in_time_wait",
          "the RST was acceptable, but a RST does not end TIME_WAIT"},
    Words{Drop::syn_in_window, "syn_in_window",
          "a SYN on a synchronized connection: challenged with an ACK"},
    Words{Drop::syn_to_listener, "syn_to_listener",
          "another SYN before the handshake was over: back to LISTEN"},
    Words{Drop::challenge_limit, "challenge_limit",
          "a RST or SYN in the window, and no challenge ACK: there was one a moment ago"},
    Words{Drop::no_ack_bit, "no_ack_bit", "the segment has no ACK"},
    Words{Drop::ack_unacceptable, "ack_unacceptable",
          "the segment acknowledges data never sent, or far too old"},
    Words{Drop::ack_in_syn_received, "ack_in_syn_received",
          "the acknowledgment is not for our SYN: answered with a RST"},
    Words{Drop::text_after_close, "text_after_close",
          "text arrived that nobody can read any more: the connection is reset"},
    Words{Drop::text_after_fin, "text_after_fin", "the text lies beyond the peer's FIN"},
    Words{Drop::fin_again, "fin_again", "the FIN lies beyond the peer's FIN"},
    Words{Drop::fin_before_text, "fin_before_text",
          "the FIN lies in front of text that has already come"},
    Words{Drop::text_no_room, "text_no_room", "text or a FIN lies beyond the receive window"},
    Words{Drop::time_wait_segment, "time_wait_segment",
          "nothing but a FIN or a new SYN is of use in TIME_WAIT"},
    Words{Drop::reply_limit, "reply_limit",
          "too many RSTs and cookies wait to be sent: this segment gets none"},
    Words{Drop::no_memory, "no_memory", "no memory is left within the configured limits"},
    Words{Drop::too_many_connections, "too_many_connections",
          "the configured number of connections is reached"},
};

consteval bool is_in_order() {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (static_cast<std::size_t>(kWords[i].drop) != i) return false;
  }
  return kWords.size() == kDropCount;
}
static_assert(is_in_order());

}  // namespace

const char* name(Drop drop) { return kWords[static_cast<std::size_t>(drop)].name; }

const char* explain(Drop drop) { return kWords[static_cast<std::size_t>(drop)].sentence; }

}  // namespace tcpstack
