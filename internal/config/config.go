// Package config reads watcher's YAML file. It is strict, finds every mistake at once,
// and gives line, column and key of each. A config that it returns can run as it is.
// Feeds, rules and targets are validated by the packages that own them.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"watcher/internal/config/strict"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/problem"
	"watcher/internal/rules"
)

// Config is a valid config with its defaults filled in. It is read-only.
type Config struct {
	Store   StoreOptions
	Poll    Poll
	Network Network
	HTTP    HTTP
	History HistoryOptions
	Limits  Limits
	Hosts   map[string]Host // by feeds.HostKey; AnyHost holds for all others
	Lists   map[string][]string
	Feeds   *feeds.Sources // in the order of the file, those of OPML lists in their place; every one has an ID, and Every, Adaptive or Schedule
	Rules   []RoutedRule   // in the order of the file; indexes are those of Set's matches
	Targets []TargetEntry  // in the order of the file
	Ops     Ops

	// Zone is the zone of times for people; a target may have its own in its Policy.
	Zone *time.Location

	// Read is the files that it was read from; zero after Parse.
	Read Files
	// Include are the patterns of included files, as written. RulePlaces and ListPlaces
	// say which file has which rule and list.
	Include    []string
	RulePlaces []Place // by index in Rules
	ListPlaces map[string]Place
	// Reload is what makes a running daemon read the config again.
	Reload Reload

	Set      *rules.Set // Rules, compiled
	Defaults Defaults   // of the rules, with which they were compiled
	// Warnings are about what is allowed but probably a mistake. Only Check finds those
	// about rules.
	Warnings []Mistake
	// Exposed is the warning about secrets in a file that every user of the machine can
	// read; nil without one, and after Parse.
	Exposed *Mistake
}

// StoreOptions say where data is stored.
type StoreOptions struct {
	// Path of the database file, relative to the config's directory. If absent it is
	// watcher.db in $STATE_DIRECTORY (systemd), else, for a config in /etc/watcher,
	// that of the service if there is one, else beside the config. Empty with Postgres.
	Path    string `yaml:"path"`
	Default bool   `yaml:"-"` // Path is the default
	// Postgres is the address of a PostgreSQL database in libpq's form, with its
	// password; Place returns it without. Empty for a file.
	Postgres targets.Secret `yaml:"postgres,secret"`
	// Beside is the file beside which the daemon keeps its socket and its notes: the
	// database file, or the config if the store is in PostgreSQL, because every machine
	// has its own config.
	Beside string `yaml:"-"`
}

// Poll holds the defaults of all feeds.
type Poll struct {
	Every    time.Duration `yaml:"every"` // at least 1s; 15m if absent
	Adaptive bool          `yaml:"-"`     // every: adaptive; then Every is ignored
	First    First         `yaml:"first"` // Baseline if absent
}

// First says what to do with the items of a feed's first poll.
type First string

const (
	Baseline First = "baseline" // remember them, alert nothing
	Alert    First = "alert"    // alert what matches
)

// UnmarshalText reads baseline or alert.
func (f *First) UnmarshalText(b []byte) error {
	switch *f = First(b); *f {
	case Baseline, Alert:
		return nil
	}
	return fmt.Errorf("unknown way to begin %q, write baseline or alert", b)
}

// Reload says what makes a running daemon read its config again.
type Reload string

const (
	BySignal Reload = "signal" // SIGHUP, and requests at the socket
	Auto     Reload = "auto"   // these, and each change of a file of the config
)

// UnmarshalText reads signal or auto.
func (r *Reload) UnmarshalText(b []byte) error {
	switch *r = Reload(b); *r {
	case BySignal, Auto:
		return nil
	}
	return fmt.Errorf("unknown way to reload %q, write signal or auto", b)
}

func (p *Poll) Validate() []problem.Problem {
	if p.Every < shortest {
		return []problem.Problem{problem.At("every", "the shortest interval is %s", shortest)}
	}
	return nil
}

// AnyHost is the key of Hosts for all hosts that are not named.
const AnyHost = "default"

// Host is how a host may be polled. A nil field is inherited from AnyHost.
type Host struct {
	Parallel *int           `yaml:"parallel"` // requests at the same time, from 1
	Spacing  *time.Duration `yaml:"spacing"`  // between the starts of two
}

func (h *Host) Validate() []problem.Problem {
	var ps []problem.Problem
	if h.Parallel != nil && *h.Parallel < 1 {
		ps = append(ps, problem.At("parallel", "a host is asked by at least 1 request at a time"))
	}
	if h.Spacing != nil && *h.Spacing > time.Hour {
		ps = append(ps, problem.At("spacing", "the longest spacing is 1h"))
	}
	return ps
}

// Network is what the guard against private addresses permits.
type Network struct {
	Allow []netip.Prefix `yaml:"allow"`
}

// HistoryOptions say which articles are kept for trying rules on them.
type HistoryOptions struct {
	Keep time.Duration `yaml:"keep"` // 90d if absent; 0 keeps nothing
	Max  Size          `yaml:"max"`  // in all; 4GB if absent
}

// minHistory is less than any history needs.
const minHistory = 1 << 20

func (h *HistoryOptions) Validate() []problem.Problem {
	if h.Max < minHistory {
		return []problem.Problem{problem.At("max", "the least is 1MB; to keep no articles, write keep: 0s")}
	}
	return nil
}

// Limits are limits of the whole program.
type Limits struct {
	// Memory is the budget for everything read at the same time, at least 16 MB; nil if
	// absent, which is half of the available memory, 512 MB at most.
	Memory *Size `yaml:"memory"`
}

// minMemory is room for the largest possible document.
const minMemory = 16 << 20

func (l *Limits) Validate() []problem.Problem {
	if l.Memory != nil && *l.Memory < minMemory {
		return []problem.Problem{problem.At("memory", "the least is 16MB: a document may have 15; write 16MB or more, or remove it for half of what there is")}
	}
	return nil
}

// Defaults are the defaults of all rules.
type Defaults struct {
	Inflect bool `yaml:"inflect"` // plain words match their forms; true if absent
}

// RoutedRule is a rule and the targets of its matches.
type RoutedRule struct {
	rules.Rule `yaml:",inline"`
	Severity   notify.Severity `yaml:"severity"`
	// Cooldown is how long after an alert further alerts of the rule are held back.
	// Expect is how long the rule may match nothing before its targets are told. Both
	// are off at 0.
	Cooldown time.Duration `yaml:"cooldown"`
	Expect   time.Duration `yaml:"expect"`
	Notify   []string      `yaml:"notify"` // names of targets; if absent in the file, every target
}

// TargetEntry is a configured target.
type TargetEntry struct {
	Name    string
	Kind    string // "slack", "email", …
	Options targets.Options
	Policy  deliver.PolicyOptions
}

// Language returns what Set was compiled with, for queries outside the config. It lists
// the names of all feeds: it is not to be kept.
func (c *Config) Language() rules.Options {
	return languageOf(c.Lists, c.Defaults, c.Feeds)
}

// languageOf is never without Feeds and Tags: for the rules, nil means that they are
// unknown.
func languageOf(lists map[string][]string, d Defaults, sources *feeds.Sources) rules.Options {
	names := slices.AppendSeq(make([]string, 0, sources.Len()), sources.IDs())
	return rules.Options{Lists: lists, Exact: !d.Inflect, Feeds: names, Tags: sources.Tags()}
}

// Cooldowns returns the cooldowns of rules by name, without those of 0.
func (c *Config) Cooldowns() map[string]time.Duration {
	ds := make(map[string]time.Duration)
	for _, r := range c.Rules {
		if r.Cooldown > 0 {
			ds[r.Name] = r.Cooldown
		}
	}
	return ds
}

// Ops says which targets get reports about watcher itself.
type Ops struct {
	Notify []string `yaml:"notify"` // names of targets; absent in the file: every target
}

// document is the config file as written.
type document struct {
	Store    StoreOptions        `yaml:"store"`
	Poll     Poll                `yaml:"poll"`
	Network  Network             `yaml:"network"`
	HTTP     HTTP                `yaml:"http"`
	History  HistoryOptions      `yaml:"history"`
	Limits   Limits              `yaml:"limits"`
	Hosts    map[string]Host     `yaml:"hosts"`
	Defaults Defaults            `yaml:"defaults"`
	Lists    map[string][]string `yaml:"lists"`
	Feeds    []feedEntry         `yaml:"feeds"`
	Rules    []RoutedRule        `yaml:"rules"`
	Notify   targetList          `yaml:"notify"`
	Timezone string              `yaml:"timezone"` // IANA name; UTC if absent
	Ops      Ops                 `yaml:"ops"`
	Include  []string            `yaml:"include"` // patterns of files; relative to the config's directory
	Reload   Reload              `yaml:"reload"`  // BySignal if absent
}

// defaultDocument has the defaults of a file.
func defaultDocument() document {
	return document{
		Poll:     Poll{Every: defaultEvery, First: Baseline},
		HTTP:     HTTP{Page: true},
		History:  HistoryOptions{Keep: defaultKeep, Max: defaultMax},
		Defaults: Defaults{Inflect: true},
		Reload:   BySignal,
	}
}

// maxSize is the maximum size of a config: half a million feeds with tags.
const maxSize = 128 << 20

// Load reads the config at path with the process's environment. An error is always
// Mistakes.
func Load(path string) (*Config, error) {
	cfg, _, err := Read(path)
	return cfg, err
}

// Read is Load, and returns the files that were read, even if they have mistakes.
func Read(path string) (*Config, Files, error) { return load(path, nil, parseFile) }

// Check is Load for callers that show warnings: it adds those about rules, which takes
// about as long as everything else.
func Check(path string) (*Config, error) {
	cfg, _, err := load(path, nil, parseAndLint)
	return cfg, err
}

// CheckWith is Check of the config as it would be with other bytes in included files:
// those of instead, by the path of the file as mistakes name it.
func CheckWith(path string, instead map[string][]byte) (*Config, error) {
	cfg, _, err := load(path, instead, parseAndLint)
	return cfg, err
}

func load(path string, instead map[string][]byte, parse func(string, []byte, Environment) (*Config, *checker, error)) (*Config, Files, error) {
	data, mark, err := read(path)
	if err != nil {
		return nil, Files{parts: []stamped{{path: path}}}, Mistakes{{File: path, Text: "cannot read the config: " + because(err).Error()}}
	}
	env := envOf(path)
	env.instead = instead
	cfg, c, err := parse(path, data, env)
	files := Files{parts: []stamped{{path, mark}}}
	if c != nil {
		files = c.read
		files.parts = slices.Insert(files.parts, 0, stamped{path, mark})
	}
	if err != nil {
		return nil, files, err
	}
	cfg.Read = files
	if cfg.Exposed = exposed(path, mark.info.Mode(), c.sorted(c.secrets)); cfg.Exposed != nil {
		cfg.Warnings = c.sorted(append(cfg.Warnings, *cfg.Exposed))
	}
	return cfg, files, nil
}

// envOf is the environment of the config at path: that of the process.
func envOf(path string) Environment {
	return Environment{LookupEnv: os.LookupEnv, Dir: filepath.Dir(path)}
}

// read returns what the file at path has.
func read(path string) ([]byte, stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, stamp{}, err
	}
	if info.IsDir() || info.Size() > maxSize {
		return nil, stamp{}, errors.New("it is a directory, or larger than 128 MB")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, stamp{}, err
	}
	return data, stampOf(info, data), nil
}

// Parse reads a config from data; name stands for it in errors. The error is Mistakes
// and contains all of them: start and reload run the same checks. The warnings are
// those of Load.
func Parse(name string, data []byte, env Environment) (*Config, error) {
	cfg, _, err := parseFile(name, data, env)
	return cfg, err
}

func parseAndLint(name string, data []byte, env Environment) (*Config, *checker, error) {
	cfg, c, err := parseFile(name, data, env)
	if err != nil {
		return nil, c, err
	}
	c.lint(cfg.Set)
	cfg.Warnings = c.sorted(c.warnings)
	return cfg, c, nil
}

// parseFile returns the checker, with the files read, even on an error; nil if there is
// none.
func parseFile(name string, data []byte, env Environment) (*Config, *checker, error) {
	src := strict.NewSourceText(name, data)
	root, bad := parseYAML(src, data)
	if bad != nil {
		return nil, nil, Mistakes{*bad}
	}
	if root == nil {
		return nil, nil, Mistakes{{File: name, Line: 1, Col: 1, Text: "the file is empty; begin with config.example.yaml"}}
	}
	r := newReader(strict.Part{Src: src, Root: root}, env)
	doc := defaultDocument()
	r.Decode(root, reflect.ValueOf(&doc).Elem(), nil)
	c := newChecker(r, &doc)
	cfg := c.check()
	if len(r.Errs) > 0 {
		return nil, c, Mistakes(r.sorted(r.Errs))
	}
	cfg.Warnings = r.sorted(c.warnings)
	return cfg, c, nil
}

// UserAgent is the User-Agent for feeds and targets.
func (c *Config) UserAgent(version string) string {
	ua := "watcher/" + strings.TrimPrefix(version, "v")
	if c.HTTP.Contact != "" {
		ua += " (+" + c.HTTP.Contact + ")"
	}
	return ua
}

// Policies returns the policy of each target, by name.
func (c *Config) Policies() (map[string]deliver.Policy, error) {
	policies := make(map[string]deliver.Policy, len(c.Targets))
	for _, t := range c.Targets {
		p, err := t.Policy.Policy(c.Cooldowns())
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		policies[t.Name] = p
	}
	return policies, nil
}
