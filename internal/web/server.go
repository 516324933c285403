// Package web is the only package that knows Fiber: routes in one file, thin
// handlers that decode, act and answer, and the pages. It computes no figure
// and keeps nothing; handlers pass plain values down, never the request.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"hailong/internal/annual"
	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/coverage"
	"hailong/internal/i18n"
	"hailong/internal/official"
	"hailong/internal/org"
	"hailong/internal/paper"
	"hailong/internal/period"
	"hailong/internal/remark"
	"hailong/internal/report"
	"hailong/internal/review"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/ticket"
	"hailong/static"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"
)

// Options are the parts a Server is made of.
type Options struct {
	Store     store.Store
	Collector *collect.Collector
	Reader    *report.Reader
	Accounts  *auth.Accounts
	Keys      *auth.Keys
	Tickets   *ticket.Book
	Audit     *audit.Log
	Coverage  *coverage.Book
	Periods   *period.Office
	Annual    *annual.Book
	Official  *official.Desk
	Remarks   *remark.Book
	Review    *review.Book
	Paper     *paper.Desk
	Forms     *survey.Forms
	Methods   *tally.Methods
	Register  func() *org.Register // the register as it is now

	PublicURL      string         // without a slash at the end
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	ClientRate     float64        // submissions a minute per client; 0: no limit
	Sample         bool           // show the banner that the data is made up

	RetentionMonths int // after which answers are removed; 0: they are kept

	Now      func() time.Time
	Location *time.Location
	Log      *slog.Logger
}

// Server is the web service.
type Server struct {
	Options
	app       *fiber.App
	landings  [][]string // the paths that a browser may be sent to, by their parts
	catalog   *i18n.Catalog
	views     *views
	assets    *assets
	pages     *citizenPages
	limiter   *limiter
	stamps    *stamps
	crossSite *http.CrossOriginProtection
	metrics   *metrics
	scores    *scoreDesk
	complain  rate.Sometimes // about a store that is down
	draining  atomic.Bool
}

// The limits of one request. The body limit of the parser is above that of
// the contract, so that a body somewhat too large still gets a reply.
const (
	maxBody      = 64 << 10
	maxAPIBody   = 1 << 20
	parserLimit  = maxAPIBody + maxBody
	readTimeout  = 15 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 75 * time.Second
	workTimeout  = 15 * time.Second // of one handler's work on the store
	headerLimit  = 16 << 10
)

// New builds the service. Every template is tried and every page of the
// register's forms can be made, or it fails.
func New(o Options) (*Server, error) {
	s := &Server{
		Options: o, limiter: newLimiter(o.ClientRate, o.Now), stamps: newStamps(o.Now, o.Location), metrics: newMetrics(),
		complain: rate.Sometimes{Interval: time.Second}, crossSite: http.NewCrossOriginProtection(),
	}
	if err := s.crossSite.AddTrustedOrigin(o.PublicURL); err != nil {
		return nil, err
	}
	var err error
	if s.catalog, err = i18n.Load(); err != nil {
		return nil, err
	}
	if s.assets, err = newAssets(static.FS); err != nil {
		return nil, err
	}
	if s.views, err = newViews(s.catalog, s.assets); err != nil {
		return nil, err
	}
	if s.pages, err = newCitizenPages(s); err != nil {
		return nil, err
	}
	if s.scores, err = newScoreDesk(o.Periods, o.Now); err != nil {
		return nil, err
	}
	s.app = fiber.New(fiber.Config{
		AppName:               "hailong",
		DisableStartupMessage: true,
		Immutable:             true, // strings of a request would change after the handler (fiber#185)
		StrictRouting:         true,
		CaseSensitive:         true,
		BodyLimit:             parserLimit,
		ReadBufferSize:        headerLimit,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		ErrorHandler:          s.answerError,

		DisablePreParseMultipartForm: true, // no page sends one: handlers refuse it by its type, whatever is in it
	})
	s.routes()
	return s, nil
}

// Serve answers requests until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Shutdown stops taking connections and waits for requests under way.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// work is the context of one handler's work. The request's own context is
// reused by the framework and never cancelled, so it is not passed on.
func work() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), workTimeout)
}

func (s *Server) today() calendar.Day { return calendar.Of(s.Now(), s.Location) }

// firstYear is the earliest year that pages ask for.
const firstYear = 2000

func (s *Server) thisYear() int {
	year, _, _ := s.today().Date()
	return year
}

// language is the one the request names, or Vietnamese.
func (s *Server) language(c *fiber.Ctx) *i18n.Language {
	code := string(c.Request().URI().QueryArgs().Peek("lang"))
	if code == "" && !atKiosk(c) { // the cookie is of whoever used the tablet before
		code = c.Cookies(languageCookie)
	}
	return s.catalog.Language(code)
}
