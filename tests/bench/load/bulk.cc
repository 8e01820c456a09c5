// Upload and download over one connection.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <vector>

#include "tests/bench/load/works.h"

namespace tcpstack::bench {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

// Counts the bytes moved from its construction to report(), and the server's work for them.
class Transfer {
 public:
  explicit Transfer(const Server& server) : server_(server), cpu_began_(server.cpu_time()) {}

  Report report(double bytes) const {
    const Seconds took = Clock::now() - began_;
    const Seconds cpu = server_.cpu_time() - cpu_began_;
    Report report;
    report.add("gbit_per_s", bytes * 8 / took.count() / 1e9);
    report.add("bytes", bytes);
    report.add("seconds", took.count());
    if (server_.is_known()) report.add("server_cpu_s_per_gb", cpu.count() / (bytes / 1e9));
    return report;
  }

 private:
  const Server& server_;
  Clock::time_point began_ = Clock::now();
  Seconds cpu_began_;
};

class Upload {
 public:
  explicit Upload(const Target& target) : socket_(connect_to(target.server, target.discard)) {}

  void run_until(Clock::time_point end) {
    while (Clock::now() < end) {
      const ssize_t sent = ::send(socket_.get(), piece_.data(), piece_.size(), MSG_NOSIGNAL);
      if (sent < 0) fail("the upload has stopped");
      sent_ += static_cast<double>(sent);
    }
  }

  // Text in the send queue, unsent or unacknowledged, does not count yet.
  [[nodiscard]] double acknowledged() const {
    int queued = 0;
    if (::ioctl(socket_.get(), SIOCOUTQ, &queued) != 0) fail("SIOCOUTQ");
    return sent_ - queued;
  }

 private:
  Descriptor socket_;
  std::vector<char> piece_ = std::vector<char>(kPiece, 'x');
  double sent_ = 0;
};

double receive_until(int socket, std::vector<char>& piece, Clock::time_point end) {
  double received = 0;
  while (Clock::now() < end) {
    const ssize_t size = ::recv(socket, piece.data(), piece.size(), 0);
    if (size < 0) fail("the download has stopped");
    if (size == 0) throw std::runtime_error("the server has closed the download");
    received += static_cast<double>(size);
  }
  return received;
}

}  // namespace

Report upload(const Plan& plan) {
  Upload upload(plan.target);
  upload.run_until(after(plan.warm_up));
  const double before = upload.acknowledged();
  const Transfer transfer(plan.server);
  upload.run_until(after(plan.length));
  return transfer.report(upload.acknowledged() - before);
}

Report download(const Plan& plan) {
  const Descriptor socket = connect_to(plan.target.server, plan.target.source);
  std::vector<char> piece(kPiece);
  receive_until(socket.get(), piece, after(plan.warm_up));
  const Transfer transfer(plan.server);
  return transfer.report(receive_until(socket.get(), piece, after(plan.length)));
}

}  // namespace tcpstack::bench
