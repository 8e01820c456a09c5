// Who is in the chat room, and who hears what. Nothing here knows of sockets.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tcpstack::app {

// Somebody who listens. `hear` must not call the room.
class ChatListener {
 public:
  virtual void hear(std::string_view line) = 0;

 protected:
  ~ChatListener() = default;
};

class ChatRoom {
 public:
  ChatRoom();

  // False, and nothing happens, when somebody has that name. Else all others are told.
  bool join(const std::string& name, ChatListener& listener);
  // All others hear the line.
  void say(const std::string& name, std::string_view line);
  // The others are told.
  void leave(const std::string& name);

 private:
  void tell_all_but(const std::string& name, const std::string& line);

  std::map<std::string, ChatListener*, std::less<>> members_;
};

}  // namespace tcpstack::app
