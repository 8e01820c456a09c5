// Writes captures in the pcapng format (draft-ietf-opsawg-pcapng), which Wireshark, tshark, tcpdump and editcap
// read. A capture has one interface of raw IP packets. Each packet has its direction, its time, and any number of
// comments, which Wireshark shows beside the packet and filters as `frame.comment`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/device/output_file.h"
#include "stack/trace/observer.h"
#include "stack/wire/address.h"

namespace tcpstack::device {

struct CaptureInfo {
  std::string application;  // "tcpstack 0.1.0"
  std::string interface;    // "tun0"
  std::string description;  // of the interface; empty: none
};

struct CapturedPacket {
  std::int64_t time_us = 0;  // since 1970-01-01 00:00 UTC
  trace::Direction direction = trace::Direction::in;
  Bytes bytes;                                 // one IP packet, or its beginning
  Spans text = {};                             // the rest of it
  std::span<const std::string> comments = {};  // UTF-8
};

class PcapngWriter {
 public:
  // Creates or empties the file ("-": standard output) and writes the first blocks of a capture.
  static std::expected<PcapngWriter, FileError> open(const std::string& path,
                                                     const CaptureInfo& info,
                                                     SlowReader reader = SlowReader::waited_for);

  // A packet that a slow reader leaves no room for is dropped. The next packet tells how many are missing before it
  // (epb_dropcount), which Wireshark shows as `frame.drop_count`.
  void packet(const CapturedPacket& packet);
  // Packets dropped, all in all.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  // The name of an address, which Wireshark shows if it resolves names. It holds for the whole capture if it is
  // written before the first packet.
  void name(Address address, std::string_view name);

  // One or more lines of a TLS key log (SSLKEYLOGFILE), with which Wireshark decrypts the packets after it.
  void tls_secrets(std::string_view key_log);

  // Passes everything to the operating system, as far as a slow reader takes it. Returns false if the capture is
  // incomplete, see error().
  bool flush() { return file_.flush(); }
  // Is there anything that has not been passed on?
  [[nodiscard]] bool is_behind() const { return file_.is_behind(); }
  // flush() for the end of the capture. Returns false if `patience` was too short, too.
  bool finish(Duration patience) { return file_.finish(patience); }
  [[nodiscard]] const std::optional<FileError>& error() const { return file_.error(); }

 private:
  explicit PcapngWriter(OutputFile file) : file_(std::move(file)) {}

  OutputFile file_;
  std::uint64_t dropped_ = 0;
  std::uint64_t missing_ = 0;        // packets dropped since the last one that was written
  std::vector<std::uint8_t> block_;  // the one being built; a member, to keep its memory
};

}  // namespace tcpstack::device
