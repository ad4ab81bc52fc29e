package daemon

import (
	"context"
	"fmt"
	"time"

	"watcher/internal/notify"
	"watcher/internal/text"
)

// lookForDamage is how often to look for records that the store set aside.
const lookForDamage = time.Minute

// watchDamage reports what the store sets aside, until ctx is done.
func (d *Daemon) watchDamage(ctx context.Context) {
	every(ctx, lookForDamage, func() {
		if err := d.reportDamage(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("damage of the store not reported yet", "error", err)
		}
	})
}

// reportDamage reports damage of the store to the ops targets, once.
func (d *Daemon) reportDamage(ctx context.Context) error {
	damages, err := d.store.Damages(ctx)
	if err != nil || len(damages) == 0 {
		return err
	}
	cfg := d.config()
	var alerts []notify.Alert
	records, first := 0, time.Time{}
	for _, damage := range damages {
		if !damage.Made.IsZero() {
			d.log.Error("the store is not there any more, a new one took its place", "made", damage.Made)
			alerts = append(alerts, notify.TroubleAlerts(cfg.Ops.Notify, notify.Trouble{
				Kind: "store_missing", Since: damage.Since,
				Text: fmt.Sprintf("The store %s is not there any more, so watcher began a new one: what each feed shows now is its baseline and is not alerted, what came meanwhile is not known, and what waited to be sent is lost. (Who begins anew on purpose removes %[1]s.was too.)", cfg.Store.Place()),
			})...)
			continue
		}
		if damage.Kept == "" {
			d.log.Error("a damaged record of the store was put aside", "record", damage.Record, "error", damage.Error)
			if records++; records == 1 {
				first = damage.Since
			}
			continue
		}
		d.log.Error("the store was damaged, a new one took its place", "kept", damage.Kept, "error", damage.Error)
		alerts = append(alerts, notify.TroubleAlerts(cfg.Ops.Notify, notify.Trouble{
			Kind: "store_damaged", Since: damage.Since,
			Text: fmt.Sprintf("The store %s was damaged and was put aside as %s. Watching goes on from a new baseline: what came while watcher was down is not alerted.", cfg.Store.Place(), damage.Kept),
		})...)
	}
	if records > 0 {
		alerts = append(alerts, notify.TroubleAlerts(cfg.Ops.Notify, notify.Trouble{
			Kind: "store_record_damaged", Since: first,
			Text: fmt.Sprintf("%s records of the store %s could not be read and were put aside; the log names them. What hung on them may be lost or come twice, and a feed may begin from a new baseline: \"watcher alerts --dead\" lists messages that can be sent again. Does the disk need a look?", text.Number(records), cfg.Store.Place()),
		})...)
	}
	return d.store.ReportDamage(ctx, damages, alerts)
}
