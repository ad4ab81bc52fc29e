package main

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"watcher":     main,
		"serve-feed":  serveFeed,
		"ask-all":     askAll,
		"serve-scale": serveScale,
	})
}

// serveFeed is a program of its own for tests in other worlds than this
// process: serve-feed ADDRESS DIR.
func serveFeed() {
	s := &feedServer{dir: os.Args[2]}
	if err := http.ListenAndServe(os.Args[1], s.handler()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pause is how long a test waits before it looks again at what has no way to
// tell: a file of another process.
func pause() <-chan time.Time { return time.After(10 * time.Millisecond) }
