package main

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// openGitweb makes each story a commit. Changing one rewrites all that follow, as a rebase
// does. Without HTTP::Date gitweb would never answer a conditional request with 304.
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
		testutil.WriteFile(t, config, fmt.Sprintf("our $projectroot = %q; our $my_url = '%s/'; our $my_uri = '/'; our $base_url = $my_url;\n", dir, site), 0o644)
		commitAll(t, repo, stories)
	}}
}

// openCgit makes each story a commit, like openGitweb.
func openCgit(t *testing.T) press {
	t.Helper()
	root, dir := unpacked(t, "cgit"), t.TempDir()
	repo, config := filepath.Join(dir, "gazette.git"), filepath.Join(dir, "cgitrc")
	tell(t, exec.Command("git", "init", "-q", "--bare", "-b", "main", repo))
	testutil.WriteFile(t, config, fmt.Sprintf("cache-size=0\nvirtual-root=/\nmax-atom-items=20\nrepo.url=gazette.git\nrepo.path=%s\nrepo.desc=Gazette\n", repo), 0o644)
	var host atomic.Value
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(&cgi.Handler{
			Path: filepath.Join(root, "usr/lib/cgit/cgit.cgi"), Root: "/", Stderr: t.Output(),
			Env: []string{"CGIT_CONFIG=" + config, "HTTP_HOST=" + host.Load().(string), "LD_LIBRARY_PATH=" + filepath.Join(root, "usr/lib/x86_64-linux-gnu")},
		}).ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return press{s.URL + "/gazette.git/atom/?h=main", func(_ time.Time, site string, stories []story) {
		_, name, _ := strings.Cut(site, "://")
		host.Store(name)
		commitAll(t, repo, stories)
	}}
}

// commitAll makes the history of a repository anew, with a commit for each story.
func commitAll(t *testing.T, repo string, stories []story) {
	t.Helper()
	var commits strings.Builder
	for i, s := range slices.Backward(stories) {
		message := s.title + "\n\n" + s.body() + "\n"
		fmt.Fprintf(&commits, "commit refs/heads/main\ncommitter Desk <desk@gazette.example> %d +0000\ndata %d\n%s", s.date.Unix(), len(message), message)
		if i == len(stories)-1 {
			commits.WriteString("deleteall\n")
		}
		fmt.Fprintf(&commits, "M 100644 inline %s\ndata %d\n%s\n", s.place, len(s.body()), s.body())
	}
	commits.WriteString("done\n")
	// Without a branch the first commit is a root again.
	tell(t, exec.Command("git", "-C", repo, "update-ref", "-d", "refs/heads/main"))
	load := exec.Command("git", "-C", repo, "fast-import", "--quiet", "--done", "--force")
	load.Stdin = strings.NewReader(commits.String())
	tell(t, load)
}

// openPelican makes the address of an article of its date and its headline; Pelican makes
// the id of the address.
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
		testutil.WriteFile(t, filepath.Join(dir, "conf.py"), fmt.Sprintf(pelicanConfig, site), 0o644)
		for _, s := range stories {
			testutil.WriteFile(t, filepath.Join(content, s.place+".md"), fmt.Sprintf("Title: %s\nSlug: %s\nDate: %s\n\n%s\n", s.title, slug(stories, s), s.date.Format("2006-01-02 15:04"), s.body()), 0o644)
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
