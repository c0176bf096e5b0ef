package main

import (
	"flag"
	"fmt"
	"math"
	"time"
)

type config struct {
	http, grpc string

	idleTimeout           time.Duration
	noKeepAlive           bool
	maxRequestsPerConn    int64
	maxConcurrentStreams  uint
	maxConnectionAge      time.Duration
	maxConnectionAgeGrace time.Duration
	permitPings           time.Duration

	work    time.Duration
	latency time.Duration

	missing    string
	valueBytes int
	maxKeys    int

	runtimeMetrics bool
	grace          time.Duration
	stopWithStdin  bool
}

// generates tells whether a key that nobody wrote has a value.
func (c config) generates() bool { return c.missing == "generate" }

func parseFlags(args []string) (config, error) {
	var c config
	f := flag.NewFlagSet("go-target", flag.ContinueOnError)
	f.StringVar(&c.http, "http", "127.0.0.1:8080", "serve HTTP at this `address`; port 0 takes a free one, empty serves none")
	f.StringVar(&c.grpc, "grpc", "127.0.0.1:50051", "serve gRPC at this `address`; port 0 takes a free one, empty serves none")

	f.DurationVar(&c.idleTimeout, "idle-timeout", 2*time.Minute, "close a connection that idles for so long; 0 for never")
	f.BoolVar(&c.noKeepAlive, "no-keepalive", false, "close every HTTP connection after its response")
	f.Int64Var(&c.maxRequestsPerConn, "max-requests-per-conn", 0, "close an HTTP connection after so many requests; 0 for no limit")
	f.UintVar(&c.maxConcurrentStreams, "max-concurrent-streams", 0, "streams of an HTTP/2 or gRPC connection at once; 0 for the servers' own limits")
	f.DurationVar(&c.maxConnectionAge, "max-connection-age", 0, "send GOAWAY on a gRPC connection of this age; 0 for never")
	f.DurationVar(&c.maxConnectionAgeGrace, "max-connection-age-grace", 0, "cut the calls that are left so long after; 0 for never")

	f.DurationVar(&c.permitPings, "permit-pings", 0, "bear gRPC keepalive pings this often, with or without a call; 0 for grpc-go's 5m, and with a call only")

	f.DurationVar(&c.work, "work", 0, "CPU time a request burns")
	f.DurationVar(&c.latency, "latency", 0, "time a request waits")

	f.StringVar(&c.missing, "missing", "generate", "a key that nobody wrote has a generated value (generate), or none (404)")
	f.IntVar(&c.valueBytes, "value-bytes", 32, "size of a generated value")
	f.IntVar(&c.maxKeys, "max-keys", 1_000_000, "keys stored; more are refused")

	f.BoolVar(&c.runtimeMetrics, "runtime-metrics", false, "show all of runtime/metrics at /metrics, not client_golang's default alone")
	f.DurationVar(&c.grace, "grace", 5*time.Second, "time for requests in flight at the end")
	f.BoolVar(&c.stopWithStdin, "stop-with-stdin", false, "stop when standard input ends, so that nothing outlives who started it")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	return c, c.check(f.Args())
}

func (c config) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case c.http == "" && c.grpc == "":
		return fmt.Errorf("-http and -grpc are both empty: nothing to serve")
	case c.missing != "generate" && c.missing != "404":
		return fmt.Errorf("-missing is generate or 404, not %q", c.missing)
	case c.valueBytes < 0 || c.valueBytes > maxValueBytes:
		return fmt.Errorf("-value-bytes is 0 to %d", maxValueBytes)
	case c.maxConcurrentStreams > math.MaxInt32:
		return fmt.Errorf("-max-concurrent-streams is at most %d", math.MaxInt32)
	case c.maxKeys < 0 || c.maxRequestsPerConn < 0:
		return fmt.Errorf("a limit is 0 or more")
	}
	for name, d := range map[string]time.Duration{
		"idle-timeout": c.idleTimeout, "max-connection-age": c.maxConnectionAge,
		"max-connection-age-grace": c.maxConnectionAgeGrace, "permit-pings": c.permitPings,
		"work": c.work, "latency": c.latency, "grace": c.grace,
	} {
		if d < 0 {
			return fmt.Errorf("-%s is 0 or more", name)
		}
	}
	if c.work > time.Second || c.latency > time.Minute {
		return fmt.Errorf("-work is at most 1s, and -latency at most 1m")
	}
	return nil
}
