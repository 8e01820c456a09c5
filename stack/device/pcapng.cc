// pcapng, block by block. Every block has the same frame, and so has every option; both are padded to words:
//
//   type(4)  total length(4)  body ... options ...  total length(4)
//   code(2)  length(2)  value, padded                             the last option: code 0, length 0
//
// All numbers are in the byte order of the machine; the section header's magic number shows it.
#include "stack/device/pcapng.h"

#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace tcpstack::device {
namespace {

// Block types, draft-ietf-opsawg-pcapng section 4.
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kNameResolution = 4;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kDecryptionSecrets = 10;

// Option codes; those above 1 belong to their block.
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kUserApplication = 4;  // of the section header
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceText = 3;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;
constexpr std::uint16_t kDropCount = 4;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kLinkTypeRaw = 101;   // LINKTYPE_RAW: an IP packet from its first byte
constexpr std::uint32_t kSnapLength = 65535;  // IP's largest packet: no packet is cut
constexpr std::uint8_t kMicroseconds = 6;     // 10^-6 s
constexpr std::uint32_t kInbound = 1;         // lowest two bits of the packet flags
constexpr std::uint32_t kOutbound = 2;
constexpr std::uint16_t kIpv4Record = 1;          // of the name resolution block
constexpr std::uint32_t kTlsKeyLog = 0x544c534b;  // "TLSK"

constexpr std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// One block, built in memory that its owner lends.
class Block {
 public:
  Block(std::vector<std::uint8_t>& memory, std::uint32_t type) : memory_(memory) {
    memory_.clear();
    number(type);
    number(std::uint32_t{0});  // the length, known at the end
  }

  template <typename Number>
  void number(Number value) {
    std::array<std::uint8_t, sizeof value> bytes;
    std::memcpy(bytes.data(), &value, sizeof value);
    append(bytes);
  }
  void append(Bytes bytes) { memory_.insert(memory_.end(), bytes.begin(), bytes.end()); }
  void append(std::string_view text) { memory_.insert(memory_.end(), text.begin(), text.end()); }
  void pad() { memory_.resize(padded(memory_.size())); }

  void option(std::uint16_t code, std::string_view value) {
    // Cuts a value that is longer than the length field can express.
    value = value.substr(0, std::numeric_limits<std::uint16_t>::max());
    number(code);
    number(static_cast<std::uint16_t>(value.size()));
    append(value);
    pad();
  }
  void end_of_options() { number(std::uint32_t{0}); }

  Bytes finish() {
    const auto length = static_cast<std::uint32_t>(memory_.size() + sizeof(std::uint32_t));
    number(length);
    std::memcpy(&memory_[4], &length, sizeof length);
    return memory_;
  }

 private:
  std::vector<std::uint8_t>& memory_;
};

// A number as an option's value.
template <typename Number>
std::string value_of(Number number) {
  std::string value(sizeof number, '\0');
  std::memcpy(value.data(), &number, sizeof number);
  return value;
}

Bytes section_header(std::vector<std::uint8_t>& memory, const CaptureInfo& info) {
  Block block(memory, kSectionHeader);
  block.number(kByteOrderMagic);
  block.number(std::uint16_t{1});  // version 1.0
  block.number(std::uint16_t{0});
  block.number(std::int64_t{-1});  // the section's length: unknown
  block.option(kUserApplication, info.application);
  block.end_of_options();
  return block.finish();
}

Bytes interface_description(std::vector<std::uint8_t>& memory, const CaptureInfo& info) {
  Block block(memory, kInterfaceDescription);
  block.number(kLinkTypeRaw);
  block.number(std::uint16_t{0});  // reserved
  block.number(kSnapLength);
  block.option(kInterfaceName, info.interface);
  if (!info.description.empty()) block.option(kInterfaceText, info.description);
  block.option(kTimeResolution, value_of(kMicroseconds));
  block.end_of_options();
  return block.finish();
}

}  // namespace

std::expected<PcapngWriter, FileError> PcapngWriter::open(const std::string& path,
                                                          const CaptureInfo& info,
                                                          SlowReader reader) {
  auto file = OutputFile::open(path, reader);
  if (!file) return std::unexpected(file.error());
  PcapngWriter writer(*std::move(file));
  writer.file_.write(section_header(writer.block_, info));
  writer.file_.write(interface_description(writer.block_, info));
  if (!writer.flush()) return std::unexpected(*writer.error());
  return writer;
}

void PcapngWriter::packet(const CapturedPacket& packet) {
  if (error()) return;
  const auto time = static_cast<std::uint64_t>(packet.time_us);
  const auto size = static_cast<std::uint32_t>(packet.bytes.size() + total_size(packet.text));
  Block block(block_, kEnhancedPacket);
  block.number(std::uint32_t{0});  // the interface, our only one
  block.number(static_cast<std::uint32_t>(time >> 32));
  block.number(static_cast<std::uint32_t>(time));
  block.number(size);  // captured, and on the wire
  block.number(size);
  block.append(packet.bytes);
  for (const Bytes span : packet.text) block.append(span);
  block.pad();
  block.option(kPacketFlags,
               value_of(packet.direction == trace::Direction::in ? kInbound : kOutbound));
  if (missing_ > 0) block.option(kDropCount, value_of(missing_));
  for (const std::string& comment : packet.comments) block.option(kComment, comment);
  block.end_of_options();
  if (file_.write(block.finish())) {
    missing_ = 0;
  } else if (!error()) {
    ++missing_;
    ++dropped_;
  }
}

void PcapngWriter::name(Address address, std::string_view name) {
  std::array<std::uint8_t, 4> bytes;
  store_be32(bytes.data(), address.v4());
  Block block(block_, kNameResolution);
  block.number(kIpv4Record);
  block.number(static_cast<std::uint16_t>(bytes.size() + name.size() + 1));
  block.append(bytes);
  block.append(name);
  block.append(std::string_view("\0", 1));
  block.pad();
  block.number(std::uint32_t{0});  // the end of the records
  file_.write(block.finish());
}

void PcapngWriter::tls_secrets(std::string_view key_log) {
  Block block(block_, kDecryptionSecrets);
  block.number(kTlsKeyLog);
  block.number(static_cast<std::uint32_t>(key_log.size()));
  block.append(key_log);
  block.pad();
  file_.write(block.finish());
}

}  // namespace tcpstack::device
