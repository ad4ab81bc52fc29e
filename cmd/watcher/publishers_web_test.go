package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// serveFolder serves files with their modification times, as web servers do.
func serveFolder(t *testing.T, dir string) string {
	t.Helper()
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	return s.URL
}

// serveApache serves files with Apache, with mod_deflate to compress them.
func serveApache(t *testing.T, dir string) string {
	t.Helper()
	root, own, port := unpacked(t, "apache2-bin"), t.TempDir(), freePort(t)
	if err := errors.Join(os.Chmod(filepath.Dir(own), 0o755), os.MkdirAll(dir, 0o755)); err != nil { // Apache does not serve as root
		t.Fatal(err)
	}
	config := filepath.Join(own, "apache2.conf")
	testutil.WriteFile(t, config, fmt.Sprintf(apacheConfig, own, port, dir), 0o644)
	return serve(t, laidOver(root, "apache2", "-X", "-f", config), port)
}

const apacheConfig = `ServerRoot /usr/lib/apache2
LoadModule mpm_prefork_module modules/mod_mpm_prefork.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule filter_module modules/mod_filter.so
LoadModule deflate_module modules/mod_deflate.so
LoadModule mime_module modules/mod_mime.so
ServerName gazette.example
User www-data
TypesConfig /dev/null
AddType application/rss+xml .xml
AddOutputFilterByType DEFLATE application/rss+xml
ErrorLog %[1]s/error.log
PidFile %[1]s/pid
Listen 127.0.0.1:%[2]d
DocumentRoot %[3]s
<Directory %[3]s>
Require all granted
</Directory>
`

// behindNginx puts nginx in front of a server, and has it compress the answers.
func behindNginx(t *testing.T, url string) string {
	t.Helper()
	return serveNginx(t, fmt.Sprintf("location / { proxy_pass %s; }", url))
}

// serveNginx runs nginx with these locations.
func serveNginx(t *testing.T, locations string) string {
	t.Helper()
	root, own, port := unpacked(t, "nginx"), t.TempDir(), freePort(t)
	config := filepath.Join(own, "nginx.conf")
	testutil.WriteFile(t, config, fmt.Sprintf(nginxConfig, own, port, locations), 0o644)
	return serve(t, laidOver(root, "nginx", "-c", config, "-p", own, "-e", "stderr"), port)
}

const nginxConfig = `daemon off;
master_process off;
user root;
pid %[1]s/pid;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	gzip on;
	gzip_types application/rss+xml;
	gzip_proxied any;
	server {
		listen 127.0.0.1:%[2]d;
		%[3]s
	}
}
`

// serve starts a server that runs until the test ends, and returns its address once it
// answers.
func serve(t *testing.T, cmd *exec.Cmd, port int) string {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", port)
	start(t, cmd, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return "http://" + address
}

// start starts a program that runs until the test ends, and waits until it is ready.
func start(t *testing.T, cmd *exec.Cmd, ready func() bool) {
	t.Helper()
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	for limit := time.After(time.Minute); !ready(); {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%v ended: %v", cmd.Args, err)
		case <-limit:
			t.Fatalf("%v does not answer", cmd.Args)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
