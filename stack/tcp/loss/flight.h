// What is in flight: a record for each segment sent and not yet acknowledged, oldest first, without gaps from SND.UNA
// to SND.NXT. RFC 9293 calls it the retransmission queue. The text itself stays in tcb.send_queue.
//
// A record is in the pipe (RFC 6675: in the network, as far as we know), SACKed, or lost. A Flight moves records from one
// of these to another and keeps their sums.
// Invariant: pipe + sacked + lost == SND.NXT - SND.UNA. check() proves it.
//
// A record is cut where an acknowledgment, a SACK block or a retransmission covers a part of it. An acknowledgment
// costs only the records that it changes: indexes (Disorder) lead to them. Read next: scoreboard.h, which acknowledges and
// SACKs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/on_demand.h"
#include "stack/base/range_set.h"
#include "stack/base/ring.h"
#include "stack/tcp/loss/sent.h"

namespace tcpstack::tcp {

// The numbers [begin, end) were sent again at that time.
struct Repeat {
  Seq begin;
  Seq end;
  Time sent_at;
};

// The part of a flight that exists once a record was lost, SACKed or sent again.
struct Disorder {
  std::uint32_t sacked = 0;           // bytes
  std::uint32_t sacked_segments = 0;  // as they were on the wire
  base::RangeSet<Seq> at_peer;        // the numbers of SACKed records
  base::RangeSet<Seq> given_up;       // the numbers of lost records
  base::Ring<Repeat> repeats;         // oldest first; some are out of date
  Seq originals_from;                 // no record before it is in flight and was sent once
};

class Flight {
 public:
  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] std::size_t size() const { return records_.size(); }  // records
  [[nodiscard]] const Sent& operator[](std::size_t i) const { return records_[i]; }
  // The oldest and the newest record. Require !empty().
  [[nodiscard]] const Sent& front() const { return records_.front(); }
  [[nodiscard]] const Sent& back() const { return records_.back(); }
  // The index of the record that holds `seq`; size(): none does. Logarithmic.
  [[nodiscard]] std::size_t index_of(Seq seq) const;
  // The index of the oldest lost record; size(): none is lost. Logarithmic.
  [[nodiscard]] std::size_t first_lost() const;
  // The index of the first record from i on that is not SACKed; size(): none. Logarithmic.
  [[nodiscard]] std::size_t first_unsacked(std::size_t i) const;

  // The oldest record in flight that was sent once, and the oldest that was sent again, by the time at which they left;
  // size(): none. Each record is passed over once, when it has left the pipe; apart from that, logarithmic.
  std::size_t oldest_original();
  std::size_t oldest_repeat();

  // The sums, in bytes; SYN and FIN count as one each.
  [[nodiscard]] std::uint32_t pipe() const { return pipe_; }
  [[nodiscard]] std::uint32_t sacked() const { return disorder_->sacked; }
  [[nodiscard]] std::uint32_t lost() const { return total() - pipe_ - sacked(); }
  // RFC 5681 section 3.2 and RFC 8985 section 6.2 count segments, as they were on the wire: all, and the SACKed ones.
  [[nodiscard]] std::uint32_t segments() const { return segments_; }
  [[nodiscard]] std::uint32_t sacked_segments() const { return disorder_->sacked_segments; }
  // The size in bytes of the segment that lies `offset` bytes behind the oldest number. Requires offset < the whole.
  [[nodiscard]] std::uint32_t segment_at(std::uint32_t offset) const;

  // New at the right edge: joins the pipe. Returns its record, valid until the flight changes.
  Sent& sent(const Sent& record);
  // `len` numbers from `seq` on have left again and are back in the pipe. Returns their record, which is cut from a
  // larger one where necessary, valid until the flight changes. Requires that a record begins at `seq`.
  Sent& sent_again(Seq seq, std::uint32_t len, Time now);
  // Given up: leaves the pipe and waits for its retransmission. Nothing if it has arrived or is lost already.
  void lose(std::size_t i);
  // The peer has it beyond a hole. Requires that it is not SACKed yet.
  void sack(std::size_t i);
  // The oldest record is acknowledged. Requires !empty().
  void pop_front();

  // Cuts record i in two, so that the first one ends at `end`. Requires seq < end < its end.
  void cut(std::size_t i, Seq end);
  // Makes one record of lost ones that follow each other, so that they leave again in as few segments as possible. A SYN and
  // a FIN keep their places.
  void join_lost();
  // The oldest and the newest segment of at most `smss` bytes of text, cut from a super-segment (super_segment.h) where
  // necessary. Require !empty().
  const Sent& first_segment(std::uint32_t smss);
  const Sent& last_segment(std::uint32_t smss);

  // The peer has dropped what it had SACKed, as RFC 2018 section 8 allows: all of it is lost.
  void forget_sacks();
  // An undo: what was given up is in the network after all.
  void revive_all();

  void clear();    // the connection has ended
  void release();  // gives the memory back. Requires empty()
  [[nodiscard]] std::size_t capacity() const { return records_.capacity(); }  // records

  // Debug builds: the records leave no gap, and the sums and indexes are theirs.
  void check(Seq una, Seq nxt) const;

 private:
  [[nodiscard]] std::uint32_t total() const {
    return empty() ? 0 : distance(front().seq, back().end());
  }

  // The record's segments enter the sums, or leave them.
  void count(const Sent& record);
  void discount(const Sent& record);
  // Requires !empty().
  Disorder& disorder();
  void check_indexes() const;

  base::Ring<Sent> records_;
  std::uint32_t pipe_ = 0;
  std::uint32_t segments_ = 0;
  base::OnDemand<Disorder> disorder_;
};

}  // namespace tcpstack::tcp
