package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// CommandOptions configure a program that runs for each message.
type CommandOptions struct {
	// Command is the program and its arguments. There is no shell, and no argument
	// comes from a message: the message is JSON on standard input, the same as a
	// webhook's.
	Command []string `yaml:"command"`
}

func (o *CommandOptions) Validate() []problem.Problem {
	if len(o.Command) == 0 || o.Command[0] == "" {
		return []problem.Problem{problem.At("command", "is missing, write a list of the program and its arguments")}
	}
	if filepath.Base(o.Command[0]) != o.Command[0] && !filepath.IsAbs(o.Command[0]) {
		return []problem.Problem{problem.At("command[0]", "is a relative path, write an absolute one or a name on the PATH")}
	}
	return nil
}

func (o *CommandOptions) Open(Env) (notify.Notifier, error) { return &command{args: o.Command}, nil }

type command struct{ args []string }

var (
	_ notify.Notifier = (*command)(nil)
	_ notify.Greeter  = (*command)(nil)
)

// Compose gives the program what a webhook gets.
func (c *command) Compose(b notify.Batch) ([]notify.Message, error) {
	return composeEvents(b)
}

// Greet implements Greeter: it looks the program up.
func (c *command) Greet(context.Context) error {
	_, err := exec.LookPath(c.args[0])
	return err
}

// Exit codes with a meaning beyond failure, from sysexits.h and from shells.
const (
	exitDataErr  = 65  // EX_DATAERR: this message is refused
	exitNoPerm   = 77  // EX_NOPERM
	exitConfig   = 78  // EX_CONFIG
	exitCannot   = 126 // a shell: not executable
	exitNotFound = 127 // a shell: not found
)

// Notify runs the program. Exit code 0 accepts. 65 refuses the message. 77, 78, 126,
// 127 and a program that does not start stand for every message. All other codes, 75
// (EX_TEMPFAIL) among them, are temporary: a script that passes on the exit code of
// curl must not lose an alert because the network was down for a minute.
func (c *command) Notify(ctx context.Context, m notify.Message) error {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Stdin = bytes.NewReader(append(bytes.Clone(m.Payload), '\n'))
	cmd.Env = append(commandEnv(), "WATCHER_DELIVERY="+m.ID, "WATCHER_TARGET="+m.Target)
	var out tail
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second // for pipes that a child process keeps open
	err := cmd.Run()
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("command %s: %w", filepath.Base(c.args[0]), err)
	if said := text.Short(string(out.bytes), 300); said != "" {
		wrapped = fmt.Errorf("%w: %s", wrapped, said)
	}
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil, errors.Is(err, exec.ErrWaitDelay):
		return wrapped // it may have succeeded
	case !exited:
		return &notify.PermanentError{Target: true, Err: wrapped}
	}
	switch exit.ExitCode() {
	case exitDataErr:
		return &notify.PermanentError{Err: wrapped}
	case exitNoPerm, exitConfig, exitCannot, exitNotFound:
		return &notify.PermanentError{Target: true, Err: wrapped}
	}
	return &notify.RetryError{Err: wrapped}
}

// commandEnv returns the variables that a program needs. The rest of the environment
// may hold secrets of the config.
func commandEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// tail keeps the last bytes that are written to it.
type tail struct{ bytes []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.bytes = append(t.bytes, p...)
	if len(t.bytes) > most {
		t.bytes = t.bytes[len(t.bytes)-most:]
	}
	return len(p), nil
}
