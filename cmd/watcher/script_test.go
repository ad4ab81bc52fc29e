package main

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a test waits for what must happen. It may be long, as a test waits
// to the end only if it fails.
const patience = 90 * time.Second

// TestScripts runs the commands as a person types them. Beside testscript's own
// commands the scripts have:
//
//	serve DIR              serve DIR as feeds, see feedServer; $URL is its address
//	publish FILE TITLE…    write an RSS feed whose items have these titles
//	exits CODE PROGRAM…    run, and demand this exit code
//	waitfor FILE PATTERN   wait until a file has a line that matches
//	serveold DIR           the same by TLS of old, with the certificate as $SSL_CERT_FILE
//	signal NAME            send TERM, INT, HUP or KILL to what runs in the background
//	lines N FILE PATTERN   demand that N lines of a file match
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               scriptSetup,
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: scriptCmds,
	})
}

func scriptSetup(env *testscript.Env) error {
	env.Setenv("NO_PROXY", "*")
	// With the race detector a program waits a second when it ends, for races that are
	// still being found; the scripts run hundreds of programs.
	env.Setenv("GORACE", "atexit_sleep_ms=0")
	return nil
}

var scriptCmds = map[string]func(*testscript.TestScript, bool, []string){
	"serve": serveCmd, "publish": publishCmd, "exits": exitsCmd,
	"serveold": serveOldCmd, "waitfor": waitforCmd, "signal": signalCmd, "lines": linesCmd,
}

func serveCmd(ts *testscript.TestScript, _ bool, args []string) {
	s := httptest.NewServer((&feedServer{dir: ts.MkAbs(args[0])}).handler())
	ts.Defer(s.Close)
	ts.Defer(s.CloseClientConnections)
	ts.Setenv("URL", s.URL)
}

// serveOldCmd serves by TLS like servers that only know RSA key exchange.
func serveOldCmd(ts *testscript.TestScript, _ bool, args []string) {
	s := httptest.NewUnstartedServer((&feedServer{dir: ts.MkAbs(args[0])}).handler())
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_256_GCM_SHA384}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	ts.Defer(s.Close)
	ts.Defer(s.CloseClientConnections)
	authority := ts.MkAbs("authority.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}
	ts.Check(os.WriteFile(authority, pem.EncodeToMemory(block), 0o644))
	ts.Setenv("SSL_CERT_FILE", authority)
	ts.Setenv("URL", s.URL)
}

func publishCmd(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	// Not written in place: a poll must see the old document or the new one.
	ts.Check(os.WriteFile(path+".new", []byte(rss(args[1:]...)), 0o644))
	ts.Check(os.Rename(path+".new", path))
}

func exitsCmd(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func waitforCmd(ts *testscript.TestScript, _ bool, args []string) {
	path, pattern := ts.MkAbs(args[0]), regexp.MustCompile("(?m)"+args[1])
	deadline := time.After(patience)
	for {
		body, err := os.ReadFile(path)
		if err == nil && pattern.Match(body) {
			return
		}
		select {
		case <-deadline:
			ts.Fatalf("%s has no line %q:\n%s", args[0], args[1], body)
		case <-pause():
		}
	}
}

var signals = map[string]syscall.Signal{
	"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL,
}

func signalCmd(ts *testscript.TestScript, _ bool, args []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(signals[args[0]]))
	}
}

func linesCmd(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	pattern := regexp.MustCompile(args[2])
	got := 0
	for l := range strings.Lines(ts.ReadFile(args[1])) {
		if pattern.MatchString(l) {
			got++
		}
	}
	if got != want {
		ts.Fatalf("%d lines of %s match %q, want %d:\n%s", got, args[1], args[2], want, ts.ReadFile(args[1]))
	}
}
