package store

import "time"

// Machine is a process that shares a store with others.
type Machine struct {
	Name    string    `json:"name"`              // of the host, and the config where that is not the service's
	Config  string    `json:"config,omitempty"`  // path of it there
	Version string    `json:"version,omitempty"` // of watcher
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"` // when it last said that it lives, by the store's clock
	Live    bool      `json:"live"` // it has the leases that it had then
	Self    bool      `json:"self,omitempty"`
	// Fingerprint is that of its config: of machines whose configs say the same it is
	// the same.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Shards is how many parts of the feeds it polls, and Targets are those that it
	// sends to.
	Shards  int      `json:"shards"`
	Targets []string `json:"targets,omitempty"`
	// Lacks are feeds that its config has not and that of another machine has, which polls
	// them: the first ten by name.
	Lacks []string `json:"lacks,omitempty"`
}

// Differing are the names of live machines whose configs say something else than that of
// the one that asks.
func Differing(all []Machine) (names []string) {
	mine := ""
	for _, m := range all {
		if m.Self {
			mine = m.Fingerprint
		}
	}
	for _, m := range all {
		if m.Live && mine != "" && m.Fingerprint != "" && m.Fingerprint != mine {
			names = append(names, m.Name)
		}
	}
	return names
}
