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

// serveFeed is a program for tests whose world is not this process: serve-feed ADDRESS DIR.
func serveFeed() {
	s := &feedServer{dir: os.Args[2]}
	if err := http.ListenAndServe(os.Args[1], s.handler()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// pause is the interval at which tests look at what cannot notify them: a file of another
// process.
func pause() <-chan time.Time { return time.After(10 * time.Millisecond) }
