package postgres

import "maps"

// Hot are statements that each commit with news makes, or that read page after page, by
// name.
func Hot() map[string]string {
	return map[string]string{
		"toldAlerts": toldAlerts, "storiesByKey": storiesByKey, "updateFeeds": updateFeeds, "readFeeds": readFeeds,
		"lockChanged": lockChanged, "changeAlerts": changeAlerts, "alertsByID": alertsByID,
		"getParts": getParts, "dropParts": dropParts, "listFeeds": listFeeds, "movedFeeds": movedFeeds,
	}
}

// Prepared are the statements that are prepared where a connection leads to the server.
func Prepared() map[string]bool { return maps.Clone(hot) }
