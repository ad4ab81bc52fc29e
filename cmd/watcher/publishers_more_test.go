package main

import (
	"fmt"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// openHugo makes the address of a page of its date and its headline; the guid is the
// address.
func openHugo(t *testing.T) press {
	t.Helper()
	return openHugoOn(t, serveFolder)
}

// openHugoOnApache serves what Hugo built with Apache, which compresses it.
func openHugoOnApache(t *testing.T) press {
	t.Helper()
	return openHugoOn(t, serveApache)
}

func openHugoOn(t *testing.T, serve func(t *testing.T, dir string) string) press {
	t.Helper()
	root, dir := unpacked(t, "hugo"), t.TempDir()
	posts, layouts := filepath.Join(dir, "content/posts"), filepath.Join(dir, "layouts/_default")
	freshFolder(t, layouts)
	for _, name := range []string{"single.html", "list.html"} {
		testutil.WriteFile(t, filepath.Join(layouts, name), "{{ .Content }}", 0o644)
	}
	return press{serve(t, filepath.Join(dir, "public")) + "/index.xml", func(now time.Time, site string, stories []story) {
		freshFolder(t, posts)
		testutil.WriteFile(t, filepath.Join(dir, "config.toml"), fmt.Sprintf("baseURL = %q\ntitle = 'Gazette'\n[permalinks]\nposts = '/:year/:month/:day/:slug/'\n", site+"/"), 0o644)
		for _, s := range stories {
			testutil.WriteFile(t, filepath.Join(posts, s.place+".md"), fmt.Sprintf("---\ntitle: %q\nslug: %s\ndate: %s\n---\n%s\n", s.title, slug(stories, s), s.date.Format(time.RFC3339), s.body()), 0o644)
		}
		build := exec.Command(filepath.Join(root, "usr/bin/hugo"), "--quiet")
		build.Dir, build.Env = dir, append(os.Environ(), "LD_LIBRARY_PATH="+filepath.Join(root, "usr/lib/x86_64-linux-gnu"))
		tell(t, build)
		touch(t, filepath.Join(dir, "public/index.xml"), now)
	}}
}

// openJekyll has jekyll-feed write the feed, with the address without its extension as the
// id.
func openJekyll(t *testing.T) press {
	t.Helper()
	root, dir := unpacked(t, "ruby-jekyll-feed"), t.TempDir()
	posts := filepath.Join(dir, "_posts")
	return press{serveFolder(t, filepath.Join(dir, "_site")) + "/feed.xml", func(now time.Time, site string, stories []story) {
		freshFolder(t, posts)
		testutil.WriteFile(t, filepath.Join(dir, "_config.yml"), fmt.Sprintf("title: Gazette\nurl: %s\nplugins: [jekyll-feed]\ntimezone: UTC\n", site), 0o644)
		for _, s := range stories {
			testutil.WriteFile(t, filepath.Join(posts, s.date.Format(time.DateOnly)+"-"+slug(stories, s)+".md"), fmt.Sprintf("---\ntitle: %q\ndate: %s\n---\n%s\n", s.title, s.date.Format("2006-01-02 15:04:05 -0700"), s.body()), 0o644)
		}
		build := laidOver(root, "jekyll", "build", "-q")
		build.Dir = dir
		tell(t, build)
		touch(t, filepath.Join(dir, "_site/feed.xml"), now)
	}}
}

// openHgweb makes each story a changeset. Changing one rewrites all that follow.
func openHgweb(t *testing.T) press {
	t.Helper()
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		t.Skip("Debian's Python is not installed")
	}
	root, dir := unpacked(t, "mercurial"), t.TempDir()
	env := []string{"HGRCPATH=", "HGPLAIN=1", "PYTHONPATH=" + filepath.Join(root, "usr/lib/python3/dist-packages")}
	repo, config, script := filepath.Join(dir, "gazette"), filepath.Join(dir, "hgweb.config"), filepath.Join(dir, "hgweb.cgi")
	testutil.WriteFile(t, script, fmt.Sprintf("from mercurial.hgweb import hgweb, wsgicgi\nwsgicgi.launch(hgweb(b%q))\n", config), 0o644)
	s := httptest.NewServer(&cgi.Handler{Path: python, Args: []string{script}, Root: "/", Env: env, Stderr: t.Output()})
	t.Cleanup(s.Close)
	return press{s.URL + "/gazette/rss-log", func(now time.Time, site string, stories []story) {
		testutil.WriteFile(t, config, fmt.Sprintf("[paths]\ngazette = %s\n[web]\nbaseurl = %s/\n", repo, site), 0o644)
		var patches strings.Builder
		for i := len(stories) - 1; i >= 0; i-- {
			s := stories[i]
			fmt.Fprintf(&patches, "# HG changeset patch\n# User Desk <desk@gazette.example>\n# Date %d 0\n%s\n\n%s\n\ndiff --git a/%s b/%[4]s\nnew file mode 100644\n--- /dev/null\n+++ b/%[4]s\n@@ -0,0 +1,1 @@\n+%[3]s\n\n", s.date.Unix(), s.title, s.body(), s.place)
		}
		if err := os.RemoveAll(repo); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"init", repo}, {"-R", repo, "import", "--bypass", "-q", "-"}} {
			hg := exec.Command(python, append([]string{filepath.Join(root, "usr/bin/hg")}, args...)...)
			hg.Env, hg.Stdin = append(os.Environ(), env...), strings.NewReader(patches.String())
			tell(t, hg)
		}
		touch(t, filepath.Join(repo, ".hg/store/00changelog.i"), now)
	}}
}
