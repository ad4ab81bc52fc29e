package postgres

import "maps"

// Hot are the statements that each commit with news makes, by name.
func Hot() map[string]string {
	return map[string]string{
		"toldAlerts": toldAlerts, "storiesByKey": storiesByKey, "updateFeeds": updateFeeds, "readFeeds": readFeeds,
		"lockChanged": lockChanged, "changeAlerts": changeAlerts, "alertsByID": alertsByID,
		"getParts": getParts, "dropParts": dropParts,
	}
}

// Prepared are the statements that are prepared where a connection leads to the server.
func Prepared() map[string]bool { return maps.Clone(hot) }
