package targets

import (
	"fmt"
	"time"

	"watcher/internal/notify"
	"watcher/internal/text"
)

// headed sets the heading on the first card of each section.
func headed(cs []card, b notify.Batch) {
	if b.Summary == nil {
		return
	}
	for i := 0; i < len(cs); {
		section, end := b.Alerts[i].Section(), i+1
		for end < len(cs) && b.Alerts[end].Section() == section {
			end++
		}
		if section != "" {
			cs[i].Heading = fmt.Sprintf("%s: %s", text.Short(section, nameRunes), counted(end-i, "alert"))
		}
		i = end
	}
}

// summaryNames are the titles of summaries; "of" or "," and a time follow.
var summaryNames = map[notify.Cause]string{
	notify.OfDigest: "Digest of", notify.OfQuiet: "Summary of the quiet hours,", notify.OfMute: "Summary after a mute,", notify.OfCooldown: "Summary after a cooldown,",
	notify.OfLimit: "Summary of what the limit held,", notify.OfFlood: "Summary of a flood,", notify.OfDelay: "Summary of what was held,", notify.OfSeveral: "Summary of what was held,",
}

// head describes a summary and its time. It is empty for other messages.
func head(b *notify.Batch) string {
	if b.Summary == nil {
		return ""
	}
	noun := "alert"
	if b.Alerts[0].Trouble != nil {
		noun = "report"
	}
	at, since := inZone(b.Summary.At, b.Zone), inZone(b.Summary.Since, b.Zone)
	layout := "Mon 2 Jan"
	switch {
	case at.Format(time.DateOnly) == since.Format(time.DateOnly):
		layout = "15:04"
	case at.Sub(since) < 24*time.Hour:
		layout = "Mon 15:04"
	}
	return fmt.Sprintf("%s %s: %s since %s", summaryNames[b.Summary.Of], at.Format("Mon 2 Jan, 15:04 MST"), counted(len(b.Alerts), noun), since.Format(layout))
}

// batchHeadline is one line for a message with some of the batch's cards.
func batchHeadline(b *notify.Batch, cs []card) string {
	if head := head(b); head != "" {
		return head
	}
	return headline(cs)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// rest says how many alerts the message left out and when the next message comes; empty
// if there is nothing to say.
func rest(b *notify.Batch) string { return restText(b.More, inZone(b.Full, b.Zone)) }

func restText(n int, full time.Time) string {
	switch {
	case n <= 0 && full.IsZero():
		return ""
	case n <= 0:
		return fmt.Sprintf("the limit of messages is reached: what comes before %s follows then", full.Format("15:04 MST"))
	case !full.IsZero():
		return fmt.Sprintf("and %d more, which follow at %s: watcher alerts lists them", n, full.Format("15:04 MST"))
	}
	return fmt.Sprintf("and %d more: watcher alerts lists them", n)
}

// headline is one line for a message.
func headline(cs []card) string {
	if len(cs) == 0 {
		return "watcher"
	}
	if len(cs) == 1 {
		return cs[0].title()
	}
	return fmt.Sprintf("%d alerts: %s", len(cs), cs[0].title())
}
