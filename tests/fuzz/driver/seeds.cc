// Runs a fuzz target without libFuzzer, on inputs made from seeds (mutate.h): for the tests, for any compiler, and to
// repeat and to shrink what either driver has found.
//
//   NAME_seeds [--seconds S] [--first SEED] [FILE or FOLDER ...]   inputs of the seeds SEED, SEED + 1 ..., for S seconds
//   NAME_seeds --input FILE                                        this input once, in this process: for gdb
//   NAME_seeds --shrink FILE                                       writes the shortest input found that still fails
//
// Files and folders are the corpus: inputs are then changed copies of them. TCPSTACK_FUZZ_SECONDS replaces S.
//
// Inputs run in a child, so that any end of it (abort, sanitizer, signal, more than 20 s of processor time for one input)
// is seen and named by the parent. It then writes the input to a file and prints the command that repeats it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

#include <unistd.h>

#include "tests/fuzz/driver/mutate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tcpstack::fuzz {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kSecondsOfAnInput = 20;  // of processor time

struct Options {
  double seconds = 30;
  std::uint64_t first = 1;
  fs::path input;
  fs::path shrink;
  std::vector<Input> corpus;
};

// What the child has done, in memory that it shares with its parent.
struct Progress {
  std::uint64_t seed;  // of the input that runs
  std::uint64_t done;
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

Input read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const Input& input) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint8_t byte : input) file.put(static_cast<char>(byte));
}

void add_to_corpus(std::vector<Input>& corpus, const fs::path& path) {
  if (!fs::is_directory(path)) return corpus.push_back(read_file(path));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) corpus.push_back(read_file(file));
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto value = [&] {
      if (++i >= count) give_up(std::string(word) + " needs a value");
      return words[i];
    };
    if (word == "--seconds") {
      options.seconds = std::strtod(value(), nullptr);
    } else if (word == "--first") {
      options.first = std::strtoull(value(), nullptr, 10);
    } else if (word == "--input") {
      options.input = value();
    } else if (word == "--shrink") {
      options.shrink = value();
    } else if (word.starts_with("--")) {
      give_up("no option " + std::string(word) + "; see the head of tests/fuzz/driver/seeds.cc");
    } else {
      add_to_corpus(options.corpus, word);
    }
  }
  if (const char* const seconds = std::getenv("TCPSTACK_FUZZ_SECONDS"))
    options.seconds = std::strtod(seconds, nullptr);
  return options;
}

void run_once(const Input& input) {
  const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = kSecondsOfAnInput, .tv_usec = 0}};
  setitimer(ITIMER_PROF, &limit, nullptr);  // SIGPROF ends the process
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

// Waits for the child; true if it ended as it should.
bool ended_well(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool fails(const Input& input) {
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(0);
    run_once(input);
    _exit(0);
  }
  return !ended_well(child);
}

// Takes out ever smaller pieces, and then makes bytes zero, as long as the input still fails.
Input shrunk(Input input) {
  for (std::size_t piece = std::max<std::size_t>(input.size() / 2, 1); piece > 0; piece /= 2) {
    for (std::size_t at = 0; at < input.size();) {
      Input shorter = input;
      const auto begin = shorter.begin() + static_cast<std::ptrdiff_t>(at);
      shorter.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(piece, input.size() - at)));
      if (fails(shorter)) {
        input = std::move(shorter);
      } else {
        at += piece;
      }
    }
  }
  for (std::uint8_t& byte : input) {
    const std::uint8_t old = std::exchange(byte, std::uint8_t{0});
    if (old != 0 && !fails(input)) byte = old;
  }
  return input;
}

int shrink(const fs::path& path) {
  const Input input = read_file(path);
  if (!fails(input)) give_up("this input does not fail");
  fs::path result = path;
  result += ".shrunk";
  const Input shorter = shrunk(input);
  write_file(result, shorter);
  std::printf("%zu of %zu bytes: %s\n", shorter.size(), input.size(), result.c_str());
  return 0;
}

// Of the child.
[[noreturn]] void run_seeds(const Options& options, Progress& progress) {
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  for (progress.seed = options.first; progress.done == 0 || Clock::now() < end; ++progress.seed) {
    run_once(input_of(progress.seed, options.corpus));
    ++progress.done;
  }
  std::exit(0);
}

int report(const Options& options, std::uint64_t seed) {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  const fs::path folder = program.parent_path() / "fuzz-failures";
  fs::create_directories(folder);
  const fs::path file = folder / (program.filename().string() + "-" + std::to_string(seed));
  write_file(file, input_of(seed, options.corpus));
  std::fprintf(stderr, "seed %llu fails; its input is %s\nrepeat it: %s --input %s\n",
               static_cast<unsigned long long>(seed), file.c_str(), program.c_str(), file.c_str());
  return 1;
}

int run(const Options& options) {
  void* const shared =
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) give_up("no shared memory");
  auto& progress = *new (shared) Progress{};
  const pid_t child = fork();
  if (child < 0) give_up("cannot fork");
  if (child == 0) run_seeds(options, progress);
  if (!ended_well(child)) return report(options, progress.seed);
  std::printf("%llu inputs\n", static_cast<unsigned long long>(progress.done));
  return 0;
}

}  // namespace
}  // namespace tcpstack::fuzz

int main(int count, char** words) {
  using namespace tcpstack::fuzz;
  const Options options = parse(count, words);
  if (!options.shrink.empty()) return shrink(options.shrink);
  if (options.input.empty()) return run(options);
  run_once(read_file(options.input));
  return 0;
}
