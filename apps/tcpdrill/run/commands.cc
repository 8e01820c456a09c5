#include "apps/tcpdrill/run/commands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
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
  if (name == "ip") return words.size() > 2 && words[1] == "tcp_metrics" && words[2] == "flush";
  return name == "nstat" && std::ranges::find(words, "|") == words.end();
}

// net.ipv4.K=V, /proc/sys/net/ipv4/K=V; net.inet.K=V of FreeBSD
Sysctl sysctl_of(const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) throw Unsupported("sysctl " + assignment);
  const std::string path = assignment.substr(0, equals);
  if (path.starts_with(kFreeBsd) || path == kQueue) return {path, assignment.substr(equals + 1)};
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

// The queue before the device: fq paces, and so do we. This stack has no queue that delays or loses.
Sysctl queue_of(const Words& words) {
  const auto is = [&](const char* word) { return std::ranges::find(words, word) != words.end(); };
  if (is("netem") || is("limit") || is("tbf")) throw Unsupported("tc");
  return {kQueue, is("fq") ? "fq" : "pfifo"};
}

// The settings that one command makes. Throws Unsupported for a command that makes none.
std::vector<Sysctl> settings_of(const Words& words) {
  const std::string name = base_name(words.front());
  if (name == "tc") return {queue_of(words)};
  if (name != "sysctl" && name != "set_sysctls.py") throw Unsupported(name);
  std::vector<Sysctl> sysctls;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with(">") || words[i].starts_with("2>")) break;
    if (!words[i].starts_with("-")) sysctls.push_back(sysctl_of(words[i]));
  }
  return sysctls;
}

// The settings of IPv4 in a defaults.sh; its other lines, which prepare a machine, have no effect.
std::vector<Sysctl> defaults_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<Sysctl> defaults;
  for (const Words& words : commands_of(text.str())) {
    const std::string name = base_name(words.front());
    if (name != "sysctl" && name != "set_sysctls.py") continue;
    Words known = words;
    std::erase_if(known, [](const std::string& word) {
      return word.find('=') != std::string::npos && !word.contains("ipv4");
    });
    const auto own = settings_of(known);
    defaults.insert(defaults.end(), own.begin(), own.end());
  }
  return defaults;
}

}  // namespace

std::vector<Sysctl> sysctls_of(std::string_view commands, const std::string& script) {
  std::vector<Sysctl> sysctls;
  const auto add = [&](const std::vector<Sysctl>& more) {
    sysctls.insert(sysctls.end(), more.begin(), more.end());
  };
  for (const Words& words : commands_of(commands)) {
    const auto file = std::filesystem::path(script).parent_path() / words.front();
    const bool is_defaults = base_name(words.front()) == "defaults.sh";
    if (is_defaults && std::filesystem::is_regular_file(file)) {
      add(defaults_in(file));
    } else if (!is_without_effect(words)) {
      add(settings_of(words));
    }
  }
  return sysctls;
}

void run_command(std::string_view commands, World& world) {
  for (const Words& words : commands_of(commands)) {
    if (is_without_effect(words)) continue;
    if (base_name(words.front()) == "nstat") {
      answer_nstat(words, world);
    } else {
      world.apply(settings_of(words));
    }
  }
}

}  // namespace tcpstack::drill
