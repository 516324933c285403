package official

import (
	"errors"
	"path"
)

// The files of a period.
const (
	XLSX      = "scores.xlsx"
	CSV       = "scores.csv"
	PartyDOCX = "party.docx"
	PartyPDF  = "party.pdf"
	StateDOCX = "state.docx"
	StatePDF  = "state.pdf"
	Sheet     = "sheet.json" // exactly as signed
)

// The tables of a rating year, whose reports are called as those of a period.
const (
	RatingsXLSX = "ratings.xlsx"
	RatingsCSV  = "ratings.csv" // one line for each criterion of each sheet
)

// ErrFile says that there is no such file.
var ErrFile = errors.New("there is no such file")

// contentTypes are what the files are called in HTTP.
var contentTypes = map[string]string{
	".csv":  "text/csv; charset=utf-8",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".json": "application/json",
	".pdf":  "application/pdf",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// ContentType returns the media type of one of the files, or "" for a name
// with another ending.
func ContentType(file string) string { return contentTypes[path.Ext(file)] }
