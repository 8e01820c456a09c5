// Virtual time: alarms that ring when somebody moves the clock.
#include "stack/runtime/time/manual_time.h"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace tcpstack::runtime {

class manual_time::keeper final : public timekeeper {
 public:
  explicit keeper(manual_time& owner) : owner_(owner) { owner_.keepers_.push_back(this); }
  ~keeper() override { std::erase(owner_.keepers_, this); }

  Time now() override { return owner_.now_; }
  void sleep_until(Time deadline) override { deadline_ = deadline; }
  void stop() override { deadline_ = kNever; }

  [[nodiscard]] Time deadline() const { return deadline_; }
  void ring_by_post() {
    deadline_ = kNever;
    boost::asio::post(owner_.executor_, life_.guard([this] { ring(); }));
  }

 private:
  manual_time& owner_;
  Time deadline_ = kNever;
  lifeline life_;
};

std::unique_ptr<timekeeper> manual_time::make_timekeeper() {
  return std::make_unique<keeper>(*this);
}

Time manual_time::next_alarm() const {
  Time earliest = kNever;
  for (const keeper* each : keepers_) earliest = std::min(earliest, each->deadline());
  return earliest;
}

bool manual_time::jump() {
  const Time next = next_alarm();
  if (next == kNever) return false;
  now_ = std::max(now_, next);
  ring_due();
  return true;
}

void manual_time::advance(Duration step) {
  now_ += step;
  ring_due();
}

void manual_time::ring_due() {
  for (keeper* each : keepers_) {
    if (each->deadline() <= now_) each->ring_by_post();
  }
}

}  // namespace tcpstack::runtime
