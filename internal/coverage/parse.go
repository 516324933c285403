package coverage

import (
	"errors"
	"io"
	"strconv"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/rowfile"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxBytes is the size above which a file or a body is refused: some hundred
// thousand rows.
const MaxBytes = 16 << 20

const maxRow = 4 << 10 // bytes

// The columns of a file, and the members of a row in JSON.
var columns = []string{"agency", "counter", "service", "day", "served"}

// ParseCSV reads a file with the columns agency, counter, service, day and
// served, in any order, parted by comma or semicolon; counter and service may
// be empty. Row n stands on line n+1. The error is Faults, or the reader's;
// beside faults of rows come all rows, for Rules.Join, unread ones empty.
func ParseCSV(r io.Reader) ([]rating.Served, error) {
	limited := &io.LimitedReader{R: r, N: MaxBytes + 1}
	in := rowfile.CSV(limited, maxRow)
	first, err := in.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, Faults{faultf(0, Malformed, "the file is empty")}
	case errors.Is(err, rowfile.ErrTooLong):
		return nil, Faults{faultf(0, Malformed, "%s", err.Error())}
	case err != nil:
		return nil, err
	}
	header, err := rowfile.ParseHeader(first.Text, columns, func(string) bool { return false })
	if err != nil {
		return nil, Faults{faultf(0, Malformed, "header: %s", err.Error())}
	}
	rows, faults, err := parseRows(in, header)
	switch {
	case limited.N == 0:
		return nil, tooLarge()
	case err != nil:
		return nil, err
	case len(faults) > 0:
		return rows, faults
	}
	return rows, nil
}

func tooLarge() Faults {
	return Faults{faultf(0, Malformed, "the file has more than the %d bytes that are taken at once; split it", MaxBytes)}
}

func parseRows(in *rowfile.Reader, header *rowfile.Header) (rows []rating.Served, faults Faults, err error) {
	blank := 0 // rows in a run of blank ones; spreadsheets end files with some
	for number := 1; ; number++ {
		row, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, faults, nil
		case errors.Is(err, rowfile.ErrTooLong):
			return rows, append(faults, faultf(number, Malformed, "%s", err.Error())), nil
		case err != nil:
			return nil, nil, err
		case row.Blank():
			blank++
			continue
		}
		if blank > 0 {
			faults = append(faults, faultf(number-1, Malformed, "the row is blank"))
			rows, blank = append(rows, make([]rating.Served, blank)...), 0
		}
		served, message := parseRow(header, row)
		if message != "" {
			faults = append(faults, faultf(number, Malformed, "%s", message))
		}
		rows = append(rows, served)
	}
}

func parseRow(header *rowfile.Header, row rowfile.Row) (served rating.Served, message string) {
	fields, err := header.Fields(row.Text)
	if err != nil {
		return served, err.Error()
	}
	for i, column := range header.Columns() {
		switch column {
		case "agency":
			served.Agency = fields[i]
		case "counter":
			served.Counter = fields[i]
		case "service":
			served.Service = fields[i]
		case "day":
			if served.Day, err = calendar.ParseDay(fields[i]); err != nil {
				return served, "day " + rowfile.Quote(fields[i]) + " is not of the form YYYY-MM-DD"
			}
		case "served":
			if served.Count, err = strconv.ParseInt(fields[i], 10, 64); err != nil {
				return served, "served " + rowfile.Quote(fields[i]) + " is not a whole number without separators"
			}
		}
	}
	return served, ""
}

// rowJSON is a row as a program sends it. What is left out must be seen.
type rowJSON struct {
	Agency  *string `json:"agency"`
	Counter *string `json:"counter"` // may be left out
	Service *string `json:"service"` // may be left out
	Day     *string `json:"day"`
	Served  *int64  `json:"served"`
}

// ParseJSON reads {"rows": [{agency, counter, service, day, served}, …]} or the
// list alone. Counter and service may be empty, null or left out. Unknown and
// repeated names are faults. The error is Faults, as of ParseCSV.
func ParseJSON(data []byte) ([]rating.Served, error) {
	if len(data) > MaxBytes {
		return nil, tooLarge()
	}
	list, err := parseList(data)
	if err != nil {
		return nil, Faults{faultf(0, Malformed, "no valid JSON: {\"rows\": […]} or a list of rows is expected")}
	}
	var faults Faults
	rows := make([]rating.Served, len(list))
	for i, value := range list {
		var message string
		if rows[i], message = parseMember(value); message != "" {
			faults = append(faults, faultf(i+1, Malformed, "%s", message))
		}
	}
	if len(faults) > 0 {
		return rows, faults
	}
	return rows, nil
}

func parseList(data []byte) ([]jsontext.Value, error) {
	var body struct {
		Rows *[]jsontext.Value `json:"rows"`
	}
	if jsontext.Value(data).Kind() == '[' {
		var list []jsontext.Value
		err := json.Unmarshal(data, &list)
		return list, err
	}
	err := json.Unmarshal(data, &body, json.RejectUnknownMembers(true))
	if err == nil && body.Rows == nil {
		err = errors.New("no rows")
	}
	if err != nil {
		return nil, err
	}
	return *body.Rows, nil
}

func parseMember(value jsontext.Value) (served rating.Served, message string) {
	var row rowJSON
	var wrong *json.SemanticError
	err := json.Unmarshal(value, &row, json.RejectUnknownMembers(true))
	switch {
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &wrong):
		return served, "name " + rowfile.Quote(wrong.JSONPointer.LastToken()) + " is not known"
	case errors.As(err, &wrong) && wrong.JSONPointer != "":
		return served, rowfile.Quote(wrong.JSONPointer.LastToken()) + " is of the wrong type"
	case err != nil:
		return served, "the row is not an object with each name once"
	case row.Agency == nil || row.Day == nil || row.Served == nil:
		return served, "agency, day and served must be given"
	}
	day, err := calendar.ParseDay(*row.Day)
	if err != nil {
		return served, "day " + rowfile.Quote(*row.Day) + " is not of the form YYYY-MM-DD"
	}
	return rating.Served{Agency: *row.Agency, Counter: orEmpty(row.Counter), Service: orEmpty(row.Service), Day: day, Count: *row.Served}, ""
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
