package parse

// PersonName is exported to compare names with what other readers make of them.
var PersonName = personName
