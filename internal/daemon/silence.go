package daemon

import (
	"context"
	"fmt"
	"maps"
	"time"

	"watcher/internal/config"
	"watcher/internal/duration"
	"watcher/internal/notify"
)

// lookForSilence is how often to look for rules that are silent for too long.
const lookForSilence = time.Minute

// watchSilence reports rules that matched nothing for as long as their expect allows,
// until ctx is done.
func (d *Daemon) watchSilence(ctx context.Context) {
	every(ctx, lookForSilence, func() {
		if err := d.reportSilence(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("cannot find out which rules are silent", "error", err)
		}
	})
}

// reportSilence reports to the targets of each rule that it is silent for too long. The
// report's ID derives from the start of the silence, so each silence is reported once,
// however often and by whatever process it is found.
func (d *Daemon) reportSilence(ctx context.Context) error {
	expecting := make(map[string]config.RoutedRule)
	var names []string
	for _, r := range d.config().Rules {
		if r.Expect > 0 {
			expecting[r.Name] = r
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	matched, err := d.store.Matched(ctx, names)
	if err != nil {
		return err
	}
	var alerts []notify.Alert
	now, told := time.Now(), make(map[string]time.Time)
	for name, last := range matched {
		r := expecting[name]
		if now.Sub(last) < r.Expect || d.silent[name].Equal(last) {
			continue
		}
		told[name] = last
		d.log.Warn("nothing matched for longer than expected", "rule", name, "since", last)
		alerts = append(alerts, notify.TroubleAlerts(r.Notify, notify.Trouble{
			Kind: "rule_silent", Rule: name, Since: last,
			Text: fmt.Sprintf("Nothing has matched rule %s since %s, and it expects something every %s. Either nothing happened, or its words or its feeds need a look.",
				name, last.In(d.config().Zone).Format("2 Jan 2006 15:04 MST"), duration.Format(r.Expect)),
		})...)
	}
	if len(alerts) == 0 {
		return nil
	}
	if err := d.store.Report(ctx, alerts); err != nil {
		return err
	}
	maps.Copy(d.silent, told)
	return nil
}
