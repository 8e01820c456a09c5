// The reasons to discard a packet. Each drop has a name, and each name a counter.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcpstack {

enum class Drop : std::uint8_t {
  // The IP header, RFC 791 and RFC 1122 section 3.2.1.
  ip_truncated,         // shorter than a header, or than its own total length
  ip_not_version_4,     // IPv6 and anything else
  ip_header_length,     // IHL below 5, or past the end of the packet
  ip_total_length,      // total length below the header's length
  ip_checksum,          //
  ip_source_invalid,    // a source that names no single host
  ip_source_is_ours,    // source equal to our own address: a land attack or a spoof
  ip_not_for_us,        // another destination
  ip_options,           // an IP option's length is below 2, past the header, or wrong for its kind
  ip_source_route,      // the source route has not yet come to its end: we forward nothing
  ip_protocol_unknown,  //
  // Reassembly, RFC 791 section 3.2 and RFC 1122 section 3.3.2.
  ip_fragment_size,       // not a multiple of 8 bytes before the last fragment, or empty
  ip_fragment_too_long,   // the datagram would be longer than 65,535 bytes: the "ping of death"
  ip_fragment_end,        // contradicts another fragment about the datagram's end
  ip_fragment_overlap,    // RFC 5722
  ip_fragment_duplicate,  // the same bytes a second time
  ip_fragment_refused,    // of a refused datagram
  ip_fragment_ecn,        // CE beside Not-ECT (RFC 3168 section 5.3)
  ip_fragment_limit,      // too many fragments or bytes wait: the oldest datagram is lost
  ip_reassembly_timeout,  // the rest of the datagram has not come
  // ICMP, RFC 792.
  icmp_truncated,
  icmp_checksum,
  icmp_type_unknown,
  icmp_no_connection,  // an error about a segment that no connection has in flight
  icmp_quote,          // an error whose quoted datagram is cut short, or was never ours
  icmp_source_quench,  // RFC 9293 MUST-55
  icmp_path_mtu,       // "fragmentation needed" that would not make the path's MTU smaller
  // UDP, RFC 768.
  udp_truncated,
  udp_length,
  udp_checksum,
  udp_port_zero,
  udp_no_socket,
  udp_queue_full,
  // The TCP header, RFC 9293 section 3.1.
  tcp_truncated,
  tcp_data_offset,  // below 5 or past the end of the segment
  tcp_checksum,     // MUST-3
  tcp_port_zero,    //
  // SEGMENT ARRIVES, RFC 9293 section 3.10.7.
  closed_got_rst,       // a RST to a closed port is never answered
  closed_answered_rst,  // no connection: answered with a RST
  listen_got_rst,
  listen_got_ack,     // answered with a RST
  listen_unexpected,  // neither RST, ACK nor SYN
  listen_backlog_full,
  listen_accept_queue_full,
  syn_sent_bad_ack,
  syn_sent_unexpected,
  paws,               // RFC 7323 section 5.3: an old timestamp
  timestamp_missing,  // RFC 7323 section 3.2: negotiated, yet absent
  syn_text,           // text or a FIN on a SYN that has to come again
  syn_again,          // in SYN_RECEIVED: our SYN, ACK is sent again
  out_of_window,      // the first check
  rst_challenged,     // RFC 5961 section 3.2
  rst_taken,          // an acceptable RST: the connection is reset
  rst_in_time_wait,   // RFC 1337 section 4: the connection stays
  syn_in_window,      // RFC 5961 section 4.2: challenged
  syn_to_listener,    // in SYN_RECEIVED after a passive OPEN: back to LISTEN
  challenge_limit,    // a RST or a SYN that RFC 5961 section 7 leaves without a challenge ACK
  no_ack_bit,
  ack_unacceptable,     // acknowledges data never sent, or far too old
  ack_in_syn_received,  // answered with a RST
  text_after_close,     // text after the user closed for reading: reset
  text_after_fin,       // text beyond the peer's FIN
  fin_again,            // another FIN, beyond the peer's FIN
  fin_before_text,      // a FIN in front of text that has come
  text_no_room,         // text or a FIN beyond the receive window
  time_wait_segment,
  // Our own limits.
  reply_limit,  // too many RSTs and cookies wait to be sent
  no_memory,
  too_many_connections,
};

inline constexpr std::size_t kDropCount = static_cast<std::size_t>(Drop::too_many_connections) + 1;

// "ip_checksum"
const char* name(Drop drop);
// One sentence for a person, e.g. "the IP header's checksum is wrong".
const char* explain(Drop drop);

}  // namespace tcpstack
