#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpstack/services/chat_room.h"
#include "apps/tcpstack/services/chat_text.h"

namespace tcpstack::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// All lines; "!" means a line that was too long.
std::vector<std::string> lines_of(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (const auto line = splitter.next()) lines.push_back(line->too_long ? "!" : line->text);
  return lines;
}

TEST(LineSplitter, EndsALineWithLfOrCrLf) {
  LineSplitter splitter(100);
  splitter.feed("one\ntwo\r\n\nthr");
  EXPECT_THAT(lines_of(splitter), ElementsAre("one", "two", ""));
  splitter.feed("ee");
  EXPECT_THAT(lines_of(splitter), IsEmpty());
  splitter.feed("\r");
  splitter.feed("\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre("three"));
}

TEST(LineSplitter, GivesTheLongestLineWhole) {
  LineSplitter splitter(5);
  splitter.feed("12345\n12345\r\n123456\n123456\r\n123\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre("12345", "12345", "!", "!", "123"));
}

TEST(LineSplitter, SaysOnceThatALineWasTooLong) {
  LineSplitter splitter(5);
  for (int i = 0; i < 1000; ++i) splitter.feed("1234567890");
  EXPECT_THAT(lines_of(splitter), IsEmpty());
  splitter.feed("12\nnext\n");
  EXPECT_THAT(lines_of(splitter), ElementsAre("!", "next"));
}

TEST(ChatText, LeavesUtf8AsItIs) {
  for (const char* text : {"", "plain text", "\xc3\xa9", "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85",
                           "\xe2\x82\xac", "\xf0\x9f\x99\x82", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(ChatText, ReplacesControlCharacters) {
  EXPECT_EQ(printable("\x1b[2J"), "\xef\xbf\xbd[2J");
  EXPECT_EQ(printable("a\rb\tc\x7f"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd"
            "c\xef\xbf\xbd");
  EXPECT_EQ(printable("\xc2\x9b"), "\xef\xbf\xbd\xef\xbf\xbd");  // CSI, a control of one character
}

TEST(ChatText, ReplacesEachByteOfWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xff"), "\xef\xbf\xbd");
  EXPECT_EQ(printable("\xc3"), "\xef\xbf\xbd");                                  // cut off
  EXPECT_EQ(printable("\xc3x"), "\xef\xbf\xbdx");                                // not continued
  EXPECT_EQ(printable("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");                  // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
}

TEST(ChatText, TrimsBlanks) {
  EXPECT_EQ(trimmed(" \t ali baba\t"), "ali baba");
  EXPECT_EQ(trimmed(" \t "), "");
}

struct Listener : ChatListener {
  void hear(std::string_view line) override { heard.emplace_back(line); }
  std::vector<std::string> heard;
};

TEST(ChatRoom, TellsAllOthers) {
  ChatRoom room;
  Listener soheil;
  Listener ali;
  Listener hasan;
  EXPECT_TRUE(room.join("soheil", soheil));
  EXPECT_TRUE(room.join("ali", ali));
  EXPECT_TRUE(room.join("hasan", hasan));
  room.say("soheil", "hello this is soheil");
  room.leave("soheil");
  room.say("ali", "so long");
  EXPECT_THAT(soheil.heard,
              ElementsAre("ali is joined to the chatroom!", "hasan is joined to the chatroom!"));
  EXPECT_THAT(ali.heard,
              ElementsAre("hasan is joined to the chatroom!", "soheil: hello this is soheil",
                          "soheil has left the chatroom!"));
  EXPECT_THAT(hasan.heard, ElementsAre("soheil: hello this is soheil",
                                       "soheil has left the chatroom!", "ali: so long"));
}

TEST(ChatRoom, GivesANameToOneAtATime) {
  ChatRoom room;
  Listener first;
  Listener second;
  EXPECT_TRUE(room.join("soheil", first));
  EXPECT_FALSE(room.join("soheil", second));
  EXPECT_THAT(first.heard, IsEmpty());
  room.leave("soheil");
  EXPECT_TRUE(room.join("soheil", second));
}

}  // namespace
}  // namespace tcpstack::app
