package notify

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"watcher/internal/notify/story"
)

// TroubleAlerts makes one alert for each target out of a trouble. Two reports with the
// same kind, subject and Since get the same ID.
func TroubleAlerts(targets []string, t Trouble) []Alert {
	return TroubleAlertsSince(targets, t, t.Since)
}

// TroubleAlertsSince is TroubleAlerts with the time that makes two reports the same
// given apart from Since.
func TroubleAlertsSince(targets []string, t Trouble, same time.Time) []Alert {
	alerts := make([]Alert, 0, len(targets))
	for _, target := range targets {
		key := KeyOf("trouble", t.Kind, t.Feed, t.Target, t.Rule, same.UTC().Format(time.RFC3339Nano))
		alerts = append(alerts, Alert{ID: AlertID(target, key), Target: target, Keys: []ItemKey{key}, FirstSeen: time.Now().UTC(), Trouble: &t})
	}
	return alerts
}

// KeyOf hashes what identifies an item.
func KeyOf(parts ...string) ItemKey {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return ItemKey(sum[:16])
}

// StoryID is the name of a story for people and for mutes.
func StoryID(k story.Key) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(k[:10]))
}

// AlertID derives the ID of the alert for an item and a target.
func AlertID(target string, k ItemKey) string {
	sum := sha256.Sum256(append([]byte(target+"\x00"), k[:]...))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}
