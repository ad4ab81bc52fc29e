package parse

// PersonName is for the comparison with what other readers make of a name.
var PersonName = personName
