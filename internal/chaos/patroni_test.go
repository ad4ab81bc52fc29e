package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patroni is a PostgreSQL of two nodes, as Debian's Patroni keeps it: one is the
// primary, the other follows it and takes its place. A third member has a vote alone.
type patroni struct {
	t     *testing.T
	nets  *nets
	dir   string // with a folder for each node
	lib   string // Patroni, unpacked
	bin   string // PostgreSQL's programs
	sync  bool
	nodes map[string]*exec.Cmd
	http  *http.Client
}

const (
	patroniTTL = 5 // seconds after which a primary that says nothing is replaced
	asNobody   = "65534"
)

// startPatroni starts a cluster and waits until it has a primary and a standby. With sync
// a commit is acknowledged once the standby has it.
func startPatroni(t *testing.T, n *nets, sync bool) *patroni {
	t.Helper()
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bins) == 0 {
		t.Skip("PostgreSQL is not installed")
	}
	p := &patroni{t: t, nets: n, dir: t.TempDir(), lib: unpackedPatroni(t), bin: bins[len(bins)-1], sync: sync, nodes: make(map[string]*exec.Cmd)}
	for dir := p.dir; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // for nobody
			t.Fatal(err)
		}
	}
	for _, name := range []string{"db1", "db2", "vote"} {
		n.add(name)
	}
	p.http = &http.Client{Transport: &http.Transport{DialContext: n.dial("vote"), DisableKeepAlives: true}, Timeout: 2 * time.Second}
	for _, name := range []string{"vote", "db1", "db2"} {
		p.configure(name)
		p.start(name)
	}
	t.Cleanup(func() {
		for name := range p.nodes {
			p.kill(name)
		}
	})
	p.await("a primary and a standby", p.followed)
	return p
}

// unpackedPatroni returns the folder of Debian's Patroni and of what it needs.
func unpackedPatroni(t *testing.T) string {
	t.Helper()
	into := t.TempDir()
	for _, name := range []string{"patroni", "python3-pysyncobj"} {
		out, err := exec.Command("../../.ci/debs", name).Output()
		if err != nil {
			t.Skipf("Debian's %s could not be had: %v", name, err)
		}
		debs, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "*.deb"))
		for _, deb := range debs {
			if out, err := exec.Command("dpkg-deb", "-x", deb, into).CombinedOutput(); err != nil {
				t.Skipf("%s could not be unpacked: %v: %s", deb, err, out)
			}
		}
	}
	for dir := into; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return into
}

func (p *patroni) configure(name string) {
	p.t.Helper()
	dir := filepath.Join(p.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	nobody, _ := strconv.Atoi(asNobody)
	if err := os.Chown(dir, nobody, nobody); err != nil {
		p.t.Fatal(err)
	}
	var partners []string
	for _, other := range []string{"db1", "db2", "vote"} {
		if other != name {
			partners = append(partners, fmt.Sprintf("'%s:2222'", p.nets.db(other)))
		}
	}
	text := fmt.Sprintf(`
scope: watcher
name: %[1]s
restapi: {listen: '%[2]s:8008', connect_address: '%[2]s:8008'}
raft: {data_dir: %[3]s/raft, self_addr: '%[2]s:2222', partner_addrs: [%[4]s]}
bootstrap:
  dcs:
    ttl: %[5]d
    loop_wait: 1
    retry_timeout: 2
    maximum_lag_on_failover: 1048576
    synchronous_mode: %[6]t
    postgresql: {use_pg_rewind: true, parameters: {max_connections: 100, shared_buffers: 32MB, fsync: 'off', wal_keep_size: 64MB}}
  initdb: [no-sync, {encoding: UTF8}, {locale: C}, {auth: trust}]
  pg_hba: ['local all all trust', 'host all all all trust', 'host replication all all trust']
postgresql:
  listen: '%[2]s:5432'
  connect_address: '%[2]s:5432'
  bin_dir: %[7]s
  data_dir: %[3]s/data
  pgpass: %[3]s/pgpass
  authentication: {superuser: {username: watcher, password: none}, replication: {username: follower, password: none}, rewind: {username: watcher, password: none}}
  basebackup: [no-sync, {checkpoint: fast}]
  parameters: {unix_socket_directories: '%[3]s'}
`, name, p.nets.db(name), dir, strings.Join(partners, ", "), patroniTTL, p.sync, p.bin)
	if err := os.WriteFile(filepath.Join(dir, "patroni.yaml"), []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// start starts a node, the first time or again.
func (p *patroni) start(name string) {
	p.t.Helper()
	dir, program := filepath.Join(p.dir, name), "patroni"
	if name == "vote" {
		program = "patroni_raft_controller"
	}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	cmd := p.nets.command(name, "setpriv", "--reuid", asNobody, "--regid", asNobody, "--clear-groups",
		"/usr/bin/python3", filepath.Join(p.lib, "usr/bin", program), filepath.Join(dir, "patroni.yaml"))
	cmd.Env = []string{"PYTHONPATH=" + filepath.Join(p.lib, "usr/lib/python3/dist-packages"), "HOME=" + dir, "PATH=" + p.bin + ":/usr/bin:/bin"}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.nodes[name] = cmd
}

// kill kills a node, Patroni and PostgreSQL at once, as a power cut does.
func (p *patroni) kill(name string) {
	cmd := p.nodes[name]
	_ = cmd.Process.Kill()
	if text, err := os.ReadFile(filepath.Join(p.dir, name, "data/postmaster.pid")); err == nil {
		line, _, _ := strings.Cut(string(text), "\n")
		if pid, err := strconv.Atoi(line); err == nil && p.isPostgres(pid, name) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	_ = cmd.Wait()
}

// isPostgres reports whether a process is the postmaster of a node: a file may name one
// that has ended, and whose number another has by now.
func (p *patroni) isPostgres(pid int, name string) bool {
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(cmdline), filepath.Join(p.dir, name, "data"))
}

// patroniCluster is what Patroni says of it.
type patroniCluster struct {
	Members []struct{ Name, Role, State string }
}

func (c patroniCluster) primary() string {
	for _, m := range c.Members {
		if m.Role == "leader" && m.State == "running" {
			return m.Name
		}
	}
	return ""
}

// followed reports whether there is a primary and a standby that could take its place.
func (p *patroni) followed(c patroniCluster) bool {
	want := "replica"
	if p.sync {
		want = "sync_standby"
	}
	for _, m := range c.Members {
		if m.Role == want && (m.State == "running" || m.State == "streaming") {
			return c.primary() != ""
		}
	}
	return false
}

// cluster asks a node that answers.
func (p *patroni) cluster() (c patroniCluster) {
	for _, name := range []string{"db1", "db2"} {
		r, err := p.http.Get("http://" + p.nets.db(name) + ":8008/cluster")
		if err != nil {
			continue
		}
		err = json.NewDecoder(r.Body).Decode(&c)
		_ = r.Body.Close()
		if err == nil {
			return c
		}
	}
	return patroniCluster{}
}

func (p *patroni) await(what string, ok func(patroniCluster) bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !ok(p.cluster()); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			for _, name := range []string{"db1", "db2", "vote"} {
				log, _ := os.ReadFile(filepath.Join(p.dir, name, "log"))
				p.t.Logf("%s: %s", name, tail(string(log)))
			}
			p.t.Fatalf("waited in vain for %s: %+v", what, p.cluster())
		}
	}
}

// failover kills the primary, waits until the other node is it, and starts the killed
// one again. It returns how long nobody was the primary.
func (p *patroni) failover() time.Duration {
	p.t.Helper()
	was := p.cluster().primary()
	begun := time.Now()
	p.kill(was)
	p.await("another primary", func(c patroniCluster) bool { now := c.primary(); return now != "" && now != was })
	took := time.Since(begun)
	p.start(was)
	p.await("the killed node to follow", p.followed)
	return took
}

// switchover has the primary and the standby change places in order.
func (p *patroni) switchover() {
	p.t.Helper()
	was := p.cluster().primary()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	body := fmt.Sprintf(`{"leader": %q}`, was)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.nets.db(was)+":8008/switchover", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	patient := http.Client{Transport: p.http.Transport}
	r, err := patient.Do(req)
	if err != nil {
		p.t.Fatalf("switchover: %v", err)
	}
	defer r.Body.Close()
	if text, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK {
		p.t.Fatalf("switchover: %s: %s", r.Status, text)
	}
	p.await("the other primary", func(c patroniCluster) bool {
		now := c.primary()
		return now != "" && now != was && p.followed(c)
	})
}

// dsn names both nodes, of which the one that can be written to is taken.
func (p *patroni) dsn() string {
	return fmt.Sprintf("postgres://watcher:none@%s:5432,%s:5432/postgres?target_session_attrs=read-write&connect_timeout=2", p.nets.db("db1"), p.nets.db("db2"))
}

// Patroni itself does what the tests below take for granted.
func TestPatroni(t *testing.T) {
	long(t)
	p := startPatroni(t, newNets(t), true)
	t.Logf("a killed primary is replaced after %s", p.failover().Round(time.Millisecond))
	p.switchover()
}
