package postgres_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// statement is a piece of SQL in the package.
type statement struct{ at, text string }

// statements returns all strings of the package that are SQL, and all of its migrations.
func statements(t *testing.T) (all []statement) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	testutil.Must(t, err)
	verbs := regexp.MustCompile(`(?is)^\s*(;\s*)?(select|insert|update|delete|with|create|alter|begin|set|truncate|lock|declare|copy|do)\s`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		testutil.Must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && verbs.MatchString(text) && strings.Contains(strings.TrimSpace(text), " ") {
					all = append(all, statement{fset.Position(lit.Pos()).String(), text})
				}
			}
			return true
		})
	}
	files, err = filepath.Glob("migrations/*.sql")
	testutil.Must(t, err)
	comment := regexp.MustCompile(`--[^\n]*`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		testutil.Must(t, err)
		for i, s := range strings.Split(comment.ReplaceAllString(string(text), ""), ";") {
			if strings.TrimSpace(s) != "" {
				all = append(all, statement{fmt.Sprintf("%s, statement %d", file, i+1), s})
			}
		}
	}
	return all
}

// forbidden is what a statement may not contain, so that it works behind PgBouncer in
// transaction mode, over a failover, and on CockroachDB and YugabyteDB.
var forbidden = []struct{ re, why string }{
	{`\b(listen|notify|unlisten)\s+\w|pg_notify`, "LISTEN and NOTIFY need a connection of their own, and CockroachDB has none"},
	{`advisory`, "advisory locks belong to a connection, and do nothing on CockroachDB"},
	{`\b(big|small)?serial\b|nextval|\bsequence\b|generated\s+(always|by default)\s+as\s+identity`, "a sequence gives a number twice after a failover, and is one hot place"},
	{`(^|;)\s*set\s+(session\b|[^l]|l[^o])[^;]*$`, "set without local stays with a connection that others get"},
	{`\bdeclare\b.*\bcursor\b.*with\s+hold|\bprepare\s|\bcreate\s+temp`, "it belongs to a connection"},
	{`\block\s+table\b`, "a table is never locked"},
	{`\bvalues\s*\(\s*unnest`, "CockroachDB has unnest in from, not in values"},
	{`\b(clock_timestamp|statement_timestamp|current_timestamp|localtimestamp)\b`, "the clock is now() and the offset"},
	{`\bctid\b|\bxmin\b|\bxmax\b`, "they are of PostgreSQL alone"},
}

// clock is the only form in which statements ask what time it is.
var clock = regexp.MustCompile(`now\(\)(\s*\+\s*(\$\d+|@?\w+)(::interval)?)?`)

func TestStatements(t *testing.T) {
	all := statements(t)
	if len(all) < 50 {
		t.Fatalf("only %d statements were found", len(all))
	}
	space := regexp.MustCompile(`\s+`)
	for _, s := range all {
		text := strings.ToLower(space.ReplaceAllString(s.text, " "))
		for _, f := range forbidden {
			if regexp.MustCompile(f.re).MatchString(text) {
				t.Errorf("%s: %s:\n%s", s.at, f.why, text)
			}
		}
		for _, m := range clock.FindAllStringSubmatch(text, -1) {
			if m[1] == "" && !strings.Contains(text, "into migrated") {
				t.Errorf("%s: now() without the offset:\n%s", s.at, text)
			}
		}
		if table := writtenTwice(text); table != "" {
			t.Errorf("%s: it writes %s twice, which CockroachDB refuses:\n%s", s.at, table, text)
		}
		if locks := regexp.MustCompile(`for (no key )?(update|share|key share)`); locks.MatchString(text) && !inOrder(text) {
			t.Errorf("%s: it locks rows in no order:\n%s", s.at, text)
		}
	}
}

// writtenTwice returns a table that a statement writes in two places; "" if there is none.
func writtenTwice(text string) string {
	for part := range strings.SplitSeq(text, ";") {
		seen := make(map[string]bool)
		for _, m := range regexp.MustCompile(`\b(?:insert into|delete from|update) ([a-z_]+)`).FindAllStringSubmatch(part, -1) {
			if m[1] != "set" && seen[m[1]] {
				return m[1]
			}
			seen[m[1]] = m[1] != "set"
		}
	}
	return ""
}

// inOrder reports whether a statement locks rows in an order, or one row by its whole key,
// or skips rows that are locked.
func inOrder(text string) bool {
	return strings.Contains(text, "order by") || strings.Contains(text, "skip locked") ||
		regexp.MustCompile(`from (target where target = \$1|history where one|segment where pieces = \$1)\b`).MatchString(text) ||
		regexp.MustCompile(`where (\w+\.)?\w+( = (\$\d+|'[^']*'))?( and (\w+\.)?\w+ = (\$\d+|'[^']*'))* for `).MatchString(text)
}

// firstKeys are the columns that a key may begin with: columns that spread. All machines
// would write at one place if it were a time or a count.
var firstKeys = regexp.MustCompile(`^(shard|target|feed|id|key|kind|name|token|url|story|day|rule|file|machine|one|message|alert|segment|hash|path|zone|n|bucket|place|dict|part|pieces)`)

// ascending are tables whose key ascends all the same, and why all machines do not write
// there at once.
var ascending = map[string]string{
	"tail":    "one machine numbers articles, a batch of them in a statement",
	"segment": "a row for thousands of articles",
}

func TestKeysSpread(t *testing.T) {
	key := regexp.MustCompile(`(?is)primary key\s*\(\s*([a-z_]+)|\b([a-z_]+)\s+[a-z]+[^,(]*\bprimary key`)
	tables := 0
	for _, s := range statements(t) {
		m := regexp.MustCompile(`(?is)^\s*create table (?:if not exists )?([a-z_]+)`).FindStringSubmatch(s.text)
		if m == nil || !strings.HasPrefix(s.at, "migrations") {
			continue
		}
		tables++
		k := key.FindStringSubmatch(s.text)
		if k == nil {
			t.Errorf("%s: table %s has no primary key", s.at, m[1])
			continue
		}
		if first := k[1] + k[2]; !firstKeys.MatchString(first) && ascending[m[1]] == "" {
			t.Errorf("%s: the key of %s begins with %s", s.at, m[1], first)
		}
	}
	if tables < 10 {
		t.Errorf("only %d tables were found", tables)
	}
	for _, s := range statements(t) {
		if regexp.MustCompile(`(?is)create (unique )?index .*\(\s*due`).MatchString(s.text) {
			t.Errorf("%s: an index on due makes each poll two writes", s.at)
		}
	}
}

// Each rule finds what it forbids.
func TestForbiddenStatementsAreFound(t *testing.T) {
	for text, found := range map[string]bool{
		"listen news": true, "select pg_advisory_lock($1)": true, "create table a (id bigserial primary key)": true,
		"set statement_timeout = 1": true, "begin; set statement_timeout = 1": true, "begin; set local statement_timeout = 1": false,
		"update feed set name = $1 where shard = $2": false, "insert into a values (unnest($1))": true,
		"select current_timestamp": true, "select name from feed where shard = $1": false, "lock table a": true,
	} {
		hit := false
		for _, f := range forbidden {
			hit = hit || regexp.MustCompile(f.re).MatchString(text)
		}
		if hit != found {
			t.Errorf("%s: found is %v", text, hit)
		}
	}
	if writtenTwice("with x as (delete from held where a = $1) insert into held values ($1)") != "held" {
		t.Error("a table that is written twice is not found")
	}
	if inOrder("select id from shard where shard = any($1) for share") || !inOrder("select id from shard where shard = $1 for share") {
		t.Error("what locks in no order is not told from what does")
	}
}
