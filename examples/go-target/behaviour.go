package main

import (
	"context"
	"sync/atomic"
	"time"
)

// behaviour is what a request costs on purpose.
type behaviour struct {
	rounds  int
	latency time.Duration
}

func newBehaviour(work, latency time.Duration) behaviour {
	b := behaviour{latency: latency}
	if work > 0 {
		b.rounds = max(1, int(work.Seconds()*roundsPerSecond()))
	}
	return b
}

// spend waits and burns; it fails when the request is given up while it waits.
func (b behaviour) spend(ctx context.Context) error {
	if b.latency > 0 {
		timer := time.NewTimer(b.latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if b.rounds > 0 {
		burnt.Store(burn(b.rounds))
	}
	return nil
}

// burnt keeps the compiler from leaving the work out.
var burnt atomic.Uint64

// burn spends CPU time, and nothing else: no memory, no lock. A count of rounds and not a look at the clock,
// which would count the time a goroutine waits for a processor as work it has done.
//
//go:noinline
func burn(rounds int) uint64 {
	x := uint64(88172645463325252)
	for range rounds {
		// xorshift64 (Marsaglia 2003)
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// roundsPerSecond measures how fast burn is: the best of some tries, since the others were disturbed.
func roundsPerSecond() float64 {
	const rounds = 1_000_000
	best := 0.0
	for range 10 {
		start := time.Now()
		burnt.Store(burn(rounds))
		best = max(best, rounds/time.Since(start).Seconds())
	}
	return best
}
