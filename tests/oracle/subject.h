// A fresh Stack that is brought into one world, and what it does when one segment arrives.
//
// The protocol variables before that segment are the model's own. The model follows every step of the setup. It takes
// from the wire only the numbers that a stack is free to choose: its ISS and its window. problem() compares.
#pragma once

#include <string>
#include <vector>

#include "stack/stack.h"
#include "tests/oracle/cases.h"
#include "tests/oracle/model.h"

namespace tcpstack::oracle {

class Subject {
 public:
  explicit Subject(const World& world);

  [[nodiscard]] const Connection& before() const { return before_; }
  // Is the stack in the state that the model says? Empty: yes; else the first difference.
  [[nodiscard]] std::string problem() const;

  // The stack's output in the next half second, by which an acknowledgment must have left (MUST-40). For one call.
  Outcome arrives(const Segment& segment);

 private:
  struct Sent {
    wire::TcpHeader header;
    std::size_t text = 0;
  };

  void take(Step step);
  void peer_sends(const Segment& segment);
  void put(const Segment& segment);
  void drain();
  void pass(Duration span);
  void learn(const Sent& sent);
  void fill_window();

  [[nodiscard]] ConnectionId find() const;
  [[nodiscard]] Answer answer() const;
  [[nodiscard]] bool restarts_2msl();
  void ask_user(Number first, Outcome& out);

  Time now_{std::chrono::seconds(1)};
  Stack stack_;
  ListenerId listener_;
  ConnectionId connection_;
  bool has_connection_ = false;
  bool urgent_ = false;  // the user was told
  Connection before_;
  Number right_edge_ = 0;
  Time time_wait_began_{};
  std::vector<Sent> sent_;
};

// The protocol variables in `world`, before the segment that is judged.
Connection before(const World& world);

// `segment` as the peer would send it; the ports are left out.
wire::TcpHeader header_of(const Segment& segment);

}  // namespace tcpstack::oracle
