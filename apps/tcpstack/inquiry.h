// Answers questions about the running program: SIGUSR1, or a line of standard input.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/signal_set.hpp>

#include "apps/tcpstack/console.h"
#include "apps/tcpstack/options.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

class Inquiry {
 public:
  using Say = std::function<void(const std::string& text)>;

  // Requires: all three outlive the inquiry, which ends with the executor's context.
  Inquiry(runtime::runtime& runtime, const Options& options, Say say);

  // `s` or an empty line: the connections; `d`: the drops; `?`: the list of commands.
  [[nodiscard]] std::string answer(std::string_view command) const;

 private:
  [[nodiscard]] std::string connections() const;
  void wait_for_signal();

  runtime::runtime& runtime_;
  LogFormat format_;
  Say say_;
  boost::asio::signal_set signals_;
  Console console_;
};

}  // namespace tcpstack::app
