package bolt

import (
	"watcher/internal/notify"
	"watcher/internal/store"
)

// Watch returns a watch on alerts stored from now on. The caller closes it.
func (s *Store) Watch() *store.AlertWatch { return s.watches.Watch() }

// tellAlerts announces alerts that are held now or were sent already.
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
