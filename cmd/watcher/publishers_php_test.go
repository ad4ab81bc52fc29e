package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// openWordPress runs WordPress on MariaDB. When it publishes, its clock shows the hour of
// the day, so that it knows when a story was changed.
func openWordPress(t *testing.T) press {
	t.Helper()
	w := openPHP(t, "wordpress", "index.php", []string{"wordpress", "mariadb-server-core"},
		[]string{"mysqlnd", "mysqli", "tokenizer", "ctype", "iconv", "fileinfo", "exif", "posix"})
	config, err := os.ReadFile("testdata/publishers/wordpress/wp-config.php")
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(w.root, "usr/share/wordpress/wp-config.php"), string(config), 0o644)
	dir := t.TempDir()
	socket := filepath.Join(dir, "db.sock")
	w.env = append(w.env, "DB_SOCKET="+socket)
	// Without its own tables the server knows no users, and asks for none.
	database := laidOver(w.root, "/usr/sbin/mariadbd", "--no-defaults", "--user=root", "--skip-grant-tables", "--skip-networking",
		"--socket="+socket, "--datadir="+freshFolder(t, filepath.Join(dir, "data")), "--innodb-buffer-pool-size=8M", "--silent-startup")
	start(t, database, func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	tell(t, laidOver(w.root, "mariadb", "--no-defaults", "-S", socket, "-e", "CREATE DATABASE gazette"))
	w.publish(time.Now(), oldSite, nil) // it installs it
	return press{w.url + "/feed/", w.publish}
}

// openWordPressBehindNginx has nginx compress the feed, which makes the ETag weak.
func openWordPressBehindNginx(t *testing.T) press {
	t.Helper()
	p := openWordPress(t)
	p.feed = behindNginx(t, strings.TrimSuffix(p.feed, "/feed/")) + "/feed/"
	return p
}

// phpSite is a program in PHP that answers for a site.
type phpSite struct {
	t      *testing.T
	url    string
	root   string // where the packages are unpacked
	name   string
	script string // that answers
	config string // of PHP
	env    []string
	site   atomic.Pointer[string]
}

func openPHP(t *testing.T, name, script string, packages, modules []string) *phpSite {
	t.Helper()
	root, dir := unpacked(t, append(packages, "php-cgi", "faketime")...), t.TempDir()
	p := &phpSite{t: t, root: root, name: name, script: script, config: filepath.Join(dir, "php.ini")}
	testutil.WriteFile(t, p.config, fmt.Sprintf("display_errors=0\nsession.save_path=%s\nextension=%s\n", dir, strings.Join(modules, "\nextension=")), 0o644)
	newsroom, err := os.ReadFile(filepath.Join("testdata/publishers", name, "newsroom.php"))
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(root, "usr/share", name, "newsroom.php"), string(newsroom), 0o644)
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.url = s.URL
	return p
}

// publish runs newsroom.php at an hour of the day.
func (p *phpSite) publish(now time.Time, site string, stories []story) {
	p.t.Helper()
	type post struct {
		Place string    `json:"place"`
		Title string    `json:"title"`
		Slug  string    `json:"slug"`
		Body  string    `json:"body"`
		Date  time.Time `json:"date"`
	}
	posts := []post{}
	for _, s := range stories {
		posts = append(posts, post{s.place, s.title, slug(stories, s), s.body(), s.date})
	}
	in, err := json.Marshal(map[string]any{"site": site, "stories": posts})
	if err != nil {
		p.t.Fatal(err)
	}
	php := laidOver(p.root, "env", "TZ=UTC", "LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "FAKETIME=@"+now.UTC().Format(time.DateTime),
		"php8.2", "-c", p.config, "/usr/share/"+p.name+"/newsroom.php")
	php.Stdin, php.Env = bytes.NewReader(in), append(os.Environ(), p.env...)
	if out, err := php.CombinedOutput(); err != nil || len(out) > 0 {
		p.t.Fatalf("publish in %s: %v\n%s", p.name, err, out)
	}
	p.site.Store(&site)
}

// ServeHTTP has PHP answer as if the request were for the site.
func (p *phpSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	site, err := url.Parse(*p.site.Load())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	php := laidOver(p.root, "php-cgi8.2", "-c", p.config)
	env := append([]string{"REDIRECT_STATUS=200", "SCRIPT_FILENAME=/usr/share/" + p.name + "/" + p.script, "SCRIPT_NAME=/" + p.script, "HTTP_HOST=" + site.Host, "SERVER_NAME=" + site.Host}, p.env...)
	if site.Scheme == "https" {
		env = append(env, "HTTPS=on")
	}
	(&cgi.Handler{Path: php.Path, Args: php.Args[1:], Root: "/", Env: env, Stderr: p.t.Output()}).ServeHTTP(w, r)
}
