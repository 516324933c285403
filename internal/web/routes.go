package web

import (
	"hailong/internal/auth"

	"github.com/gofiber/fiber/v2"
)

// access says who may use a route.
type access struct {
	public     bool            // anybody
	member     bool            // anybody logged in
	permission auth.Permission // for the agency in the path, or for all agencies where the path has none
}

var (
	anybody = access{public: true}
	member  = access{member: true}
)

func allowed(p auth.Permission) access { return access{permission: p} }

// route is one line of the table below.
type route struct {
	method, path string
	access       access
	handle       func(*Server, *fiber.Ctx) error
}

// table is every route of the service with its owner. A test walks each route
// with each role.
var table = []route{
	{"GET", "/", anybody, (*Server).home},
	{"GET", "/q/:link", anybody, (*Server).showForm},
	{"POST", "/q/:link", anybody, (*Server).submitForm},
	{"GET", "/q/:link/thanks", anybody, (*Server).showThanks},
	{"GET", "/s/:file", anybody, (*Server).serveAsset},
	{"GET", "/livez", anybody, (*Server).live},
	{"GET", "/readyz", anybody, (*Server).ready},
	{"GET", "/login", anybody, (*Server).showLogin},
	{"POST", "/login", anybody, (*Server).login},

	{"POST", "/logout", member, (*Server).logout},
	{"GET", "/account", member, (*Server).showAccount},
	{"GET", "/dashboard", member, (*Server).ownDashboard},
	{"GET", "/dashboard/:agency", allowed(auth.SeeFigures), (*Server).showDashboard},
	{"GET", "/dashboard/:agency/comments", allowed(auth.SeeComments), (*Server).showComments},
	{"GET", "/dashboard/:agency/charts/:chart", allowed(auth.SeeFigures), (*Server).sendChart},
	{"GET", "/office", allowed(auth.SeeOffice), (*Server).showOffice},
	{"GET", "/office/periods", allowed(auth.SeePeriods), (*Server).showPeriods},
	{"GET", "/office/periods/:period", allowed(auth.SeePeriods), (*Server).showPeriod},
	{"POST", "/office/periods/:period/:action", allowed(auth.ManagePeriods), (*Server).changePeriod},
	{"GET", "/office/periods/:period/files/:file", allowed(auth.SeePeriods), (*Server).sendPeriodFile},
	{"GET", "/results", anybody, (*Server).showResults},
	{"GET", "/results/:period", anybody, (*Server).showResult},
	{"GET", "/posters", member, (*Server).ownPosters},
	{"GET", "/posters/:agency", allowed(auth.PrintPosters), (*Server).showPosters},
	{"GET", "/posters/:agency/:file", allowed(auth.PrintPosters), (*Server).sendPoster},
	{"GET", "/admin/register", allowed(auth.SeeRegister), (*Server).showRegister},
	{"GET", "/admin/users", allowed(auth.SeeAccounts), (*Server).showUsers},
	{"POST", "/admin/users", allowed(auth.ManageAccounts), (*Server).addUser},
	{"POST", "/admin/users/:action", allowed(auth.ManageAccounts), (*Server).changeUser},
}

// routes lays the table out. Order matters: what stands before the session
// check is for everybody.
func (s *Server) routes() {
	s.app.Use(s.recoverPanic, s.secure)
	for _, r := range table {
		handlers := append(s.guards(r), func(c *fiber.Ctx) error { return r.handle(s, c) })
		if r.method == fiber.MethodGet {
			s.app.Get(r.path, handlers...) // answers HEAD too
			continue
		}
		s.app.Add(r.method, r.path, handlers...)
	}
}

// guards are the handlers that a request to the route passes first.
func (s *Server) guards(r route) []fiber.Handler {
	office := []fiber.Handler{s.logOffice, s.refuseCrossSite, uncached}
	switch {
	case !r.access.public:
		return append(office, s.authorize(r.access))
	case r.path == "/login" || r.path == "/":
		return office
	}
	return nil
}

// Routes lists every route as "METHOD /path", for tests and documentation.
func Routes() []string {
	var routes []string
	for _, r := range table {
		routes = append(routes, r.method+" "+r.path)
	}
	return routes
}
