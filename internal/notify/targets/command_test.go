package targets

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watcher/internal/notify"
)

func commandAt(t tb, _ string) notify.Notifier {
	return open(t, &CommandOptions{Command: []string{"cat"}}, testEnv())
}

// script opens the command target on a shell script.
func script(t *testing.T, text string) notify.Notifier {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	return open(t, &CommandOptions{Command: []string{"sh", "-c", text, "watcher-hook"}}, testEnv())
}

func TestCommandGetsTheMessage(t *testing.T) {
	t.Setenv("WATCHER_TEST_SECRET", "hush")
	dir := t.TempDir()
	n := script(t, "cat > '"+dir+"/in'; env > '"+dir+"/env'")
	m := compose(t, n, one())[0]
	if err := sendTo(t, n, m); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := read("in"); got != string(m.Payload)+"\n" {
		t.Errorf("standard input was %s", got)
	}
	env := strings.Split(read("env"), "\n")
	if !slices.Contains(env, "WATCHER_DELIVERY=d1") || !slices.Contains(env, "WATCHER_TARGET=desk") {
		t.Errorf("environment was %q", env)
	}
	if strings.Contains(read("env"), "hush") {
		t.Error("the program sees the whole environment")
	}
}

func TestCommandExits(t *testing.T) {
	for _, tt := range []struct{ name, script, want, says string }{
		{"0 accepts", "exit 0", "accepted", ""},
		{"even if standard input was not read", "exec 0<&-; exit 0", "accepted", ""},
		{"65 refuses the message", "echo too odd >&2; exit 65", "bad message", "too odd"},
		{"75 asks for another try", "exit 75", "temporary", "75"},
		{"so does any other code", "echo could not resolve host; exit 6", "temporary", "could not resolve host"},
		{"77 is a matter of rights", "exit 77", "dead target", "77"},
		{"78 is a matter of its config", "exit 78", "dead target", "78"},
		{"a script that calls what is not there", "nosuchprogram-7", "dead target", "nosuchprogram-7"},
		{"killed", "kill -KILL $$", "temporary", "killed"},
		{"terminal escapes in what it says", "printf '\\033[31mred' >&2; exit 1", "temporary", ": [31mred"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := script(t, tt.script)
			err := sendTo(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
			if err != nil && (!strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\x1b")) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestCommandThatIsNotThere(t *testing.T) {
	n := open(t, &CommandOptions{Command: []string{"/nonexistent/hook"}}, testEnv())
	if got := outcome(sendTo(t, n, compose(t, n, one())[0])); got != "dead target" {
		t.Errorf("it is %s", got)
	}
	if n.(notify.Greeter).Greet(t.Context()) == nil {
		t.Error("it is greeted")
	}
}

func TestCommandIsOverWithItsContext(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready")
	n := script(t, "mkfifo '"+ready+"' && echo x > '"+ready+"'; exec sleep 600")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Notify(ctx, compose(t, n, one())[0]) }()
	for {
		if _, err := os.Stat(ready); err == nil {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("it ended by itself: %v", err)
		default:
		}
	}
	if _, err := os.ReadFile(ready); err != nil { // the script is still running
		t.Fatal(err)
	}
	cancel()
	if got := outcome(<-done); got != "unknown" {
		t.Errorf("it is %s", got)
	}
}
