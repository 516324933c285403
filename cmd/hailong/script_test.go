package main_test

import (
	"context"
	"database/sql"
	"errors"
	"hailong/internal/config"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the commands as an operator types them. Beside those of
// testscript a script has:
//
//	fails ARG…            run hailong; it must exit with 1 and say why in one line,
//	                      or in one line for each fault of a file
//	usage ARG…            run hailong; it must exit with 2 and say why
//	serve FLAG…           start hailong serve on a free port; its address is $ADDR
//	end                   stop it; it must exit with 0
//	submit LINK FILE      send a submission; it must be stored
//	seal FILE             seal every closed day, as a server does in time
//	tamper FILE SQL       change an SQLite file behind the program's back
//	[ci]                  where a missing tool is a failure
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Values[serving{}] = new(*server)
			return nil
		},
		Condition: func(condition string) (bool, error) {
			if condition != "ci" {
				return false, errors.New("unknown condition " + condition)
			}
			return config.InCI(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fails": scriptFails, "usage": scriptUsage, "serve": scriptServe, "end": scriptEnd, "submit": scriptSubmit, "seal": scriptSeal, "tamper": scriptTamper,
		},
	})
}

var (
	failure = regexp.MustCompile(`^hailong: .+\n(\S+:\d+:\d+: .+\n)*$`)
	misuse  = regexp.MustCompile(`^hailong: .+\nSee hailong --help\.\n$`)
)

func scriptFails(ts *testscript.TestScript, _ bool, args []string) { refused(ts, args, 1, failure) }

func scriptUsage(ts *testscript.TestScript, _ bool, args []string) { refused(ts, args, 2, misuse) }

// refusalTime is within what a command must give up, a database that does not
// answer included.
const refusalTime = 12 * time.Second

func refused(ts *testscript.TestScript, args []string, code int, said *regexp.Regexp) {
	began := time.Now()
	var exit *exec.ExitError
	if err := ts.Exec("hailong", args...); !errors.As(err, &exit) || exit.ExitCode() != code {
		ts.Fatalf("hailong ends with %v, want exit %d", err, code)
	}
	if took := time.Since(began); took > refusalTime {
		ts.Fatalf("it took %v to say so", took)
	}
	if text := ts.ReadFile("stderr"); !said.MatchString(text) {
		ts.Fatalf("this is not one clear line:\n%s", text)
	}
}

// serving is the key of a script's server.
type serving struct{}

func serverOf(ts *testscript.TestScript) **server { return ts.Value(serving{}).(**server) }

func scriptServe(ts *testscript.TestScript, neg bool, flags []string) {
	if neg {
		ts.Fatalf("to see serve fail, exec hailong serve")
	}
	cmd := exec.Command("hailong", append([]string{"serve", "--listen=127.0.0.1:0"}, flags...)...)
	cmd.Dir, cmd.Env = ts.Getenv("WORK"), environment()
	s, err := start(cmd)
	ts.Check(err)
	*serverOf(ts) = s
	ts.Defer(s.kill)
	ts.Setenv("ADDR", strings.TrimPrefix(s.url, "http://"))
}

func scriptEnd(ts *testscript.TestScript, _ bool, _ []string) {
	s := *serverOf(ts)
	if code := s.stop(); code != 0 {
		ts.Fatalf("exit %d\n%s", code, s.log.end())
	}
}

func scriptSubmit(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: submit LINK FILE")
	}
	answer, err := send(newClient(), http.MethodPost, (*serverOf(ts)).url+"/q/"+args[0], jsonType, ts.ReadFile(args[1]))
	ts.Check(err)
	if stored := answer.status == http.StatusCreated; stored == neg {
		ts.Fatalf("%d %s", answer.status, answer.body)
	}
}

func scriptSeal(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: seal FILE")
	}
	opened, err := open("sqlite:" + filepath.Join(ts.Getenv("WORK"), args[0]))
	ts.Check(err)
	ts.Check(errors.Join(opened.Ledger.Seal(context.Background(), nil), opened.Close()))
}

func scriptTamper(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: tamper FILE SQL")
	}
	db, err := sql.Open("sqlite", filepath.Join(ts.Getenv("WORK"), args[0]))
	ts.Check(err)
	_, err = db.Exec(args[1])
	ts.Check(errors.Join(err, db.Close()))
}
