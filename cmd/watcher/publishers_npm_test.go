package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// npmPackages returns a folder with the installed packages of a folder of
// testdata/publishers.
func npmPackages(t *testing.T, name string) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../.ci/npm", "testdata/publishers/"+name).Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// openNodeRSS is a program that writes its feed with the npm package rss, of stories
// without an address.
func openNodeRSS(t *testing.T) press {
	t.Helper()
	packages, dir := npmPackages(t, "npm"), t.TempDir()
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
		testutil.WriteFile(t, path, string(feed), 0o644)
		touch(t, path, now)
	}}
}

// openHexo makes the address of a post of its date and its headline; the id is the address.
// Its updated is the modification time of the post's file.
func openHexo(t *testing.T) press {
	t.Helper()
	packages, dir := siteFolder(t)
	posts := filepath.Join(dir, "source/_posts")
	testutil.WriteFile(t, filepath.Join(dir, "package.json"), `{"hexo": {"version": ""}, "dependencies": {"hexo-generator-feed": "*", "hexo-renderer-marked": "*"}}`, 0o644)
	type page struct {
		text  string
		since time.Time
	}
	known := map[string]page{}
	return press{serveFolder(t, filepath.Join(dir, "public")) + "/atom.xml", func(now time.Time, site string, stories []story) {
		freshFolder(t, posts)
		testutil.WriteFile(t, filepath.Join(dir, "_config.yml"), fmt.Sprintf("title: Gazette\nurl: %s\npermalink: :year/:month/:day/:title/\ntimezone: UTC\nfeed: {type: atom, path: atom.xml, limit: 20}\n", site), 0o644)
		for _, s := range stories {
			text := fmt.Sprintf("---\ntitle: %q\ndate: %s\n---\n%s\n", s.title, s.date.Format(time.DateTime), s.body())
			if known[s.place].text != text {
				known[s.place] = page{text, now}
			}
			path := filepath.Join(posts, slug(stories, s)+".md")
			testutil.WriteFile(t, path, text, 0o644)
			touch(t, path, known[s.place].since)
		}
		tell(t, exec.Command("node", filepath.Join(packages, "build-hexo.cjs"), dir))
		touch(t, filepath.Join(dir, "public/atom.xml"), now)
	}}
}

// openEleventy has eleventy-plugin-rss write the feed. The address of a post is made of its
// date and its headline; the guid is the address.
func openEleventy(t *testing.T) press {
	t.Helper()
	packages, dir := siteFolder(t)
	posts := filepath.Join(dir, "posts")
	config, err := os.ReadFile(filepath.Join(packages, "eleventy.config.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(dir, "eleventy.config.mjs"), string(config), 0o644)
	return press{serveFolder(t, filepath.Join(dir, "_site")) + "/feed.xml", func(now time.Time, site string, stories []story) {
		freshFolder(t, posts)
		for _, s := range stories {
			testutil.WriteFile(t, filepath.Join(posts, s.place+".md"), fmt.Sprintf("---\ntitle: %q\ndate: %s\ntags: posts\npermalink: /%s/%s/\n---\n%s\n", s.title, s.date.Format(time.RFC3339), s.date.Format("2006/01/02"), slug(stories, s), s.body()), 0o644)
		}
		build := exec.Command("node", "node_modules/.bin/eleventy", "--quiet")
		build.Dir, build.Env = dir, append(os.Environ(), "SITE="+site, "TZ=UTC")
		tell(t, build)
		touch(t, filepath.Join(dir, "_site/feed.xml"), now)
	}}
}

// siteFolder returns the folder of the packages that build sites, and a folder for a site,
// which finds them.
func siteFolder(t *testing.T) (packages, dir string) {
	t.Helper()
	packages, dir = npmPackages(t, "sites"), t.TempDir()
	if err := os.Symlink(filepath.Join(packages, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return packages, dir
}
