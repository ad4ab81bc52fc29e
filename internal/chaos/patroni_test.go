package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"watcher/internal/pgtest"
)

// patroni is a PostgreSQL of two nodes, as Debian's Patroni keeps it: one is the primary,
// the other follows it and takes its place. A third member only votes.
type patroni struct {
	t     *testing.T
	nets  *nets
	dir   string // with a folder for each node, and in it a small disk for its data
	bin   string // PostgreSQL's programs
	sync  bool
	nodes map[string]*exec.Cmd
	http  *http.Client

	environ []string // of its programs
}

const (
	patroniTTL = 5 // seconds after which a primary that says nothing is replaced
	asNobody   = "65534"
	diskSize   = 512 << 20
)

// startPatroni starts a cluster and waits until it has a primary and a standby. With sync
// a commit is acknowledged once the standby has it.
func startPatroni(t *testing.T, n *nets, sync bool) *patroni {
	t.Helper()
	p := &patroni{t: t, nets: n, dir: t.TempDir(), sync: sync, nodes: make(map[string]*exec.Cmd)}
	p.unpack()
	for dir := p.dir; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // for nobody
			t.Fatal(err)
		}
	}
	for _, name := range []string{"db1", "db2", "vote"} {
		n.add(name)
	}
	p.http = &http.Client{Transport: &http.Transport{DialContext: n.dial("vote"), DisableKeepAlives: true}, Timeout: 2 * time.Second}
	t.Cleanup(func() {
		for name := range p.nodes {
			p.kill(name)
			_ = unix.Unmount(p.disk(name), unix.MNT_DETACH)
		}
	})
	for _, name := range []string{"vote", "db1", "db2"} {
		p.configure(name)
		p.start(name)
	}
	p.await("a primary and a standby", p.followed)
	return p
}

// unpack unpacks Debian's Patroni, and PostgreSQL where the machine has none.
func (p *patroni) unpack() {
	p.t.Helper()
	var libs string
	var err error
	if p.bin, libs, err = pgtest.Programs(p.dir); err != nil {
		p.t.Skip(err)
	}
	var python []string
	for _, name := range []string{"patroni", "python3-pysyncobj"} {
		root, err := pgtest.Unpack(name, p.dir)
		if err != nil {
			p.t.Skipf("Debian's %s could not be had: %v", name, err)
		}
		libs += ":" + pgtest.Libraries(root)
		python = append(python, filepath.Join(root, "usr/lib/python3/dist-packages"))
	}
	p.environ = []string{"PYTHONPATH=" + strings.Join(python, ":"), "LD_LIBRARY_PATH=" + strings.Trim(libs, ":"), "PATH=" + p.bin + ":/usr/bin:/bin"}
}

// disk returns the folder of a node's data.
func (p *patroni) disk(name string) string { return filepath.Join(p.dir, name, "disk") }

// fill fills a node's disk, until what it returns is called.
func (p *patroni) fill(name string) (free func()) {
	p.t.Helper()
	path := filepath.Join(p.disk(name), "full")
	f, err := os.Create(path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<16); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		p.t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			p.t.Error(err)
		}
	}
}

// stall stops the replication from the primary to its standby. drop kills the WAL sender,
// which would otherwise send the rest.
func (p *patroni) stall() (drop func()) {
	p.t.Helper()
	var stopped []int
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range all {
		line, _ := os.ReadFile(path)
		dir, err := os.Readlink(filepath.Join(filepath.Dir(path), "cwd"))
		if err == nil && strings.HasPrefix(dir, p.dir) && strings.Contains(string(line), "walsender") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			stopped = append(stopped, pid)
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
	}
	if len(stopped) == 0 {
		p.t.Fatal("nothing is sent to a standby")
	}
	return func() {
		for _, pid := range stopped {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
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
	if err := os.Mkdir(p.disk(name), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", p.disk(name), "tmpfs", 0, fmt.Sprintf("size=%d,uid=%s,gid=%[2]s,mode=755", diskSize, asNobody)); err != nil {
		p.t.Skipf("no file system can be mounted here: %v", err)
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
    postgresql: {use_pg_rewind: true, parameters: {max_connections: 100, shared_buffers: 32MB, fsync: 'off', wal_keep_size: 128MB, min_wal_size: 32MB, max_wal_size: 64MB}}
  initdb: [no-sync, {encoding: UTF8}, {locale: C}, {auth: trust}]
  pg_hba: ['local all all trust', 'host all all all trust', 'host replication all all trust']
postgresql:
  listen: '%[2]s:5432'
  connect_address: '%[2]s:5432'
  bin_dir: %[7]s
  data_dir: %[8]s/data
  pgpass: %[3]s/pgpass
  authentication: {superuser: {username: watcher, password: none}, replication: {username: follower, password: none}, rewind: {username: watcher, password: none}}
  basebackup: [no-sync, {checkpoint: fast}]
  parameters: {unix_socket_directories: '%[3]s'}
`, name, p.nets.db(name), dir, strings.Join(partners, ", "), patroniTTL, p.sync, p.bin, p.disk(name))
	if err := os.WriteFile(filepath.Join(dir, "patroni.yaml"), []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// start starts or restarts a node.
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
		"/usr/bin/python3", filepath.Join(p.dir, "patroni/usr/bin", program), filepath.Join(dir, "patroni.yaml"))
	cmd.Env = append(slices.Clip(p.environ), "HOME="+dir)
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
	if text, err := os.ReadFile(filepath.Join(p.disk(name), "data/postmaster.pid")); err == nil {
		line, _, _ := strings.Cut(string(text), "\n")
		if pid, err := strconv.Atoi(line); err == nil && p.isPostgres(pid, name) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	_ = cmd.Wait()
}

// isPostgres reports whether a process is the postmaster of a node: the pid file may be
// stale, and the pid reused.
func (p *patroni) isPostgres(pid int, name string) bool {
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(cmdline), filepath.Join(p.disk(name), "data"))
}

// patroniCluster is the state of the cluster as Patroni reports it.
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

// followed reports whether there is a primary, and a standby that can replace it.
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

// cluster asks the first node that answers.
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
	for deadline := time.Now().Add(3 * patience); !ok(p.cluster()); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			for _, name := range []string{"db1", "db2", "vote"} {
				log, _ := os.ReadFile(filepath.Join(p.dir, name, "log"))
				p.t.Logf("%s: %s", name, tail(string(log)))
			}
			p.t.Fatalf("waited in vain for %s: %+v", what, p.cluster())
		}
	}
}

// failover kills the primary, calls then, waits until the other node is the primary, and
// starts the killed one again.
func (p *patroni) failover(then func()) {
	p.t.Helper()
	was := p.cluster().primary()
	p.kill(was)
	then()
	p.awaitOther(was)
	p.start(was)
	p.await("the killed node to follow", p.followed)
}

func (p *patroni) awaitOther(was string) {
	p.t.Helper()
	p.await("another primary", func(c patroniCluster) bool { now := c.primary(); return now != "" && now != was })
}

// hang stops the Patroni of the primary until the other node is the primary too, and lets
// it go on.
func (p *patroni) hang() {
	p.t.Helper()
	was := p.cluster().primary()
	_ = p.nodes[was].Process.Signal(syscall.SIGSTOP)
	p.awaitOther(was)
	_ = p.nodes[was].Process.Signal(syscall.SIGCONT)
	p.await("the old primary to follow", func(c patroniCluster) bool { return c.primary() != was && p.followed(c) })
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
	p.awaitOther(was)
	p.await("the standby", p.followed)
}

// watch commits continuously. The returned function stops it, and returns the longest
// time without a commit.
func (p *patroni) watch() (longest func() time.Duration) {
	cfg, err := pgx.ParseConfig(p.dsn())
	if err != nil {
		p.t.Fatal(err)
	}
	cfg.DialFunc = p.nets.dial("vote")
	ctx, stop := context.WithCancel(context.Background())
	gap := make(chan time.Duration, 1)
	go func() {
		var conn *pgx.Conn
		var most time.Duration
		for last := time.Now(); ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
			if conn == nil {
				if conn, err = pgx.ConnectConfig(ctx, cfg); err != nil {
					continue
				}
			}
			limit, cancel := context.WithTimeout(ctx, time.Second)
			if _, err = conn.Exec(limit, "select pg_logical_emit_message(true, 'watch', 'x')"); err != nil {
				_ = conn.Close(limit)
				conn = nil
			} else {
				most, last = max(most, time.Since(last)), time.Now()
			}
			cancel()
		}
		if conn != nil {
			_ = conn.Close(context.Background())
		}
		gap <- most
	}()
	return func() time.Duration {
		stop()
		return <-gap
	}
}

// dsn names both nodes; a client takes the one that is writable.
func (p *patroni) dsn() string {
	return fmt.Sprintf("postgres://watcher:none@%s:5432,%s:5432/postgres?target_session_attrs=read-write&connect_timeout=2", p.nets.db("db1"), p.nets.db("db2"))
}

// The tests rely on this behaviour of Patroni.
func TestPatroni(t *testing.T) {
	long(t)
	p := startPatroni(t, newNets(t), true)
	for what, f := range map[string]func(){
		"a killed primary": func() { p.failover(func() {}) },
		"a switchover":     p.switchover,
	} {
		away := p.watch()
		f()
		t.Logf("%s: nothing could be committed for %s", what, away().Round(time.Millisecond))
	}
}
