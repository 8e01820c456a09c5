#include "stack/device/fault_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stack/wire/control_letters.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::device {
namespace {

using trace::Direction;

// The facts of a packet that faults depend on. Only the first fragment has a transport header.
struct Facts {
  std::size_t header_size = wire::kIpv4HeaderSize;
  wire::Protocol protocol{};
  bool readable = false;  // the TCP header
  wire::ControlBits control;
  std::size_t text = 0;
};

Facts facts_of(Bytes packet) {
  Facts facts;
  if (packet.size() < wire::kIpv4HeaderSize) return facts;
  const std::size_t header = std::size_t{packet[0]} % 16 * 4;
  if (header < wire::kIpv4HeaderSize || packet.size() < header) return facts;
  facts.header_size = header;
  if ((load_be16(&packet[6]) & 0x1fffU) != 0) return facts;
  facts.protocol = static_cast<wire::Protocol>(packet[9]);
  if (facts.protocol != wire::Protocol::tcp) return facts;
  if (packet.size() < header + wire::kTcpHeaderSize) return facts;
  const std::size_t text_at = header + std::size_t{packet[header + 12]} / 16 * 4;
  facts.readable = true;
  facts.control = wire::ControlBits::from_byte(packet[header + 13]);
  facts.text = packet.size() > text_at ? packet.size() - text_at : 0;
  return facts;
}

bool is_bare_ack(const Facts& facts) {
  const wire::ControlBits& bits = facts.control;
  return facts.text == 0 && bits.ack && !bits.syn && !bits.fin && !bits.rst;
}

bool is_of_kind(const Facts& facts, PacketKind kind) {
  const wire::ControlBits& bits = facts.control;
  switch (kind) {
    case PacketKind::any: return true;
    case PacketKind::udp: return facts.protocol == wire::Protocol::udp;
    case PacketKind::icmp: return facts.protocol == wire::Protocol::icmp;
    case PacketKind::data: return facts.text > 0;
    case PacketKind::ack: return is_bare_ack(facts);
    case PacketKind::syn: return bits.syn && !bits.ack;
    case PacketKind::synack: return bits.syn && bits.ack;
    case PacketKind::fin: return bits.fin;
    case PacketKind::rst: return bits.rst;
  }
  return false;
}

std::string in_words(Duration duration) {
  const auto us = duration.count();
  return us % 1000 == 0 ? std::to_string(us / 1000) + " ms" : std::to_string(us) + " us";
}

std::size_t index(Direction direction) { return direction == Direction::in ? 0 : 1; }

}  // namespace

FaultPlan::FaultPlan(const std::vector<Fault>& faults, std::uint64_t seed) {
  for (const Fault& fault : faults) {
    entries_.push_back({.fault = fault, .random = base::Random(seed++), .leaving = {}});
  }
}

Verdict FaultPlan::decide(Direction direction, Bytes packet, Time now) {
  Verdict verdict;
  const auto concerns = [&](const Entry& entry) {
    return direction == Direction::in ? entry.fault.in : entry.fault.out;
  };
  for (Entry& entry : entries_) {
    if (entry.fault.kind == FaultKind::rate || !concerns(entry)) continue;
    if (strikes(entry, packet)) apply(entry, packet, verdict);
  }
  // A lost packet takes no room on the link.
  for (Entry& entry : entries_) {
    if (entry.fault.kind != FaultKind::rate || !concerns(entry) || verdict.drop) continue;
    pass_link(entry, direction, packet.size(), now, verdict);
  }
  return verdict;
}

// Ignores IPv6: the kernel's own packets at the start of a device would shift the counts.
bool FaultPlan::strikes(Entry& entry, Bytes packet) {
  if (!packet.empty() && packet[0] >> 4 != 4) return false;
  if (!is_of_kind(facts_of(packet), entry.fault.target)) return false;
  ++entry.seen;
  if (entry.fault.number != 0) return entry.seen == entry.fault.number;
  return entry.random.chance(entry.fault.probability);
}

void FaultPlan::apply(Entry& entry, Bytes packet, Verdict& verdict) {
  std::string done;
  switch (entry.fault.kind) {
    case FaultKind::drop:
      verdict.drop = true;
      done = "dropped";
      break;
    case FaultKind::duplicate:
      verdict.duplicate = true;
      done = "sent twice";
      break;
    case FaultKind::delay:
      verdict.delay += entry.fault.delay;
      done = "delayed by " + in_words(entry.fault.delay);
      break;
    case FaultKind::hold:
      verdict.hold = true;
      done = "held until the next has passed";
      break;
    case FaultKind::corrupt: {
      // Behind the IP header, so that the transport's checksum finds it.
      const std::size_t begin = facts_of(packet).header_size;
      if (packet.size() <= begin) return;
      verdict.corrupt_at =
          begin + entry.random.below(static_cast<std::uint32_t>(packet.size() - begin));
      verdict.corrupt_bit = static_cast<std::uint8_t>(1U << entry.random.below(8));
      done = "corrupted in byte " + std::to_string(verdict.corrupt_at);
      break;
    }
    case FaultKind::rate: break;
  }
  verdict.deeds.push_back({std::move(done), entry.fault.text});
}

void FaultPlan::pass_link(Entry& entry, Direction direction, std::size_t size, Time now,
                          Verdict& verdict) {
  std::deque<Time>& leaving = entry.leaving[index(direction)];
  while (!leaving.empty() && leaving.front() <= now) leaving.pop_front();
  // The first packet is on the link, the others wait.
  if (!leaving.empty() && leaving.size() - 1 >= entry.fault.queue) {
    verdict.drop = true;
    verdict.deeds.push_back({"dropped, the queue is full", entry.fault.text});
    return;
  }
  const double us = static_cast<double>(size) * 8e6 / entry.fault.bits_per_second;
  const Time begin = leaving.empty() ? now : leaving.back();
  leaving.push_back(begin + Duration(static_cast<Duration::rep>(std::ceil(us))));
  verdict.delay += leaving.back() - now;
}

std::string brief(Bytes packet) {
  const Facts facts = facts_of(packet);
  if (!facts.readable) return std::to_string(packet.size()) + " bytes";
  std::string text;
  for (const auto& [letter, bit] : wire::kControlLetters) {
    if (facts.control.*bit) text += letter;
  }
  if (text.empty()) text = "-";
  return text + " " + std::to_string(facts.text) + " bytes";
}

}  // namespace tcpstack::device
