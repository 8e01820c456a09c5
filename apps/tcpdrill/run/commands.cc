#include "apps/tcpdrill/run/commands.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

using Words = std::vector<std::string>;

// The words of one command; quotes keep a value with spaces together.
Words words_of(std::string_view line) {
  Words words;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"' || c == '\'') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

// The lines of a command, with continued lines joined, and "a; b" and "a && b" split.
std::vector<Words> commands_of(std::string_view text) {
  std::string whole(text);
  for (std::size_t at = 0; (at = whole.find("\\\n", at)) != std::string::npos;)
    whole.replace(at, 2, "  ");
  for (std::size_t at = 0; (at = whole.find("&&", at)) != std::string::npos;)
    whole.replace(at, 2, "\n ");
  std::ranges::replace(whole, ';', '\n');
  std::vector<Words> commands;
  std::istringstream lines(whole);
  for (std::string line; std::getline(lines, line);) {
    Words words = words_of(line.substr(0, line.find('#')));
    if (!words.empty()) commands.push_back(std::move(words));
  }
  return commands;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Commands without an effect that this stack could have: they restore other tests' settings, empty caches, or set
// up the device and its queue.
bool is_without_effect(const Words& words) {
  const std::string name = base_name(words.front());
  if (name == "defaults.sh" || name.starts_with("sysctl_restore")) return true;
  if (name == "ethtool" || name == "sleep" || name == "sync") return true;
  // A queue before the device, unless it delays or loses: this stack has none.
  const auto is = [&](const char* word) { return std::ranges::find(words, word) != words.end(); };
  if (name == "tc") return !is("netem") && !is("limit") && !is("tbf");
  if (name == "ip") return words.size() > 2 && words[1] == "tcp_metrics" && words[2] == "flush";
  // FreeBSD's cache of facts about hosts: another cache to empty.
  if (name == "sysctl") return is("net.inet.tcp.hostcache.purgenow=1");
  return name == "nstat" && std::ranges::find(words, "|") == words.end();
}

// net.ipv4.K=V, /proc/sys/net/ipv4/K=V
Sysctl sysctl_of(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) throw Unsupported("sysctl " + assignment);
  const std::string path = assignment.substr(0, equals);
  for (const std::string_view prefix : {"net.ipv4.", "/proc/sys/net/ipv4/", "net/ipv4/"}) {
    if (path.starts_with(prefix))
      return {path.substr(prefix.size()), assignment.substr(equals + 1)};
  }
  throw Unsupported("sysctl " + path);
}

// nstat | grep NAME
void answer_nstat(const Words& words, World& world) {
  const auto grep = std::ranges::find(words, "grep");
  if (grep == words.end()) throw Unsupported("nstat | ...");
  const auto is_name = [](const std::string& word) { return word.starts_with("Tcp"); };
  const auto name = std::find_if(grep, words.end(), is_name);
  if (name == words.end()) throw Unsupported("nstat | grep");
  const auto count = world.counter(*name);
  if (!count) throw Unsupported("nstat " + *name);
  if (*count == 0) throw Mismatch(*name + ": expected to have counted, is 0");
}

}  // namespace

std::vector<Sysctl> sysctls_of(std::string_view commands) {
  std::vector<Sysctl> sysctls;
  for (const Words& words : commands_of(commands)) {
    const std::string name = base_name(words.front());
    if (is_without_effect(words)) continue;
    if (name != "sysctl" && name != "set_sysctls.py") throw Unsupported(name);
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].starts_with(">") || words[i].starts_with("2>")) break;
      if (!words[i].starts_with("-")) sysctls.push_back(sysctl_of(words[i]));
    }
  }
  return sysctls;
}

void run_command(std::string_view commands, World& world) {
  for (const Words& words : commands_of(commands)) {
    if (is_without_effect(words)) continue;
    if (base_name(words.front()) != "nstat") throw Unsupported(base_name(words.front()));
    answer_nstat(words, world);
  }
}

}  // namespace tcpstack::drill
