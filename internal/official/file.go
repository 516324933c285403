package official

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
