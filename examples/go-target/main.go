// Go-target is a key-value service over HTTP and gRPC to aim load at: the servers are those of net/http and
// grpc-go, as people run them, and the settings that get such services into trouble are flags.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"google.golang.org/grpc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "go-target:", err)
		os.Exit(1)
	}
}

// ready is the line that says where the service listens.
type ready struct {
	HTTP       string `json:"http,omitempty"`
	GRPC       string `json:"grpc,omitempty"`
	PID        int    `json:"pid"`
	Go         string `json:"go"`
	GOMAXPROCS int    `json:"gomaxprocs"`
}

// run serves until ctx is done, or until stdin ends where a flag says so. It prints one line of JSON to stdout
// when it listens, and nothing else.
func run(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	cfg, err := parseFlags(args)
	if err != nil {
		return err
	}
	if cfg.stopWithStdin {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		go func() {
			io.Copy(io.Discard, stdin)
			cancel()
		}()
	}

	m := newMetrics(cfg.runtimeMetrics)
	b := newBehaviour(cfg.work, cfg.latency)
	kv := newStore(cfg.maxKeys)
	httpServer := newHTTPServer(cfg, kv, b, m)
	grpcServer, health := newGRPCServer(cfg, kv, b, m)

	line := ready{PID: os.Getpid(), Go: runtime.Version(), GOMAXPROCS: runtime.GOMAXPROCS(0)}
	failed := make(chan error, 2)
	serve := func(address string, serve func(net.Listener) error) (string, error) {
		if address == "" {
			return "", nil
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return "", err
		}
		go func() { failed <- serve(listener) }()
		return listener.Addr().String(), nil
	}
	// Stops what has begun to serve, however far we come.
	defer func() {
		health.Shutdown()
		shutDown(httpServer, grpcServer, cfg.grace)
	}()
	if line.HTTP, err = serve(cfg.http, httpServer.Serve); err != nil {
		return err
	}
	if line.GRPC, err = serve(cfg.grpc, grpcServer.Serve); err != nil {
		return err
	}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// shutDown lets requests in flight end within the grace, and cuts those that do not.
func shutDown(httpServer *http.Server, grpcServer *grpc.Server, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		grpcServer.GracefulStop()
		close(stopped)
	}()
	if httpServer.Shutdown(ctx) != nil {
		httpServer.Close()
	}
	select {
	case <-stopped:
	case <-ctx.Done():
		grpcServer.Stop()
		<-stopped
	}
}
