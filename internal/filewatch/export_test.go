package filewatch

const (
	Quiet  = quiet
	Anyway = anyway
)
