package postgres

// Hot are statements that each commit with news makes, by name.
func Hot() map[string]string {
	return map[string]string{
		"toldAlerts": toldAlerts, "storySketches": storySketches, "updateFeeds": updateFeeds,
		"lockChanged": lockChanged, "changeAlerts": changeAlerts, "alertsByID": alertsByID, "getParts": getParts,
	}
}
