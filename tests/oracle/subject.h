// A fresh Stack that is brought into one world, and what it does when one segment arrives.
//
// The protocol variables before that segment are the model's own: it follows every step of the setup, and takes from
// the wire only what the stack is free to choose, its ISS and its window. Where the stack does not follow, the test
// ends there.
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
  // Does the stack stand where the model says it should? Else why not.
  [[nodiscard]] std::string problem() const;

  // Once. What the stack does within the half second in which an acknowledgment must have left (MUST-40).
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
