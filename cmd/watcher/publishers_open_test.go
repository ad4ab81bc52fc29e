package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openNodeRSS is a program that writes its feed with the npm package rss, of
// stories that have no address.
func openNodeRSS(t *testing.T) press {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../.ci/npm", "testdata/publishers/npm").Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	packages, dir := strings.TrimSpace(string(out)), t.TempDir()
	return press{serveFolder(t, dir) + "/feed.xml", func(now time.Time, site string, stories []story) {
		in := map[string]any{"site": site}
		var list []map[string]any
		for _, s := range stories {
			list = append(list, map[string]any{"title": s.title, "body": s.body(), "date": s.date})
		}
		in["stories"] = list
		body, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		node := exec.Command("node", "write-rss.cjs")
		node.Dir, node.Stdin = packages, bytes.NewReader(body)
		feed, err := node.Output()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "feed.xml")
		writeFile(t, path, string(feed), 0o644)
		touch(t, path, now)
	}}
}

// openGitweb has a story be a commit. What changes one rewrites all that follow, as a
// rebase does. Without HTTP::Date gitweb would answer no conditional request with 304.
func openGitweb(t *testing.T) press {
	t.Helper()
	const script = "/usr/share/gitweb/gitweb.cgi"
	if _, err := os.Stat(script); err != nil {
		t.Skip("git has no gitweb here")
	}
	root, dir := unpacked(t, "gitweb", "libhttp-date-perl"), t.TempDir()
	repo, config := filepath.Join(dir, "gazette.git"), filepath.Join(dir, "gitweb.conf")
	tell(t, exec.Command("git", "init", "-q", "--bare", "-b", "main", repo))
	s := httptest.NewServer(&cgi.Handler{
		Path: script, Root: "/", Stderr: t.Output(),
		Env: []string{"GITWEB_CONFIG=" + config, "PERL5LIB=" + filepath.Join(root, "usr/share/perl5") + ":" + filepath.Join(root, "usr/lib/x86_64-linux-gnu/perl5/5.36")},
	})
	t.Cleanup(s.Close)
	return press{s.URL + "/?p=gazette.git;a=rss", func(_ time.Time, site string, stories []story) {
		writeFile(t, config, fmt.Sprintf("our $projectroot = %q; our $my_url = '%s/'; our $my_uri = '/'; our $base_url = $my_url;\n", dir, site), 0o644)
		var commits strings.Builder
		for i := len(stories) - 1; i >= 0; i-- {
			s := stories[i]
			message := s.title + "\n\n" + s.body() + "\n"
			fmt.Fprintf(&commits, "commit refs/heads/main\ncommitter Desk <desk@gazette.example> %d +0000\ndata %d\n%s", s.date.Unix(), len(message), message)
			if i == len(stories)-1 {
				commits.WriteString("deleteall\n")
			}
			fmt.Fprintf(&commits, "M 100644 inline %s\ndata %d\n%s\n", s.place, len(s.body()), s.body())
		}
		fmt.Fprint(&commits, "done\n")
		// Without a branch the first commit is a root again.
		tell(t, exec.Command("git", "-C", repo, "update-ref", "-d", "refs/heads/main"))
		load := exec.Command("git", "-C", repo, "fast-import", "--quiet", "--done", "--force")
		load.Stdin = strings.NewReader(commits.String())
		tell(t, load)
	}}
}

// openPelican has the address of an article be of its date and its headline, from
// which Pelican makes the id.
func openPelican(t *testing.T) press {
	t.Helper()
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		t.Skip("Debian's Python is not installed")
	}
	root, dir := unpacked(t, "pelican"), t.TempDir()
	content, out := filepath.Join(dir, "content"), filepath.Join(dir, "out")
	return press{serveFolder(t, out) + "/feeds/all.atom.xml", func(now time.Time, site string, stories []story) {
		freshFolder(t, content)
		writeFile(t, filepath.Join(dir, "conf.py"), fmt.Sprintf(pelicanConfig, site), 0o644)
		for _, s := range stories {
			writeFile(t, filepath.Join(content, s.place+".md"), fmt.Sprintf("Title: %s\nSlug: %s\nDate: %s\n\n%s\n", s.title, slug(stories, s), s.date.Format("2006-01-02 15:04"), s.body()), 0o644)
		}
		build := exec.Command(python, "-m", "pelican", "content", "-s", "conf.py", "-o", "out")
		build.Dir, build.Env = dir, append(os.Environ(), "PYTHONPATH="+filepath.Join(root, "usr/lib/python3/dist-packages"))
		tell(t, build)
		touch(t, filepath.Join(out, "feeds/all.atom.xml"), now)
	}}
}

const pelicanConfig = `SITENAME = 'Gazette'
SITEURL = '%s'
TIMEZONE = 'UTC'
FEED_ALL_ATOM = 'feeds/all.atom.xml'
ARTICLE_URL = '{date:%%Y}/{date:%%m}/{date:%%d}/{slug}.html'
ARTICLE_SAVE_AS = ARTICLE_URL
`
