package main

import (
	"context"
	"errors"
	"expvar"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// httpService is the store over HTTP.
type httpService struct {
	cfg config
	kv  *store
	b   behaviour
	m   *metrics
}

func newHTTPServer(cfg config, kv *store, b behaviour, m *metrics) *http.Server {
	s := &httpService{cfg: cfg, kv: kv, b: b, m: m}
	mux := http.NewServeMux()
	mux.Handle("GET /kv/{key...}", s.counted("/kv/{key}", s.get))
	mux.Handle("PUT /kv/{key...}", s.counted("/kv/{key}", s.put))
	mux.Handle("DELETE /kv/{key...}", s.counted("/kv/{key}", s.delete))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.Handle("GET /metrics", m.page())
	mux.Handle("GET /debug/vars", expvar.Handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)

	server := &http.Server{
		Handler:           limitRequests(cfg.maxRequestsPerConn, mux),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       cfg.idleTimeout,
		ConnContext:       withConnCount,
		ConnState:         m.followConnections(),
		Protocols:         new(http.Protocols),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: int(cfg.maxConcurrentStreams)},
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	server.SetKeepAlivesEnabled(!cfg.noKeepAlive)
	return server
}

func (s *httpService) get(w http.ResponseWriter, r *http.Request, key string) {
	e, ok := s.kv.get(key)
	if !ok {
		if !s.cfg.generates() {
			http.Error(w, "no such key", http.StatusNotFound)
			return
		}
		e = entry{value: generated(key, s.cfg.valueBytes), etag: generatedTag(s.cfg.valueBytes)}
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.Itoa(len(e.value)))
	h.Set("ETag", e.etag)
	w.Write(e.value)
}

func (s *httpService) put(w http.ResponseWriter, r *http.Request, key string) {
	ttl, err := ttlOf(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	value, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxValueBytes))
	if err != nil {
		code := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			code = http.StatusRequestEntityTooLarge
		}
		http.Error(w, err.Error(), code)
		return
	}
	etag, created, err := s.kv.put(key, value, ttl)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
	case created:
		w.Header().Set("ETag", etag)
		w.WriteHeader(http.StatusCreated)
	default:
		w.Header().Set("ETag", etag)
		w.WriteHeader(http.StatusNoContent)
	}
}

// delete: where every key has a value, every key can be deleted.
func (s *httpService) delete(w http.ResponseWriter, _ *http.Request, key string) {
	if s.kv.delete(key) || s.cfg.generates() {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Error(w, "no such key", http.StatusNotFound)
}

func generatedTag(size int) string { return `"generated-` + strconv.Itoa(size) + `"` }

// ttlOf reads ?ttl=30s; without one it is 0, for ever.
func ttlOf(r *http.Request) (time.Duration, error) {
	if r.URL.RawQuery == "" {
		return 0, nil
	}
	text := r.URL.Query().Get("ttl")
	if text == "" {
		return 0, nil
	}
	ttl, err := time.ParseDuration(text)
	if err != nil || ttl <= 0 || ttl > maxTTL {
		return 0, errors.New("ttl is a duration above 0 of at most 30 days: 30s, 500ms")
	}
	return ttl, nil
}

type keyHandler func(w http.ResponseWriter, r *http.Request, key string)

// counted checks the key, spends what a request is to cost, and counts the response.
func (s *httpService) counted(route string, handle keyHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		c := &codeWriter{ResponseWriter: w, code: http.StatusOK}
		key := r.PathValue("key")
		switch {
		case key == "" || len(key) > maxKeyBytes:
			http.Error(c, "a key is 1 to 1024 bytes, percent-encoded", http.StatusBadRequest)
		case s.b.spend(r.Context()) == nil:
			handle(c, r, key)
		default:
			// The client is gone: this is for the count alone. 499 is nginx's word for it.
			c.WriteHeader(499)
		}
		s.m.countResponse(r.Method, route, c.code, time.Since(start).Seconds())
	})
}

// codeWriter remembers the status of a response.
type codeWriter struct {
	http.ResponseWriter
	code int
}

func (c *codeWriter) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

func (c *codeWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

type connCountKey struct{}

// withConnCount gives every connection a count of its requests.
func withConnCount(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, connCountKey{}, new(atomic.Int64))
}

// limitRequests says Connection: close with the request of a connection that reaches the limit; 0 for no limit.
func limitRequests(limit int64, next http.Handler) http.Handler {
	if limit == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if count, ok := r.Context().Value(connCountKey{}).(*atomic.Int64); ok && count.Add(1) >= limit {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// followConnections counts connections by their state: new, active, idle. A hijacked one, as HTTP/2 over clear
// text is, is no longer the server's to follow.
func (m *metrics) followConnections() func(net.Conn, http.ConnState) {
	var states sync.Map
	return func(c net.Conn, state http.ConnState) {
		if old, ok := states.Swap(c, state); ok {
			m.sockets.WithLabelValues(old.(http.ConnState).String()).Dec()
		}
		if state == http.StateClosed || state == http.StateHijacked {
			states.Delete(c)
			return
		}
		m.sockets.WithLabelValues(state.String()).Inc()
	}
}
