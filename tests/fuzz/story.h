// What happened, in the notation of the project, on standard error: for whoever repeats a failure. TCPSTACK_STORY=1
// switches it on.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "stack/stack.h"
#include "stack/wire/notation.h"

namespace tcpstack::test {

class Story : public trace::Observer {
 public:
  // `who` goes before each line.
  explicit Story(const char* who) : who_(who) {}
  // Requires: the stack does not outlive the story.
  Story(Stack& stack, const char* who) : who_(who) {
    if (std::getenv("TCPSTACK_STORY") != nullptr) stack.observe(this);
  }

  void segment(const trace::SegmentEvent& event) override {
    const wire::RelativeTo base = base_of(event);
    const std::string text = wire::to_notation(event.header, event.text_size, base);
    line(event.at, event.direction == trace::Direction::out ? ">" : "<", text, event.why);
  }
  void transition(const trace::TransitionEvent& event) override {
    line(event.at, "=", tcp::name(event.to), event.why);
  }
  void dropped(const trace::DropEvent& event) override {
    line(event.at, "!", trace_name(event.drop), {});
  }
  void alarm(const trace::AlarmEvent& event) override {
    line(event.at, "@", tcp::name(event.kind), event.why);
  }
  void note(const trace::NoteEvent& event) override { line(event.at, "*", "", event.why); }

 private:
  static std::string trace_name(Drop drop) { return std::string("dropped: ") + name(drop); }
  static wire::RelativeTo base_of(const trace::SegmentEvent& event) {
    if (event.tcb == nullptr) return {};
    const std::uint32_t ours = event.tcb->snd.iss.number();
    const std::uint32_t theirs = event.tcb->rcv.irs.number();
    if (event.direction == trace::Direction::out) return {ours, theirs};
    return {theirs, ours};
  }
  void line(Time at, const char* sign, const std::string& text, Why why) const {
    const double seconds = static_cast<double>(at.time_since_epoch().count()) / 1e6;
    std::fprintf(stderr, "%s%11.6f %s %s   [%s]\n", who_, seconds, sign, text.c_str(),
                 why.what == nullptr ? "" : why.what);
  }

  const char* who_;
};

}  // namespace tcpstack::test
