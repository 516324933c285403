package web

import "net/http"

// Routes lists every route as "METHOD /path".
func Routes() []string {
	var routes []string
	for _, r := range table {
		routes = append(routes, r.method+" "+r.path)
	}
	return routes
}

// StoredFields lists the keys of what /privacy says is stored with an answer.
func StoredFields() []string { return storedFields }

// Test answers one request without a network.
func (s *Server) Test(r *http.Request) (*http.Response, error) { return s.app.Test(r, -1) }
