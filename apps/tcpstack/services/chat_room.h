// The members of the chat room, and which lines each gets. This file knows nothing of sockets.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tcpstack::app {

// A member of the room. `hear` must not call the room.
class ChatListener {
 public:
  virtual void hear(std::string_view line) = 0;

 protected:
  ~ChatListener() = default;
};

class ChatRoom {
 public:
  ChatRoom();

  // Adds a member and informs all others. Returns false, with no effect, if the name is taken.
  bool join(const std::string& name, ChatListener& listener);
  // Sends the line to all others.
  void say(const std::string& name, std::string_view line);
  // Removes the member and informs the others.
  void leave(const std::string& name);

 private:
  void tell_all_but(const std::string& name, const std::string& line);

  std::map<std::string, ChatListener*, std::less<>> members_;
};

}  // namespace tcpstack::app
