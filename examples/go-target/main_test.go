package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/zipfire/go-target/kvv1"
)

// start runs the service for the length of a test, and checks that it ends without an error.
func start(t *testing.T, args ...string) ready {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-http", "127.0.0.1:0", "-grpc", "127.0.0.1:0"}, args...), strings.NewReader(""), stdout)
		stdout.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	var line ready
	if err := json.NewDecoder(out).Decode(&line); err != nil {
		t.Fatalf("no line that says it is ready: %v", err)
	}
	return line
}

func client(t *testing.T, address string) (kvv1.KVClient, *grpc.ClientConn) {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return kvv1.NewKVClient(conn), conn
}

func ask(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestHTTP(t *testing.T) {
	base := "http://" + start(t, "-missing", "404").HTTP
	for _, step := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"GET", "/kv/a", "", 404, "no such key\n"},
		{"PUT", "/kv/a", "1", 201, ""},
		{"GET", "/kv/a", "", 200, "1"},
		{"PUT", "/kv/a", "2", 204, ""},
		{"GET", "/kv/a", "", 200, "2"},
		{"DELETE", "/kv/a", "", 204, ""},
		{"DELETE", "/kv/a", "", 404, "no such key\n"},
		{"PUT", "/kv/a%2Fb%20c", "slash", 201, ""},
		{"GET", "/kv/a%2Fb%20c", "", 200, "slash"},
		{"PUT", "/kv/t?ttl=1h", "x", 201, ""},
		{"PUT", "/kv/t?ttl=-1h", "x", 400, "ttl is a duration above 0 of at most 30 days: 30s, 500ms\n"},
		{"PUT", "/kv/big", strings.Repeat("x", maxValueBytes+1), 413, "http: request body too large\n"},
		{"GET", "/kv/", "", 400, "a key is 1 to 1024 bytes, percent-encoded\n"},
		{"GET", "/healthz", "", 200, "ok\n"},
	} {
		response, text := ask(t, step.method, base+step.path, step.body)
		if response.StatusCode != step.status || text != step.answer {
			t.Errorf("%s %s: %d %q, want %d %q", step.method, step.path, response.StatusCode, text, step.status, step.answer)
		}
	}
	_, page := ask(t, "GET", base+"/metrics", "")
	if n := sample(t, page, `http_requests_total{code="404",method="GET",route="/kv/{key}"}`); n != 1 {
		t.Errorf("%v GETs were 404, want 1", n)
	}
	for _, path := range []string{"/debug/vars", "/debug/pprof/"} {
		if response, _ := ask(t, "GET", base+path, ""); response.StatusCode != 200 {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
}

func TestGeneratedValue(t *testing.T) {
	line := start(t, "-value-bytes", "16")
	if _, text := ask(t, "GET", "http://"+line.HTTP+"/kv/user_1", ""); text != "user_1 user_1 us" {
		t.Errorf("%q", text)
	}
	kv, _ := client(t, line.GRPC)
	response, err := kv.Get(t.Context(), &kvv1.GetRequest{Key: "user_1"})
	if string(response.GetValue()) != "user_1 user_1 us" || err != nil {
		t.Errorf("%q, %v", response.GetValue(), err)
	}
}

func TestGRPC(t *testing.T) {
	line := start(t, "-missing", "404", "-max-keys", "3")
	kv, conn := client(t, line.GRPC)
	ctx := t.Context()

	if _, err := kv.Get(ctx, &kvv1.GetRequest{Key: "a"}); status.Code(err) != codes.NotFound {
		t.Errorf("a missing key: %v", err)
	}
	if _, err := kv.Get(ctx, &kvv1.GetRequest{}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("no key: %v", err)
	}
	put, err := kv.Put(ctx, &kvv1.PutRequest{Key: "a", Value: []byte("1")})
	if err != nil || !put.GetCreated() {
		t.Fatalf("%v, %v", put, err)
	}
	got, err := kv.Get(ctx, &kvv1.GetRequest{Key: "a"})
	if err != nil || string(got.GetValue()) != "1" || got.GetEtag() != put.GetEtag() {
		t.Errorf("%v, %v", got, err)
	}

	watch, err := kv.Watch(ctx, &kvv1.WatchRequest{Key: "a", Count: 5})
	if err != nil {
		t.Fatal(err)
	}
	for want := int64(1); ; want++ {
		response, err := watch.Recv()
		if err == io.EOF {
			if want != 6 {
				t.Errorf("%d responses, want 5", want-1)
			}
			break
		}
		if err != nil || response.GetNumber() != want || !response.GetExists() {
			t.Fatalf("%v, %v", response, err)
		}
	}

	batch, err := kv.BatchPut(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"b", "c", "d"} {
		if err := batch.Send(&kvv1.PutRequest{Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = batch.CloseAndRecv()
	if want := "request 3: the store is full"; status.Convert(err).Message() != want {
		t.Errorf("%v, want %s", err, want)
	}

	sync, err := kv.Sync(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		request *kvv1.SyncRequest
		want    string
	}{
		{&kvv1.SyncRequest{Operation: &kvv1.SyncRequest_Get{Get: &kvv1.GetRequest{Key: "a"}}}, "*kvv1.SyncResponse_Get"},
		{&kvv1.SyncRequest{Operation: &kvv1.SyncRequest_Delete{Delete: &kvv1.DeleteRequest{Key: "a"}}}, "*kvv1.SyncResponse_Delete"},
		{&kvv1.SyncRequest{Operation: &kvv1.SyncRequest_Get{Get: &kvv1.GetRequest{Key: "a"}}}, "*kvv1.SyncResponse_Failure"},
		{&kvv1.SyncRequest{}, "*kvv1.SyncResponse_Failure"},
	} {
		if err := sync.Send(step.request); err != nil {
			t.Fatal(err)
		}
		response, err := sync.Recv()
		if got := fmt.Sprintf("%T", response.GetResult()); err != nil || got != step.want {
			t.Errorf("%v: %s, %v, want %s", step.request, got, err, step.want)
		}
	}

	check, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{Service: "kv.v1.KV"})
	if err != nil || check.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("%v, %v", check, err)
	}
	_, page := ask(t, "GET", "http://"+line.HTTP+"/metrics", "")
	if n := sample(t, page, `grpc_server_handled_total{grpc_code="NotFound",grpc_method="Get",grpc_service="kv.v1.KV"}`); n != 1 {
		t.Errorf("%v Gets were not found, want 1", n)
	}
	if n := sample(t, page, `grpc_server_messages_total{direction="sent",grpc_method="Watch",grpc_service="kv.v1.KV"}`); n != 5 {
		t.Errorf("Watch sent %v messages, want 5", n)
	}
}

// A connection that reaches its limit says so, and is closed.
func TestMaxRequestsPerConn(t *testing.T) {
	url := "http://" + start(t, "-max-requests-per-conn", "2").HTTP + "/kv/a"
	for i, want := range []bool{false, true, false, true} {
		if response, _ := ask(t, "GET", url, ""); response.Close != want {
			t.Errorf("response %d closes: %v", i+1, response.Close)
		}
	}
}

func TestNoKeepAlive(t *testing.T) {
	if response, _ := ask(t, "GET", "http://"+start(t, "-no-keepalive").HTTP+"/kv/a", ""); !response.Close {
		t.Error("the connection stays open")
	}
}

func TestRuntimeMetrics(t *testing.T) {
	_, page := ask(t, "GET", "http://"+start(t).HTTP+"/metrics", "")
	if !strings.Contains(page, "go_gc_gogc_percent") || strings.Contains(page, "go_sched_latencies_seconds") {
		t.Error("the default is not client_golang's own")
	}
	_, page = ask(t, "GET", "http://"+start(t, "-runtime-metrics").HTTP+"/metrics", "")
	if !strings.Contains(page, "go_sched_latencies_seconds_count") {
		t.Error("-runtime-metrics shows no go_sched_latencies_seconds")
	}
}

// A store forgets what has expired, and a request that waits is given up with its client.
func TestStoreAndBehaviour(t *testing.T) {
	s := newStore(10)
	if _, created, err := s.put("a", nil, time.Nanosecond); !created || err != nil {
		t.Fatal(created, err)
	}
	for _, ok := s.get("a"); ok; _, ok = s.get("a") {
	}
	if n := s.keys.Load(); n != 0 {
		t.Errorf("%d keys are left", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newBehaviour(0, time.Hour).spend(ctx); err == nil {
		t.Error("waited for a client that is gone")
	}
	if newBehaviour(time.Microsecond, 0).rounds < 1 {
		t.Error("work without a round")
	}
}

func TestBadFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-missing", "maybe"},
		{"-http", "", "-grpc", ""},
		{"-latency", "-1s"},
		{"-work", "1h"},
		{"-value-bytes", "-1"},
		{"extra"},
		{"-http", "256.0.0.1:0"},
	} {
		if err := run(t.Context(), args, strings.NewReader(""), &bytes.Buffer{}); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}

func TestStopsWithStdin(t *testing.T) {
	stdin, started := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), []string{"-http", "127.0.0.1:0", "-grpc", "", "-stop-with-stdin"}, stdin, io.Discard)
	}()
	started.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// sample reads a value off a page of metrics.
func sample(t *testing.T, page, name string) float64 {
	t.Helper()
	match := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindStringSubmatch(page)
	if match == nil {
		t.Fatalf("no %s on the page", name)
	}
	value, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
