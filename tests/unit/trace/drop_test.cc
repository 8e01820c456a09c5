// Every drop reason has a name of its own and a sentence of its own.
#include "stack/trace/drop.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tcpstack {
namespace {

TEST(Drop, names_are_those_of_the_enumeration) {
  EXPECT_STREQ(name(Drop::ip_truncated), "ip_truncated");
  EXPECT_STREQ(name(Drop::tcp_data_offset), "tcp_data_offset");
  EXPECT_STREQ(name(Drop::paws), "paws");
  EXPECT_STREQ(name(Drop::too_many_connections), "too_many_connections");
}

TEST(Drop, explains_in_a_sentence) {
  EXPECT_STREQ(explain(Drop::ip_checksum), "the IP header's checksum is wrong");
}

TEST(Drop, names_and_sentences_differ_from_reason_to_reason) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  for (std::size_t i = 0; i < kDropCount; ++i) {
    names.insert(name(static_cast<Drop>(i)));
    sentences.insert(explain(static_cast<Drop>(i)));
  }
  EXPECT_EQ(names.size(), kDropCount);
  EXPECT_EQ(sentences.size(), kDropCount);
}

}  // namespace
}  // namespace tcpstack
