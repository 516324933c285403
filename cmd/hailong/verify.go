package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/ledger"
	"hailong/internal/period"
	"hailong/internal/sheet"
)

type verifyCommand struct {
	config.Data
	File string `arg:"" optional:"" help:"Exported sheet to check, without any database." type:"existingfile"`
	Key  string `help:"File with the office's public keys, from hailong period key: every sheet must be signed with one of them." type:"existingfile" placeholder:"FILE"`
	JSON bool   `help:"Print JSON."`
}

// verdict is everything that verify found.
type verdict struct {
	*ledger.Verdict
	Sheets  *period.Verdict `json:"sheets"`
	Ratings []string        `json:"ratings,omitempty"` // what is not as the audit trail says
	Audit   auditVerdict    `json:"audit"`
	Foreign []string        `json:"foreign_keys,omitempty"` // keys that signed and are not in the file that was named
}

type auditVerdict struct {
	Entries int64  `json:"entries"`
	Fault   string `json:"fault,omitempty"`
}

func (v *verifyCommand) Run(c *console) error {
	if v.File != "" {
		return checkFile(c, v.File, v.Key)
	}
	a, err := c.open(v.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	// What is marked for long is not being changed, it was left behind.
	repaired, err := a.Ledger.Repair(c.ctx)
	if err != nil {
		return err
	}
	if repaired > 0 {
		c.log.Warn("finished the work of a writer that died", "days", repaired)
	}
	found := &verdict{}
	if found.Verdict, err = a.Ledger.Verify(c.ctx, c.progress("counting again")); err != nil {
		return err
	}
	if found.Sheets, err = a.Periods.Verify(c.ctx); err != nil {
		return err
	}
	if v.Key != "" {
		if found.Foreign, err = otherKeys(v.Key, found.Sheets); err != nil {
			return err
		}
	}
	if found.Ratings, err = a.Annual.Check(c.ctx); err != nil {
		return err
	}
	if found.Audit.Entries, err = a.Audit.Verify(c.ctx); err != nil {
		found.Audit.Fault = err.Error()
	}
	if v.JSON {
		if err := c.printJSON(found); err != nil {
			return err
		}
	} else {
		tell(c, found.Verdict)
		tellSheets(c, found)
	}
	return found.fault()
}

// otherKeys says in words which keys have signed that are not in the file.
func otherKeys(file string, v *period.Verdict) ([]string, error) {
	keys, err := fingerprintsIn(file)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, other := range slices.Sorted(maps.Keys(v.Keys)) {
		if !slices.Contains(keys, other) {
			others = append(others, fmt.Sprintf("%d sealed sheets were signed with the key %s, and %s holds %s", v.Keys[other], other, file, strings.Join(keys, ", ")))
		}
	}
	return others, nil
}

// fault says in one line what is wrong, and what to do.
func (v *verdict) fault() error {
	var faults []string
	if n := len(v.Differences); n > 0 {
		faults = append(faults, fmt.Sprintf("%d kept sums are not what the answers add up to", n))
	}
	if n := len(v.Sheets.Faults); n > 0 {
		faults = append(faults, fmt.Sprintf("%d faults in the sealed sheets", n))
	}
	if n := len(v.Ratings); n > 0 {
		faults = append(faults, fmt.Sprintf("%d values of the annual rating are not those of the audit trail", n))
	}
	if v.Audit.Fault != "" {
		faults = append(faults, "the audit trail is not whole")
	}
	switch {
	case len(faults) == 0 && len(v.Foreign) == 0:
		return nil
	case len(faults) == 0:
		return errors.New("sheets were signed with a key that is not named: ask the office for its public keys; after a replacement the file has to hold the earlier keys too")
	}
	return fmt.Errorf("%s: something other than hailong changed the database; keep a copy of it and compare with the sheets that were exported, then restore a backup or, where the answers are right, count anew with hailong recount DAY", strings.Join(faults, "; "))
}

func tellSheets(c *console, v *verdict) {
	c.printf("%d sealed sheets checked, %d of them counted again; %d entries of the audit trail\n", v.Sheets.Sheets, v.Sheets.Recomputed, v.Audit.Entries)
	if v.Sheets.Gone > 0 {
		c.printf("%d sealed sheets held against the kept sums, as answers of their periods were removed\n", v.Sheets.Gone)
	}
	for _, fault := range slices.Concat(v.Sheets.Faults, v.Foreign, v.Ratings) {
		c.printf("fault: %s\n", fault)
	}
	if v.Audit.Fault != "" {
		c.printf("fault: %s\n", v.Audit.Fault)
	}
}

// checkFile checks an exported sheet on a machine without the database.
func checkFile(c *console, file, keyFile string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	signed, err := sheet.Open(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if keyFile != "" {
		if err := sameKey(keyFile, signed); err != nil {
			return err
		}
	}
	c.printf("%s revision %d, %s to %s: sheet %d of the chain\n", signed.Period.ID, signed.Revision, signed.Period.From, signed.Period.To, signed.Sequence)
	c.printf("SHA-256 %s\nsigned by %s, %s\n", signed.Hash, signed.Sealed.By, signed.Sealed.At.Format("2006-01-02 15:04:05 MST"))
	var methods []string
	for _, figures := range signed.Figures {
		methods = append(methods, figures.Method)
	}
	c.printf("figures computed again from the counts: %d agencies by %s; all agree\n", len(signed.Counts), strings.Join(methods, ", "))
	advice := ""
	if keyFile == "" {
		advice = ": compare it with the one the office has made known, or name its file with --key"
	}
	c.printf("key %s%s\n", sheet.Fingerprint(signed.Key), advice)
	return nil
}

func sameKey(file string, signed *sheet.Signed) error {
	keys, err := fingerprintsIn(file)
	if own := sheet.Fingerprint(signed.Key); err == nil && !slices.Contains(keys, own) {
		err = fmt.Errorf("the sheet was signed with the key %s, and %s holds %s", own, file, strings.Join(keys, ", "))
	}
	return err
}

// fingerprintsIn returns the fingerprints of the public keys in a file.
func fingerprintsIn(file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := sheet.ParsePublicPEM(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var fingerprints []string
	for _, key := range keys {
		fingerprints = append(fingerprints, sheet.Fingerprint(key))
	}
	return fingerprints, nil
}

type recountCommand struct {
	config.Data
	From string `arg:"" help:"First day to count anew, YYYY-MM-DD."`
}

// Run counts closed days anew.
func (r *recountCommand) Run(c *console) error {
	from, err := calendar.ParseDay(r.From)
	if err != nil {
		return err
	}
	a, err := c.open(r.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Ledger.Recount(c.ctx, from, c.progress("counting anew"))
}

func tell(c *console, v *ledger.Verdict) {
	through := "nothing is sealed yet"
	if v.SealedThrough != nil {
		through = "sealed through " + v.SealedThrough.String()
	}
	c.printf("%d responses counted again; %d days and %d months compared; %s\n", v.Responses, v.Days, v.Months, through)
	if v.GoneThrough != nil {
		c.printf("answers through %s were removed when their time was over: %d sums of days cannot be counted again and were held against their months\n", v.GoneThrough, v.Gone)
	}
	if v.Skipped > 0 {
		c.printf("%d days not looked at: they are being written to, or were when a writer was stopped (verify finishes its work ten minutes later); run verify again\n", v.Skipped)
	}
	for _, difference := range v.Differences {
		c.printf("differs: %s\n", difference)
	}
	switch {
	case len(v.Differences) > 0:
	case v.Skipped > 0:
		c.printf("the sums of all other days agree with the answers\n")
	default:
		c.printf("all sums agree with the answers\n")
	}
}
