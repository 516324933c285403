// Package config holds the settings of the program: defaults, then HAILONG_*
// environment variables, then flags. It is the only package that reads the
// environment. A secret is given in a variable or in a file named by
// HAILONG_<FLAG>_FILE, so that it never stands on a command line.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Data says where the answers are kept and how days are told apart.
type Data struct {
	DB       string `name:"db" default:"sqlite:data/hailong.db" help:"Where answers are kept: sqlite:FILE or mongodb://HOST/NAME." placeholder:"URL"`
	Surveys  string `help:"Folder with forms/ and methods/ to use instead of the built-in ones." type:"existingdir" placeholder:"DIR"`
	Timezone string `default:"Asia/Ho_Chi_Minh" help:"Time zone in which days begin and end." placeholder:"ZONE"`

	SigningKey string `help:"File of the key that signs sealed periods; made if it is not there. Default: signing.key beside the SQLite file, or data/signing.key." placeholder:"FILE"`
}

// KeyFile returns the file of the signing key. It lies beside the database and
// not in it, so that whoever can write to the database alone cannot sign.
func (d *Data) KeyFile() string {
	if d.SigningKey != "" {
		return d.SigningKey
	}
	folder := "data"
	if path, ok := d.SQLite(); ok {
		folder = filepath.Dir(path)
	}
	return filepath.Join(folder, "signing.key")
}

// HTTP says how the service is reached.
type HTTP struct {
	Listen         string   `default:"127.0.0.1:8080" help:"Address to listen on." placeholder:"ADDR"`
	PublicURL      string   `name:"public-url" help:"Address that citizens' phones see; it is printed on posters. Default: http:// and the listening address." placeholder:"URL"`
	MetricsListen  string   `help:"Address for Prometheus metrics; none are served without it." placeholder:"ADDR"`
	TrustedProxies []string `help:"Addresses or CIDR ranges of proxies whose X-Forwarded-For is believed." placeholder:"CIDR,…"`
	ClientRate     float64  `default:"3000" help:"Submissions a minute per client address; a whole hall may share one. 0 is no limit." placeholder:"N"`
}

// Disclosure says when the rated agencies read what citizens wrote.
type Disclosure struct {
	Comments string `default:"after_check" enum:"at_once,after_check,after_quarter" help:"When an agency reads a comment: at_once, after_check by the office, or after_quarter, checked and not before the quarter is over. What may be harassment or bribery always waits for the office." placeholder:"WHEN"`
}

// Retention says how long single answers are kept.
type Retention struct {
	Retention int `default:"24" help:"Months for which single answers are kept, and only their sums after that. 0 keeps them." placeholder:"MONTHS"`
}

// Validate checks the setting.
func (r *Retention) Validate() error {
	if r.Retention < 0 || r.Retention > 1200 {
		return fmt.Errorf("--retention: %d is not a number of months from 0 to 1200", r.Retention)
	}
	return nil
}

// Validate checks all settings at once.
func (d *Data) Validate() error {
	return errors.Join(d.checkDB(), d.checkTimezone())
}

func (d *Data) checkDB() error {
	if path, ok := d.SQLite(); ok {
		if path == "" {
			return errors.New("--db: sqlite: needs a file name, as in sqlite:data/hailong.db")
		}
		return nil
	}
	if !d.Mongo() {
		return fmt.Errorf("--db: %s is neither sqlite:FILE nor mongodb://HOST/NAME", Redact(d.DB))
	}
	return nil
}

func (d *Data) checkTimezone() error {
	if _, err := time.LoadLocation(d.Timezone); err != nil || d.Timezone == "" {
		return fmt.Errorf("--timezone: %q is not a known time zone", d.Timezone)
	}
	return nil
}

// SQLite returns the file of an embedded database, and whether it is one.
func (d *Data) SQLite() (string, bool) { return strings.CutPrefix(d.DB, "sqlite:") }

// Mongo says whether the database is a MongoDB.
func (d *Data) Mongo() bool {
	return strings.HasPrefix(d.DB, "mongodb://") || strings.HasPrefix(d.DB, "mongodb+srv://")
}

// Location returns the time zone. Validate must have passed.
func (d *Data) Location() *time.Location {
	location, err := time.LoadLocation(d.Timezone)
	if err != nil {
		panic("config: Location before Validate: " + err.Error())
	}
	return location
}

// Validate checks all settings at once.
func (h *HTTP) Validate() error {
	_, badProxies := h.Proxies()
	return errors.Join(
		checkAddress("--listen", h.Listen),
		h.checkMetrics(),
		h.checkPublicURL(),
		h.checkClientRate(),
		badProxies,
	)
}

func checkAddress(flag, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("%s: %q is not HOST:PORT", flag, address)
	}
	return nil
}

func (h *HTTP) checkMetrics() error {
	if h.MetricsListen == "" {
		return nil
	}
	return checkAddress("--metrics-listen", h.MetricsListen)
}

// checkPublicURL allows nothing after the host: paths are ours.
func (h *HTTP) checkPublicURL() error {
	if h.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(h.PublicURL)
	if err != nil || u.Host == "" || !strings.EqualFold(strings.TrimRight(h.PublicURL, "/"), u.Scheme+"://"+u.Host) || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("--public-url: %q is not http(s)://HOST", h.PublicURL)
	}
	return nil
}

func (h *HTTP) checkClientRate() error {
	if !(h.ClientRate >= 0) { // this way round, since NaN compares with nothing
		return fmt.Errorf("--client-rate: %v is not 0 or more", h.ClientRate)
	}
	return nil
}

// Proxies returns the ranges of trusted proxies.
func (h *HTTP) Proxies() ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, s := range h.TrustedProxies {
		if addr, err := netip.ParseAddr(s); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is neither an address nor a CIDR range", s)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

// Public returns the address that phones see, without a slash at the end. When
// none is set it is one that opens on this machine.
func (h *HTTP) Public() string {
	if h.PublicURL != "" {
		return strings.TrimRight(h.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(h.Listen)
	if err != nil {
		return "http://" + h.Listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

var validScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)

// Redact hides the password and the options of a database URL, for logs and
// messages. Of what it cannot take apart for certain it shows the scheme alone.
func Redact(db string) string {
	scheme, rest, ok := strings.Cut(db, "://")
	if !ok || !validScheme.MatchString(scheme) {
		if strings.ContainsAny(db, "@?") {
			return "…"
		}
		return db
	}
	at, options := strings.LastIndex(rest, "@"), strings.Index(rest, "?")
	if 0 <= options && options < at { // one of them belongs to a password
		return scheme + "://…"
	}
	if options >= 0 {
		rest = rest[:options] + "?…"
	}
	if at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		rest = user + ":…" + rest[at:]
	}
	return scheme + "://" + rest
}

// EnvPrefix begins the name of every environment variable.
const EnvPrefix = "HAILONG"

// Environment lets every flag be given as HAILONG_<FLAG>, or as the content of
// the file that HAILONG_<FLAG>_FILE names. Both at once are an error, unless
// the flag itself is given, which wins.
func Environment() kong.Option {
	return kong.OptionFunc(func(k *kong.Kong) error {
		if err := dropEmpty(); err != nil {
			return err
		}
		if err := kong.DefaultEnvars(EnvPrefix).Apply(k); err != nil {
			return err
		}
		return kong.Resolvers(kong.ResolverFunc(fromFile)).Apply(k)
	})
}

// dropEmpty takes an empty variable for one that is not set, as compose files
// write them.
func dropEmpty() error {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if value == "" && strings.HasPrefix(name, EnvPrefix+"_") {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// fromFile returns nil for a flag without a file.
func fromFile(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	variable := EnvPrefix + "_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
	file := os.Getenv(variable + "_FILE")
	if file == "" {
		return nil, nil
	}
	if os.Getenv(variable) != "" {
		return nil, fmt.Errorf("%s and %s_FILE are both set; only one can count", variable, variable)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s_FILE: %w", variable, err)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}

// InCI says whether the program runs where a missing tool is a failure.
func InCI() bool { return os.Getenv("CI") == "true" }
