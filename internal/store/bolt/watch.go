package bolt

import (
	"watcher/internal/notify"
	"watcher/internal/store"
)

// Watch returns one that hears of what is on disk from now on. It has to be closed.
func (s *Store) Watch() *store.AlertWatch { return s.watches.Watch() }

// tellAlerts tells of alerts that are held now, or were told already.
func (s *Store) tellAlerts(alerts []notify.Alert) {
	if !s.watches.Any() {
		return
	}
	ids := make([]string, len(alerts))
	for i := range alerts {
		ids[i] = alerts[i].ID
	}
	s.watches.Tell(true, ids...)
}
