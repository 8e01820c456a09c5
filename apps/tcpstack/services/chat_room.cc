#include "apps/tcpstack/services/chat_room.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace tcpstack::app {

ChatRoom::ChatRoom() { spdlog::info("Server is Running and waiting for connections..."); }

bool ChatRoom::join(const std::string& name, ChatListener& listener) {
  if (!members_.try_emplace(name, &listener).second) return false;
  const std::string news = fmt::format("{} is joined to the chatroom!", name);
  spdlog::info("{}", news);
  tell_all_but(name, news);
  return true;
}

void ChatRoom::say(const std::string& name, std::string_view line) {
  spdlog::info("{} said {}", name, line);
  tell_all_but(name, fmt::format("{}: {}", name, line));
}

void ChatRoom::leave(const std::string& name) {
  members_.erase(name);
  const std::string news = fmt::format("{} has left the chatroom!", name);
  spdlog::info("{}", news);
  tell_all_but(name, news);
}

void ChatRoom::tell_all_but(const std::string& name, const std::string& line) {
  for (const auto& [other, listener] : members_) {
    if (other != name) listener->hear(line);
  }
}

}  // namespace tcpstack::app
