package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/cli"

	"github.com/spf13/cobra"
)

// States of the service's config on disk. The daemon always runs on the good one.
const (
	good       = "good"
	broken     = "broken"     // changed, and the reload refused it
	unreadable = "unreadable" // by everyone but root
)

// typed is a command that root and a member of the group type beside the service.
type typed struct {
	command string // $DIR is a folder of the caller's own, $ID the id of an alert
	answer         // with any config
	// asks: the daemon answers, so the file on disk does not matter; a line says that it is
	// not the config in force.
	asks bool
	// once: the command takes seconds and reads no config, so it is typed once.
	once bool
	// by has other answers: by caller, by state of the config, or by both as "ana
	// unreadable".
	by map[string]answer
}

// answer is a line that a command must print, and its exit code.
type answer struct {
	line string // a regular expression
	code int
}

// Commands that read the file as it is written, and would send something, say what is wrong
// with it. ana may read the config, but not its secrets.
var (
	runsAlready = answer{`^watcher: a daemon runs on /etc/watcher/watcher.yaml already: pid \d+, socket /run/watcher/watcher.sock, .*"sudo systemctl stop watcher" ends it$`, 1}
	refused     = map[string]answer{
		broken:              {`^/etc/watcher/watcher.yaml:\d+:1: nonsense: unknown key`, 78},
		"ana":               {`^/etc/watcher/watcher.yaml:\d+:\d+: notify.hook.secret_file: cannot read /etc/watcher/secrets/hook: permission denied$`, 78},
		"ana " + unreadable: {`^/etc/watcher/watcher.yaml: cannot read the config: permission denied$`, 78},
	}
)

// commands has a row for each command.
var commands = []typed{
	{command: "watcher status", answer: answer{line: `^  config +/etc/watcher/watcher\.yaml$`}, asks: true, by: map[string]answer{
		broken: {`^ +refused +the last reload, [0-9]+[smh] ago, so the config before it is in force:$`, 1},
	}},
	{command: "watcher status --json", answer: answer{line: `"config":"/etc/watcher/watcher.yaml"`}, asks: true, by: map[string]answer{
		broken: {`"reload_error":"/etc/watcher/watcher.yaml:\d+:1: nonsense`, 1},
	}},
	{command: "watcher feeds", answer: answer{line: `^Wire  ok$`}, asks: true},
	{command: "watcher feeds Wire", answer: answer{line: `^  url +http://127.0.0.1:8099/feed.xml$`}, asks: true},
	{command: "watcher feeds retry Wire", answer: answer{line: `^Wire is polled now$`}, asks: true},
	{command: "watcher feeds accept Wire", answer: answer{"^watcher: no items of Wire are held$", 1}, asks: true},
	{command: "watcher feeds release Wire", answer: answer{"^watcher: no items of Wire are held$", 1}, asks: true},
	{command: "watcher alerts", answer: answer{line: `sent .*two`}, asks: true},
	{command: "watcher alerts show $ID", answer: answer{line: `two`}, asks: true},
	{command: "watcher alerts retry $ID", answer: answer{`was sent; only dead alerts can be retried$`, 1}, asks: true},
	{command: "watcher alerts retry --target hook", answer: answer{line: `✓ hook is tried now`}, asks: true},
	{command: "watcher alerts drop $ID", answer: answer{`was sent; only dead alerts can be dropped$`, 1}, asks: true},
	{command: "watcher alerts ack $ID", answer: answer{line: `✓ .* acknowledged$`}, asks: true},
	{command: "watcher alerts unack $ID", answer: answer{line: `✓ .* no longer acknowledged$`}, asks: true},
	{command: "watcher mute rule nato --for 1h", answer: answer{line: `^✓ rule nato is muted until`}, asks: true},
	{command: "watcher mute", answer: answer{line: `^rule nato  until`}, asks: true},
	{command: "watcher mute rule nato --end", answer: answer{line: `^✓ rule nato is muted no longer`}, asks: true},
	{command: "watcher try --since 1d two", answer: answer{line: `^two`}, asks: true},
	{command: "watcher try --since 1d --rule nato", answer: answer{line: `^two`}, asks: true},
	{command: "watcher try two", answer: answer{line: `^two`}},
	{command: "watcher backup $DIR/backup.db", answer: answer{line: `read again and sound$`}, asks: true},
	{command: "watcher compact", answer: answer{line: `before`}, asks: true},
	{command: "watcher migrate --from /var/lib/watcher/watcher.db --to $DIR/moved.db", answer: answer{`^watcher: .*/watcher\.db`, 1}},
	{command: "watcher send-test hook", answer: answer{line: `✓ hook took the test alert`}},
	{command: "watcher export", answer: answer{line: `text="Wire"`}},
	{command: "watcher check", answer: answer{line: `✓ .*: 1 feed, 1 rule, 1 target`}, by: refused},
	{command: "watcher reload", answer: answer{line: `^/etc/watcher/watcher.yaml: 1 feed, 1 rule, 1 target in force$`}, once: true},
	{command: "watcher run", answer: runsAlready, by: refused},
	{command: "watcher once", answer: runsAlready, by: refused},
	{command: "watcher inspect http://127.0.0.1:8099/feed.xml", answer: answer{line: `^two$`}},
	{command: "watcher import $DIR/list.opml", answer: answer{line: `^  - .*Wire`}},
	{command: "watcher entity Estonia", answer: answer{line: `Eesti`}},
	{command: "watcher schema", answer: answer{line: `"\$schema"`}},
	{command: "watcher completion bash", answer: answer{line: `complete .*watcher`}},
	{command: "watcher man $DIR/man", answer: answer{}},
	{command: "watcher version", answer: answer{line: `^watcher `}},
	{command: "watcher help rules", answer: answer{line: `ATLEAST/3 NATO`}},
	{command: "watcher demo --for 3s", answer: answer{line: `Every alert was delivered once`}, once: true},
}

// TestEveryCommandIsAsked: commands has every command of the program.
func TestEveryCommandIsAsked(t *testing.T) {
	rows := make(map[string]bool)
	root := newRoot(&cli.Terminal{})
	root.InitDefaultHelpCmd()
	for _, row := range commands {
		cmd, _, err := root.Find(strings.Fields(row.command)[1:])
		if err != nil {
			t.Fatal(err)
		}
		rows[cmd.CommandPath()] = true
	}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, c := range cmd.Commands() {
			if c.Runnable() && !rows[c.CommandPath()] {
				t.Errorf("commands has no row for %s", c.CommandPath())
			}
			visit(c)
		}
	}
	visit(root)
}

// askAll is a program for the container: ask-all STATE types each command there, and prints
// a result for each, as common.sh does.
func askAll() {
	state := os.Args[1]
	for _, who := range []string{"root", "ana"} {
		p, err := newTypist(who)
		if err != nil {
			fmt.Printf("not ok %s types: %v\n", who, err)
			continue
		}
		for _, row := range commands {
			if row.once && (state != good || who == "root") {
				continue
			}
			point := fmt.Sprintf("%s, as %s with a %s config", row.command, who, state)
			if why := p.types(row, state); why != "" {
				fmt.Printf("not ok %s: %s\n", point, strings.ReplaceAll(why, "\n", " ⏎ "))
			} else {
				fmt.Printf("ok %s\n", point)
			}
		}
	}
}

// typist is somebody who types commands in a folder of their own.
type typist struct {
	name, dir, alert string
	as               *syscall.Credential
}

func newTypist(name string) (*typist, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	numbers := []string{u.Uid, u.Gid}
	groups, err := u.GroupIds()
	if err != nil {
		return nil, err
	}
	var ids []uint32
	for _, n := range append(numbers, groups...) {
		id, err := strconv.ParseUint(n, 10, 32)
		if err != nil {
			return nil, err
		}
		ids = append(ids, uint32(id))
	}
	p := &typist{name: name, as: &syscall.Credential{Uid: ids[0], Gid: ids[1], Groups: ids[2:]}}
	if p.dir, err = os.MkdirTemp("", name); err != nil {
		return nil, err
	}
	list := `<opml version="2.0"><body><outline type="rss" text="Wire" xmlUrl="https://wire.example/feed"/></body></opml>`
	if err := os.WriteFile(filepath.Join(p.dir, "list.opml"), []byte(list), 0o644); err != nil {
		return nil, err
	}
	if err := os.Chown(p.dir, int(ids[0]), int(ids[1])); err != nil {
		return nil, err
	}
	out, _, _ := p.run("watcher alerts --json")
	if m := regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(out); m != nil {
		p.alert = m[1]
	}
	return p, nil
}

// run types a command in the root folder, as after a login.
func (p *typist) run(command string) (stdout, stderr string, code int) {
	words := strings.Fields(strings.NewReplacer("$DIR", p.dir, "$ID", cmp.Or(p.alert, "none")).Replace(command))
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "NO_PROXY=*"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		return "", err.Error(), -1
	}
	return out.String(), errs.String(), code
}

// types types a command and returns what is wrong with its answer; empty if nothing is.
func (p *typist) types(row typed, state string) (why string) {
	want := row.answer
	for _, key := range []string{p.name, state, p.name + " " + state} {
		if a, ok := row.by[key]; ok {
			want = a
		}
	}
	stdout, stderr, code := p.run(row.command)
	said := fmt.Sprintf("exit code %d: %.600s%.600s", code, stdout, stderr)
	if code != want.code {
		return fmt.Sprintf("not exit code %d, %s", want.code, said)
	}
	if !regexp.MustCompile("(?m)" + want.line).MatchString(stdout + stderr) {
		return fmt.Sprintf("no line is like %s, %s", want.line, said)
	}
	notes := strings.Count(stderr, "is not the config in force: ")
	if row.asks && notes != map[string]int{good: 0, broken: 1, unreadable: 1}[state] {
		return fmt.Sprintf("says %d times that the file is not in force, %s", notes, said)
	}
	return ""
}
