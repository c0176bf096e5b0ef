package main

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc/status"
)

// metrics are the service's own figures: the witness against those of whoever loads it.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	calls    *prometheus.CounterVec
	messages *prometheus.CounterVec
	sockets  *prometheus.GaugeVec
}

func newMetrics(withRuntime bool) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Requests answered, by method, route and status.",
		}, []string{"method", "route", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time spent in the handler, by route.",
			Buckets: prometheus.ExponentialBuckets(25e-6, 2, 18),
		}, []string{"route"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grpc_server_handled_total", Help: "Calls ended, by method and status.",
		}, []string{"grpc_service", "grpc_method", "grpc_code"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grpc_server_messages_total", Help: "Messages of calls, by method and direction.",
		}, []string{"grpc_service", "grpc_method", "direction"}),
		sockets: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "http_connections", Help: "Open connections, by state.",
		}, []string{"state"}),
	}
	goCollector := collectors.NewGoCollector()
	if withRuntime {
		goCollector = collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsAll))
	}
	m.registry.MustRegister(
		m.requests, m.duration, m.calls, m.messages, m.sockets,
		goCollector,
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func (m *metrics) page() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// countResponse counts a response of a route; the route is its pattern, since paths have no bound.
func (m *metrics) countResponse(method, route string, code int, seconds float64) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(code)).Inc()
	m.duration.WithLabelValues(route).Observe(seconds)
}

// callCount counts one call of a method.
type callCount struct {
	m               *metrics
	service, method string
	received, sent  prometheus.Counter
}

// countCall begins to count a call; fullMethod is /service/method, and one that is served, so their number is bounded.
func (m *metrics) countCall(fullMethod string) callCount {
	service, method, _ := strings.Cut(strings.TrimPrefix(fullMethod, "/"), "/")
	return callCount{
		m: m, service: service, method: method,
		received: m.messages.WithLabelValues(service, method, "received"),
		sent:     m.messages.WithLabelValues(service, method, "sent"),
	}
}

func (c callCount) ended(err error) {
	c.m.calls.WithLabelValues(c.service, c.method, status.Code(err).String()).Inc()
}
