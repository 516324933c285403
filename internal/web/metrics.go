package web

import (
	"net/http"
	"strconv"

	"hailong/internal/store"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts what the service does. Nothing in it tells a counter, an
// agency or a person apart.
type metrics struct {
	registry   *prometheus.Registry
	responses  *prometheus.CounterVec // by outcome
	refused    *prometheus.CounterVec // by status
	calls      *prometheus.CounterVec // of the API, by route and status
	stored     prometheus.Counter
	duplicates prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		responses: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hailong_responses_total", Help: "Accepted submissions by outcome."}, []string{"outcome"}),
		refused:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hailong_problems_total", Help: "Requests answered with a problem, by status."}, []string{"status"}),
		calls:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hailong_api_calls_total", Help: "Calls of the API by route and status."}, []string{"route", "status"}),
	}
	m.stored, m.duplicates = m.responses.WithLabelValues("stored"), m.responses.WithLabelValues("duplicate")
	m.registry.MustRegister(m.responses, m.refused, m.calls, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) countOutcome(o store.Outcome) {
	if o == store.Duplicate {
		m.duplicates.Inc()
		return
	}
	m.stored.Inc()
}

func (m *metrics) countProblem(status int) { m.refused.WithLabelValues(strconv.Itoa(status)).Inc() }

// MetricsHandler serves the metrics in Prometheus' format; it belongs on a
// listener of its own.
func (s *Server) MetricsHandler() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}
