#include "apps/tcpdrill/packets/option_bytes.h"

#include <array>

#include "apps/tcpdrill/language/problem.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::drill {
namespace {

constexpr std::uint8_t kExperimental = 254;  // RFC 6994
constexpr std::array<std::uint8_t, 2> kFastOpenMagic = {0xf9, 0x89};

using Out = std::vector<std::uint8_t>;

void put16(Out& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put32(Out& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

// The data after kind and length.
Out data_of(const Option& option) {
  using Kind = Option::Kind;
  Out data;
  switch (option.kind) {
    case Kind::nop:
    case Kind::end_of_list:
    case Kind::sack_permitted: break;
    case Kind::mss: put16(data, option.value); break;
    case Kind::window_scale: data.push_back(static_cast<std::uint8_t>(option.value)); break;
    case Kind::sack:
      for (const wire::SackBlock& block : option.blocks) {
        put32(data, block.left);
        put32(data, block.right);
      }
      break;
    case Kind::timestamps:
      put32(data, option.value);
      put32(data, option.echo);
      break;
    case Kind::fast_open_experimental:
      data.assign(kFastOpenMagic.begin(), kFastOpenMagic.end());
      [[fallthrough]];
    case Kind::fast_open:
    case Kind::other: data.insert(data.end(), option.bytes.begin(), option.bytes.end()); break;
  }
  return data;
}

std::uint8_t kind_of(const Option& option) {
  using Kind = Option::Kind;
  using wire::OptionKind;
  switch (option.kind) {
    case Kind::nop: return static_cast<std::uint8_t>(OptionKind::no_operation);
    case Kind::end_of_list: return static_cast<std::uint8_t>(OptionKind::end_of_list);
    case Kind::mss: return static_cast<std::uint8_t>(OptionKind::maximum_segment_size);
    case Kind::window_scale: return static_cast<std::uint8_t>(OptionKind::window_scale);
    case Kind::sack_permitted: return static_cast<std::uint8_t>(OptionKind::sack_permitted);
    case Kind::sack: return static_cast<std::uint8_t>(OptionKind::sack);
    case Kind::timestamps: return static_cast<std::uint8_t>(OptionKind::timestamps);
    case Kind::fast_open: return static_cast<std::uint8_t>(OptionKind::fast_open);
    case Kind::fast_open_experimental: return kExperimental;
    case Kind::other: return static_cast<std::uint8_t>(option.value);
  }
  return 0;
}

bool is_lone_byte(const Option& option) {
  return option.kind == Option::Kind::nop || option.kind == Option::Kind::end_of_list;
}

std::vector<wire::SackBlock> read_blocks(Bytes data) {
  std::vector<wire::SackBlock> blocks;
  for (; data.size() >= 8; data = data.subspan(8))
    blocks.push_back({load_be32(&data[0]), load_be32(&data[4])});
  return blocks;
}

Option read_option(std::uint8_t kind, Bytes data) {
  using Kind = Option::Kind;
  using wire::OptionKind;
  const auto is = [&](OptionKind wanted, std::size_t size) {
    return kind == static_cast<std::uint8_t>(wanted) && data.size() == size;
  };
  Option option{.kind = Kind::other, .value = kind};
  option.bytes.assign(data.begin(), data.end());
  if (is(OptionKind::maximum_segment_size, 2))
    return {.kind = Kind::mss, .value = load_be16(&data[0])};
  if (is(OptionKind::window_scale, 1)) return {.kind = Kind::window_scale, .value = data[0]};
  if (is(OptionKind::sack_permitted, 0)) return {.kind = Kind::sack_permitted};
  if (is(OptionKind::timestamps, 8))
    return {.kind = Kind::timestamps, .value = load_be32(&data[0]), .echo = load_be32(&data[4])};
  if (is(OptionKind::sack, data.size()))
    return {.kind = Kind::sack, .blocks = read_blocks(data), .bytes = {}};
  if (is(OptionKind::fast_open, data.size())) option.kind = Kind::fast_open;
  if (kind == kExperimental && data.size() >= 2 && data[0] == kFastOpenMagic[0] &&
      data[1] == kFastOpenMagic[1]) {
    option.kind = Kind::fast_open_experimental;
    option.bytes.erase(option.bytes.begin(), option.bytes.begin() + 2);
  }
  if (option.kind != Kind::other) option.value = 0;
  return option;
}

}  // namespace

std::vector<std::uint8_t> option_bytes(const std::vector<Option>& options) {
  Out out;
  for (const Option& option : options) {
    out.push_back(kind_of(option));
    if (is_lone_byte(option)) continue;
    const Out data = data_of(option);
    out.push_back(static_cast<std::uint8_t>(2 + data.size()));
    out.insert(out.end(), data.begin(), data.end());
  }
  while (out.size() % 4 != 0)
    out.push_back(static_cast<std::uint8_t>(wire::OptionKind::no_operation));
  if (out.size() > wire::kMaxTcpOptionsSize) throw Unsupported("more than 40 bytes of options");
  return out;
}

std::vector<Option> read_options(Bytes bytes) {
  std::vector<Option> options;
  while (!bytes.empty()) {
    if (bytes[0] <= 1) {
      options.push_back({.kind = bytes[0] == 1 ? Option::Kind::nop : Option::Kind::end_of_list});
      bytes = bytes.subspan(1);
      continue;
    }
    if (bytes.size() < 2 || bytes[1] < 2 || bytes[1] > bytes.size())
      throw Mismatch("a segment was sent with an option of an illegal length");
    options.push_back(read_option(bytes[0], bytes.subspan(2, bytes[1] - std::size_t{2})));
    bytes = bytes.subspan(bytes[1]);
  }
  return options;
}

}  // namespace tcpstack::drill
