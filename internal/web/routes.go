package web

import (
	"strings"

	"hailong/internal/auth"

	"github.com/gofiber/fiber/v2"
)

// access says who may use a route.
type access struct {
	public     bool            // anybody
	member     bool            // anybody logged in
	permission auth.Permission // for the agency in the path, or for all agencies where the path has none
	scope      auth.Scope      // programs with an API key that has it; never a session
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
	{"GET", "/q", anybody, (*Server).openTyped},
	{"GET", "/q/:link", anybody, (*Server).showForm},
	{"POST", "/q/:link", anybody, (*Server).submitForm},
	{"GET", "/q/:link/thanks", anybody, (*Server).showThanks},
	{"GET", "/kiosk/:link", anybody, (*Server).showKiosk},
	{"POST", "/kiosk/:link", anybody, (*Server).submitKiosk},
	{"GET", "/kiosk/:link/thanks", anybody, (*Server).showThanks},
	{"GET", "/t/:ticket", anybody, (*Server).showTicket},
	{"POST", "/t/:ticket", anybody, (*Server).submitTicket},
	{"GET", "/privacy", anybody, (*Server).showPrivacy},
	{"GET", "/s/:file", anybody, (*Server).serveAsset},
	{"GET", "/livez", anybody, (*Server).live},
	{"GET", "/readyz", anybody, (*Server).ready},
	{"GET", "/login", anybody, (*Server).showLogin},
	{"POST", "/login", anybody, (*Server).login},

	{"POST", "/logout", member, (*Server).logout},
	{"GET", "/account", member, (*Server).showAccount},
	{"POST", "/account/password", member, (*Server).changePassword},
	{"GET", "/dashboard", member, (*Server).ownDashboard},
	{"GET", "/dashboard/:agency", allowed(auth.SeeFigures), (*Server).showDashboard},
	{"GET", "/dashboard/:agency/comments", allowed(auth.SeeComments), (*Server).showComments},
	{"GET", "/dashboard/:agency/charts/:chart", allowed(auth.SeeFigures), (*Server).sendChart},
	{"GET", "/office", allowed(auth.SeeOffice), (*Server).showOffice},
	{"GET", "/office/comments", allowed(auth.SeeAllComments), (*Server).showQueue},
	{"POST", "/office/comments/check", allowed(auth.CheckComments), (*Server).checkComments},
	{"GET", "/office/review", allowed(auth.SeeReview), (*Server).showReview},
	{"GET", "/office/review/checks", allowed(auth.SeeReview), (*Server).showChecks},
	{"POST", "/office/review/decide", allowed(auth.Decide), (*Server).decideReview},
	{"GET", "/office/insider", allowed(auth.SeeInsider), (*Server).showInsider},
	{"GET", "/office/periods", allowed(auth.SeePeriods), (*Server).showPeriods},
	{"GET", "/office/periods/:period", allowed(auth.SeePeriods), (*Server).showPeriod},
	{"POST", "/office/periods/:period/:action", allowed(auth.ManagePeriods), (*Server).changePeriod},
	{"GET", "/office/periods/:period/files/:file", allowed(auth.SeePeriods), (*Server).sendPeriodFile},
	{"GET", "/office/ratings", allowed(auth.SeeRatings), (*Server).showThisYear},
	{"GET", "/office/ratings/:year", allowed(auth.SeeRatings), (*Server).showRatings},
	{"GET", "/office/ratings/:year/:party", allowed(auth.SeeRatings), (*Server).showRating},
	{"POST", "/office/ratings/:year/:party/verify", allowed(auth.VerifyRatings), (*Server).verifyRating},
	{"POST", "/office/ratings/:year/:party/conclude", allowed(auth.VerifyRatings), (*Server).concludeRating},
	{"GET", "/office/targets", allowed(auth.SeeRatings), (*Server).showTargets},
	{"GET", "/office/targets/:party", allowed(auth.SeeRatings), (*Server).showTarget},
	{"GET", "/dashboard/:agency/rating", allowed(auth.SeeOwnRating), (*Server).showOwnRating},
	{"POST", "/dashboard/:agency/rating", allowed(auth.EnterRating), (*Server).enterOwnRating},
	{"GET", "/dashboard/:agency/targets", allowed(auth.SeeOwnRating), (*Server).showOwnTargets},
	{"POST", "/dashboard/:agency/targets", allowed(auth.EnterRating), (*Server).fileTargets},
	{"GET", "/office/ratings/:year/files/:file", allowed(auth.SeeRatings), (*Server).sendYearFile},
	{"GET", "/results", anybody, (*Server).showResults},
	{"GET", "/results/:period", anybody, (*Server).showResult},
	{"GET", "/paper/:agency", allowed(auth.EnterPaper), (*Server).showPaper},
	{"POST", "/paper/:agency", allowed(auth.EnterPaper), (*Server).enterPaper},
	{"GET", "/posters", member, (*Server).ownPosters},
	{"GET", "/posters/:agency", allowed(auth.PrintPosters), (*Server).showPosters},
	{"GET", "/posters/:agency/tickets", allowed(auth.PrintTickets), (*Server).showTicketOrder},
	{"POST", "/posters/:agency/tickets", allowed(auth.PrintTickets), (*Server).printTickets},
	{"GET", "/posters/:agency/:file", allowed(auth.PrintPosters), (*Server).sendPoster},
	{"GET", "/admin/register", allowed(auth.SeeRegister), (*Server).showRegister},
	{"GET", "/admin/users", allowed(auth.SeeAccounts), (*Server).showUsers},
	{"POST", "/admin/users", allowed(auth.ManageAccounts), (*Server).addUser},
	{"POST", "/admin/users/:action", allowed(auth.ManageAccounts), (*Server).changeUser},
	{"GET", "/admin/keys", allowed(auth.SeeKeys), (*Server).showKeys},
	{"POST", "/admin/keys", allowed(auth.ManageKeys), (*Server).addKey},
	{"POST", "/admin/keys/revoke", allowed(auth.ManageKeys), (*Server).revokeKey},
	{"GET", "/admin/audit", allowed(auth.SeeAudit), (*Server).showAudit},

	{"GET", "/api/v1/openapi.json", anybody, (*Server).sendOpenAPI},
	{"GET", "/api/v1/agencies", keyed(auth.ReadScores), (*Server).sendAgencies},
	{"GET", "/api/v1/scores", keyed(auth.ReadScores), (*Server).sendScores},
	{"GET", "/api/v1/ratings/:year", keyed(auth.ReadScores), (*Server).sendRatings},
	{"GET", "/api/v1/periods", keyed(auth.ReadScores), (*Server).sendPeriods},
	{"GET", "/api/v1/periods/:period/sheet", keyed(auth.ReadScores), (*Server).sendSealed},
	{"GET", "/api/v1/responses", keyed(auth.ReadResponses), (*Server).sendResponses},
	{"PUT", "/api/v1/served", keyed(auth.WriteServed), (*Server).putServed},
	{"POST", "/api/v1/tickets", keyed(auth.IssueTickets), (*Server).issueTickets},
}

// routes lays the table out. Order matters: what stands before the session
// check is for everybody.
func (s *Server) routes() {
	s.app.Use(s.recoverPanic, s.secure)
	for _, r := range table {
		handlers := append(s.guards(r), func(c *fiber.Ctx) error { return r.handle(s, c) })
		if r.method == fiber.MethodGet {
			s.app.Get(r.path, handlers...) // answers HEAD too
			if r.access.scope == "" {
				s.landings = append(s.landings, strings.Split(r.path, "/"))
			}
			continue
		}
		s.app.Add(r.method, r.path, handlers...)
	}
}

// guards are the handlers that a request to the route passes first.
func (s *Server) guards(r route) []fiber.Handler {
	office := []fiber.Handler{s.logOffice, s.refuseCrossSite, uncached}
	switch {
	case r.access.scope != "":
		return []fiber.Handler{s.countCalls(r), s.checkKey(r.access.scope)}
	case !r.access.public:
		return append(office, s.authorize(r.access))
	case r.path == "/login" || r.path == "/":
		return office
	}
	return nil
}
