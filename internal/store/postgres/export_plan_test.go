package postgres

// Hot are statements that each commit with news makes, by name.
func Hot() map[string]string {
	return map[string]string{
		"toldAlerts": toldAlerts, "storiesByKey": storiesByKey, "updateFeeds": updateFeeds,
		"lockChanged": lockChanged, "changeAlerts": changeAlerts, "alertsByID": alertsByID, "getParts": getParts,
	}
}
