package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// identity says which daemon this is, and whether it does what its config's file
// says.
func (d *Daemon) identity() Identity {
	cfg := d.config()
	return Identity{
		PID: os.Getpid(), Config: d.path, Store: absolute(cfg.Store.Path), Version: d.opts.Version,
		Timezone: cfg.Zone.String(), Allow: cfg.Network.Allow, NotInForce: d.notInForce(cfg),
	}
}

// absolute is path from wherever it is looked at.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// verdict is what a reload would say of a changed file.
type verdict struct {
	mu   sync.Mutex
	of   config.Stamp
	text string
}

// largestTried is the size up to which a changed file is read to say what a reload
// would say of it: to ask the daemon how it is must cost it little.
const largestTried = 1 << 20

// notInForce says why the file is not what the daemon does.
func (d *Daemon) notInForce(cfg *config.Config) string {
	now, err := cfg.Read.Now(d.opts.ConfigPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there any more"
	case err != nil:
		return "the daemon cannot read it any more: " + err.Error()
	case now.Equal(cfg.Read):
		return ""
	}
	d.mu.Lock()
	refused, of, at := d.reload, d.refusedFile, d.reloaded
	d.mu.Unlock()
	if refused != nil && now.Equal(of) {
		return fmt.Sprintf("its reload was refused %s ago: %s", age(at), firstMistake(refused))
	}
	text := fmt.Sprintf("it was changed %s ago and not reloaded since", age(now.Changed))
	d.verdict.mu.Lock()
	defer d.verdict.mu.Unlock()
	if now.Size() <= largestTried && !d.verdict.of.Equal(now) {
		d.verdict.of, d.verdict.text = now, ""
		fresh, err := config.Load(d.opts.ConfigPath)
		if err == nil {
			err = d.reloadable(fresh)
		}
		if err != nil {
			d.verdict.text = ", and would be refused: " + firstMistake(err)
		}
	}
	if d.verdict.of.Equal(now) {
		text += d.verdict.text
	}
	return text
}

// age is how long ago something was, as a person says it.
func age(at time.Time) string {
	d := max(0, time.Since(at)).Truncate(time.Second)
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d >= time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// firstMistake is what is wrong with a config, in a line.
func firstMistake(err error) string {
	mistakes, ok := errors.AsType[config.Errors](err)
	if !ok || len(mistakes) == 0 {
		return err.Error()
	}
	first := mistakes[0]
	first.Snippet = ""
	text := first.Error()
	if more := len(mistakes) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// Names is what a config calls its feeds, rules and targets, in its order.
type Names struct {
	Feeds   []string `json:"feeds"`
	Rules   []string `json:"rules"`
	Targets []string `json:"targets"`
}

func namesOf(cfg *config.Config) Names {
	var n Names
	for i := range cfg.Feeds {
		n.Feeds = append(n.Feeds, cfg.Feeds[i].ID)
	}
	for i := range cfg.Rules {
		n.Rules = append(n.Rules, cfg.Rules[i].Name)
	}
	for i := range cfg.Targets {
		n.Targets = append(n.Targets, cfg.Targets[i].Name)
	}
	return n
}

// Rules are the rules of a config, and what a query of it may name.
type Rules struct {
	Rules    []rules.Rule  `json:"rules"`
	Language rules.Options `json:"language"`
}

func rulesOf(cfg *config.Config) Rules {
	r := Rules{Language: cfg.Language}
	for i := range cfg.Rules {
		r.Rules = append(r.Rules, cfg.Rules[i].Rule)
	}
	return r
}

// listed is a feed as a list of feeds has it, without what is secret of it.
type listed struct {
	Name string   `json:"name"`
	URL  string   `json:"url"`
	Tags []string `json:"tags,omitempty"`
	// FullText says that the pages of its articles are read.
	FullText bool `json:"full_text,omitempty"`
}

func listOf(cfg *config.Config) []listed {
	all := make([]listed, len(cfg.Feeds))
	for i, f := range cfg.Feeds {
		all[i] = listed{feeds.Shown(f.ID), feeds.Shown(f.URL), f.Tags, f.FullText}
	}
	return all
}
