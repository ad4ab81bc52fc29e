package chaos

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	newsdesk "watcher/internal/desk"
)

// Watchers die, are paused and are cut off, one after the other, under a stream of new
// items. Meanwhile the primary of their database is killed, changes places with its
// standby, is abandoned by its Patroni, and runs out of disk space.
func TestCluster(t *testing.T) {
	long(t)
	nets := newNets(t)
	db := startPatroni(t, nets, true)
	m := newMachines(t, nets, db.dsn(), 3)
	m.baselines()
	stop := m.web.stream(150 * time.Millisecond)
	anyone := func() int { return rand.IntN(len(m.run)) }
	var outages time.Duration
	for round := range max(*kills/10, 1) {
		t.Logf("round %d", round+1)
		for range min(*kills, 10) {
			time.Sleep(time.Duration(200+rand.IntN(1500)) * time.Millisecond) // no condition: they die anywhere on the road
			m.kill(anyone())
		}
		m.flows()
		outages = max(outages,
			m.outage(db, "the primary is killed", func() { db.failover(func() {}) }),
			m.outage(db, "primary and standby change places", db.switchover),
			m.outage(db, "the primary's Patroni hangs", db.hang),
			m.outage(db, "the disks of the database are full", func() { m.fullDisks(db) }))
		m.pause(anyone(), leaseTime+5*time.Second)
		m.cutOff("db", anyone(), leaseTime+5*time.Second)
		m.cutOff("web", anyone(), 10*time.Second)
	}
	stop()
	m.finish(outages)
}

// The same without synchronous replication, where the standby may lag behind when its
// primary dies. What is lost is printed, and status must have warned that a failover can
// lose something.
func TestClusterLoses(t *testing.T) {
	long(t)
	nets := newNets(t)
	db := startPatroni(t, nets, false)
	m := newMachines(t, nets, db.dsn(), 3)
	m.baselines()
	var warned string
	m.await("status to warn", func() bool {
		warned = strings.Join(m.status(0).Risks, "; ")
		return strings.Contains(warned, "a failover can lose")
	})
	stop := m.web.stream(150 * time.Millisecond)
	for range max(*kills/20, 1) {
		m.flows()
		m.outage(db, "the primary is killed whose standby is a second behind", func() {
			drop := db.stall()
			time.Sleep(time.Second) // of alerts that the standby does not have
			db.failover(drop)
		})
	}
	stop()
	lost, c := m.quiet(), m.web.count()
	said := m.status(0).Outbox.Ambiguous
	t.Logf("status had warned: %s", warned)
	t.Logf("%d items, %d alerts arrived; %d lost, %d under two ids, %d sent again under the same id of %d reported as ambiguous", len(m.web.published), c.Alerts, lost, c.Twice, c.Resent, said)
	for _, p := range m.run {
		p.stop()
	}
}

// flows publishes an item and waits until it has arrived everywhere.
func (m *machines) flows() {
	m.t.Helper()
	m.probes++
	title := fmt.Sprint("probe ", m.probes)
	m.web.publish("feed0", title)
	m.await("an item that was just published", func() bool { return m.web.has(title) })
}

// outage runs something that stops the database for a while, and returns for how long
// nothing arrived. For comparison it logs for how long a client that does nothing but
// commit could not.
func (m *machines) outage(db *patroni, what string, f func()) time.Duration {
	m.t.Helper()
	begun, away := time.Now(), db.watch()
	f()
	m.flows()
	silence := m.web.silence(begun)
	m.t.Logf("%s: nothing arrived for %s; nothing could be committed for %s", what, silence.Round(10*time.Millisecond), away().Round(10*time.Millisecond))
	return silence
}

// fullDisks fills the disks of both nodes, until a watcher says so and for some seconds on.
func (m *machines) fullDisks(db *patroni) {
	m.t.Helper()
	said := func() (n int) {
		for _, p := range m.run {
			n += strings.Count(p.said(), "nothing can be stored")
		}
		return n
	}
	before := said()
	free := []func(){db.fill("db1"), db.fill("db2")}
	m.await("the disk to be full", func() bool { return said() > before })
	time.Sleep(10 * time.Second) // it is full for a while, and each tries again meanwhile
	if n := said() - before; n > len(m.run) {
		m.t.Errorf("that nothing can be stored was said %d times by %d machines while the disk was full all the time", n, len(m.run))
	}
	for _, f := range free {
		f()
	}
	db.await("a primary and a standby", db.followed)
}

// status asks a watcher for its status.
func (m *machines) status(i int) (s newsdesk.Status) {
	m.t.Helper()
	out, err := exec.Command(m.bin, "status", "-c", m.desks[i].path, "--json").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		m.t.Fatal(err)
	}
	if len(out) > 0 {
		if err := json.Unmarshal(out, &s); err != nil {
			m.t.Fatal(err)
		}
	}
	return s
}

// quiet waits until nothing has arrived for some intervals, and returns what is missing.
func (m *machines) quiet() (lost int) {
	m.t.Helper()
	for {
		before := m.web.count()
		time.Sleep(10 * clusterEvery)
		if m.web.count() == before {
			lost, _ = m.web.missing()
			return lost
		}
	}
}

// cutOff disconnects a watcher from the database or from the web for a while.
func (m *machines) cutOff(bridge string, i int, d time.Duration) {
	m.nets.cut(nameOf(i), bridge)
	time.Sleep(d)
	m.nets.mend(nameOf(i), bridge)
}
