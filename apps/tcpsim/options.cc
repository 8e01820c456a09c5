// The only file of tcpsim that includes CLI11, which costs seconds to compile.
#include "apps/tcpsim/options.h"

#include <functional>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/tcpsim/values.h"
#include "stack/sim/invariants.h"

namespace tcpstack::simulator {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

constexpr std::uint64_t kMostFlows = 250;

constexpr const char* kDescription =
    "Simulates TCP connections over a bad path, in virtual time: no root, no device, no waiting, "
    "and the same\n"
    "result every time. Each end is a whole stack of ours; all flows share one bottleneck.";

constexpr const char* kExamples = R"(Examples:
  tcpsim                                             one flow of 10 MB over 10 Mbit/s, 10 ms each way
  tcpsim --loss 1%/0% --plot loss.svg                how loss on the way forward changes cwnd
  tcpsim --flow cubic --flow 'reno at 2s' --plot two.svg     two flows, the second two seconds later
  tcpsim --rate 50mbit/1mbit --queue 30              a slow way back for acknowledgments
  tcpsim --bursts 0.5%,10ms --no-sack                losses in bursts of 10 ms, and no SACK against them
  tcpsim --reorder 5%,4ms --capture out.pcapng       then: wireshark out.pcapng, each packet with its reason
  tcpsim --seeds 1000                                a thousand random worlds: does every invariant hold?
  tcpsim --world 17 --plot 17.svg                    only the world with seed 17

One VALUE holds for both directions, FORWARD/BACK gives each its own. Forward is from the openers to the listeners.
Exit codes: 0 if every byte came once and in order and all connections are CLOSED, 1 if not, 2 for a mistake here.
More is in docs/simulator.md.)";

template <typename T>
T take(const std::string& option, const std::string& text, Value<T> value) {
  if (!value) throw CLI::ValidationError(option, fmt::format("'{}' {}", text, value.error()));
  return *std::move(value);
}

// The group of the options that describe a world, which random worlds do not take.
constexpr const char* kPath = "The path";
constexpr const char* kFlows = "The flows";
constexpr const char* kRun = "The run";
constexpr const char* kOutput = "Output, in addition to the table";

class Parser {
 public:
  Parser() : app_(kDescription) {
    app_.name("tcpsim");
    app_.footer(kExamples);
    app_.get_formatter()->column_width(34);
    app_.set_version_flag("--version", "tcpsim " TCPSTACK_VERSION, "Print the version");
    options_.world.forward = {.rate = 10'000'000, .delay = 10ms, .queue = 100, .impairment = {}};
    options_.world.backward = options_.world.forward;
    add_path();
    add_flows();
    add_run();
  }

  std::expected<Options, app::Answer> parse(const std::vector<std::string>& arguments) {
    try {
      // CLI11 takes the arguments last one first.
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
      finish();
    } catch (const CLI::CallForHelp&) {
      return std::unexpected(app::Answer{0, app_.help()});
    } catch (const CLI::CallForVersion& version) {
      return std::unexpected(app::Answer{0, fmt::format("{}\n", version.what())});
    } catch (const CLI::ParseError& error) {
      return std::unexpected(
          app::Answer{2, fmt::format("tcpsim: {} (see tcpsim --help)\n", error.what())});
    }
    return options_;
  }

 private:
  using Read = std::function<void(const std::string&)>;

  void add(const char* name, const char* placeholder, const char* group, const std::string& help,
           Read read) {
    app_.add_option_function<std::string>(name, std::move(read), help)
        ->type_name(placeholder)
        ->group(group);
  }

  // An option whose value goes to both links: store(link, value).
  template <typename T, typename Store>
  void add_ways(const char* name, const char* placeholder, const char* help,
                Value<T> (*read)(std::string_view), Store store) {
    add(name, placeholder, kPath, help, [=, this](const std::string& text) {
      const auto [forward, back] = take(name, text, parse_ways<T>(text, read));
      store(options_.world.forward, forward);
      store(options_.world.backward, back);
    });
  }

  static Value<Duration> parse_delay(std::string_view text) {
    return app::parse_duration(text, 0us, 60s);
  }
  static Value<std::uint64_t> parse_queue(std::string_view text) {
    return app::parse_number(text, 1, 1'000'000);
  }

  void add_path() {
    using sim::LinkOptions;
    add_ways("--rate", "RATE", "The rate of the bottleneck, or 'unlimited' [10mbit]", parse_rate,
             [](LinkOptions& link, std::uint64_t rate) { link.rate = rate; });
    add_ways("--delay", "TIME", "One way [10ms]", parse_delay,
             [](LinkOptions& link, Duration delay) { link.delay = delay; });
    add_ways("--jitter", "TIME",
             "Random additional delay of each packet, at most TIME, in order [0ms]", parse_delay,
             [](LinkOptions& link, Duration jitter) { link.impairment.jitter = jitter; });
    add_ways("--queue", "PACKETS",
             "Packets that wait before the bottleneck; more are dropped [100]", parse_queue,
             [](LinkOptions& link, std::uint64_t packets) { link.queue = packets; });
    add_ways("--loss", "PERCENT", "Lost packets, independent of each other [0%]", parse_percentage,
             [](LinkOptions& link, double loss) { link.impairment.loss = loss; });
    add_ways("--bursts", "PERCENT,TIME",
             "Losses in bursts (Gilbert-Elliott): the share of the time, and the mean length of "
             "one",
             parse_bursts, [](LinkOptions& link, sim::GilbertElliott bursts) {
               link.impairment.bursts = bursts;
             });
    add_ways("--reorder", "PERCENT[,TIME]",
             "Packets held back while others pass, for 5ms or TIME [0%]", parse_reordering,
             [](LinkOptions& link, const Reordering& reordering) {
               link.impairment.reorder = reordering.probability;
               link.impairment.reorder_delay = reordering.delay;
             });
    add_ways("--duplicate", "PERCENT", "Packets delivered twice [0%]", parse_percentage,
             [](LinkOptions& link, double share) { link.impairment.duplicate = share; });
    add_ways("--corrupt", "PERCENT", "Packets with one inverted bit [0%]", parse_percentage,
             [](LinkOptions& link, double share) { link.impairment.corrupt = share; });
  }

  void add_flows() {
    app_.add_option("--flow", flows_,
                    "One flow, repeatable: words such as 'reno 5mb at 2s back 1mb delay 40ms'; "
                    "the delay comes on top of --delay")
        ->type_name("WORDS")
        ->allow_extra_args(false)
        ->group(kFlows);
    add("--flows", "N", kFlows, "Number of equal flows [1]", [this](const std::string& text) {
      flow_count_ = take("--flows", text, app::parse_number(text, 1, kMostFlows));
    });
    add("--bytes", "SIZE", kFlows, "Bytes that each flow sends [10mb]",
        [this](const std::string& text) {
          usual_.bytes = take("--bytes", text, parse_size(text));
        });
    add("--congestion", "NAME", kFlows,
        fmt::format("Congestion control: {} [cubic]", app::congestion_names()),
        [this](const std::string& text) {
          usual_.congestion = take("--congestion", text, app::parse_congestion(text));
        });
    add("--mtu", "BYTES", kFlows, "MTU of all links [1500]", [this](const std::string& text) {
      config_.ip.mtu =
          static_cast<std::uint16_t>(take("--mtu", text, app::parse_number(text, 68, 65535)));
    });
    add("--initial-window", "SEGMENTS", kFlows, "The first cwnd [10]",
        [this](const std::string& text) {
          config_.tcp.initial_window = static_cast<unsigned>(
              take("--initial-window", text, app::parse_number(text, 1, 1000)));
        });
    const auto without = [this](const char* name, bool& option, const char* help) {
      app_.add_flag_callback(name, [&option] { option = false; }, help)->group(kFlows);
    };
    without("--no-sack", config_.tcp.sack, "Without SACK (RFC 2018)");
    without("--no-timestamps", config_.tcp.timestamps, "Without timestamps (RFC 7323)");
  }

  void add_run() {
    add("--seed", "N", kRun, "Seed of all random events [1]", [this](const std::string& text) {
      options_.world.seed = take("--seed", text, app::parse_number(text, 0, UINT64_MAX / 8));
    });
    add("--limit", "TIME", kRun, "A run of more virtual time fails [24 hours]",
        [this](const std::string& text) {
          options_.world.limit = take("--limit", text, app::parse_duration(text, 1ms, 24h));
        });
    add("--seeds", "N", kRun, "N random worlds, from --seed on, instead of the described one",
        [this](const std::string& text) {
          options_.seeds = take("--seeds", text, app::parse_number(text, 1, 100'000'000));
        });
    add("--world", "SEED", kRun, "The random world that --seeds would try for SEED",
        [this](const std::string& text) {
          random_world_ = take("--world", text, app::parse_number(text, 0, UINT64_MAX / 8));
        });
    const auto file = [this](const char* name, std::string& path, const char* help) {
      app_.add_option(name, path, help)->type_name("FILE")->group(kOutput);
    };
    file("--plot", options_.plot, "A picture (SVG): cwnd, in flight, RTT, goodput over time");
    file("--csv", options_.csv, "The same as numbers");
    file("--capture", options_.capture, "The packets of the hosts that open (pcapng)");
  }

  // Checks that concern several options.
  void finish() {
    const bool random = options_.seeds > 0 || random_world_;
    if (options_.seeds > 0 && random_world_) mistake("--world", "does not go with --seeds");
    if (random) refuse_description(options_.seeds > 0 ? "--seeds" : "--world");
    if (random_world_) {
      const Duration limit = options_.world.limit;
      options_.world = sim::random_world(*random_world_);
      options_.world.limit = limit;
    }
    if (options_.seeds > 0) refuse_files();
    if (!random) make_flows();
  }

  // Random worlds have paths and flows of their own, so these options do not go with them.
  void refuse_description(const char* random) {
    for (const CLI::Option* const option : app_.get_options()) {
      const bool describes = option->get_group() == kPath || option->get_group() == kFlows;
      if (describes && option->count() > 0) {
        mistake(option->get_name(),
                fmt::format("does not go with {}, whose worlds are random", random));
      }
    }
  }

  void refuse_files() {
    for (const CLI::Option* const option : app_.get_options()) {
      if (option->get_group() == kOutput && option->count() > 0) {
        mistake(option->get_name(), "shows one world: take --world SEED instead of --seeds");
      }
    }
  }

  void make_flows() {
    if (!flows_.empty() && flow_count_) {
      mistake("--flows", "does not go with --flow: write --flow once for each");
    }
    if (flows_.size() > kMostFlows) mistake("--flow", "at most 250 flows fit");
    if (flows_.empty()) flows_.resize(flow_count_.value_or(1));
    for (const std::string& text : flows_) {
      const FlowRequest request = take("--flow", text, parse_flow(text, usual_));
      sim::FlowOptions& flow = options_.world.flows.emplace_back();
      flow.config = config_;
      flow.config.tcp.congestion = request.congestion;
      flow.opener.bytes = request.bytes;
      flow.opener.start = request.start;
      flow.delay = request.delay;
      flow.listener.bytes = request.bytes_back;
    }
  }

  [[noreturn]] static void mistake(const std::string& option, const std::string& what) {
    throw CLI::ValidationError(option, what);
  }

  CLI::App app_;
  Options options_;
  Config config_;
  FlowRequest usual_{.congestion = "cubic", .bytes = 10'000'000};
  std::vector<std::string> flows_;
  std::optional<std::uint64_t> flow_count_;
  std::optional<std::uint64_t> random_world_;
};

}  // namespace

std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments) {
  return Parser().parse(arguments);
}

}  // namespace tcpstack::simulator
