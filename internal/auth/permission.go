package auth

// Permission is one thing that a role may or may not do.
type Permission string

// The permissions.
const (
	SeeFigures     Permission = "see figures"      // counts, indexes and charts
	SeeComments    Permission = "see comments"     // free text of citizens
	SeeAllComments Permission = "see all comments" // also those that the agency may not read yet
	CheckComments  Permission = "check comments"   // release and withhold them
	SeeReview      Permission = "see review"       // what is held and what was decided, as patterns
	Decide         Permission = "decide"           // about held answers
	SeeInsider     Permission = "see insider"      // the report on what an agency could have made itself
	SeeOffice      Permission = "see office"       // the comparison of all agencies
	SeeRegister    Permission = "see register"     // agencies, counters and their links
	PrintPosters   Permission = "print posters"    // QR codes and posters of counters
	EnterPaper     Permission = "enter paper"      // type in what citizens wrote on paper
	PrintTickets   Permission = "print tickets"    // issue one-time tickets; each lets an answer in
	SeePeriods     Permission = "see periods"      // states, checklists, sealed sheets
	ManagePeriods  Permission = "manage periods"   // close, seal, publish, correct
	SeeRatings     Permission = "see ratings"      // annual sheets of all, and who has reported
	VerifyRatings  Permission = "verify ratings"   // thẩm định, and the committee's conclusion
	SeeOwnRating   Permission = "see own rating"   // the annual sheet of the agency's party organisation
	EnterRating    Permission = "enter rating"     // tự chấm, and reports on targets
	SeeKeys        Permission = "see keys"         // API keys, never their secrets
	ManageKeys     Permission = "manage keys"      // add and revoke
	SeeAudit       Permission = "see audit"        // who did what
	SeeAccounts    Permission = "see accounts"     // who has an account, with which role
	ManageAccounts Permission = "manage accounts"  // add, reset, disable, enable
)

// reach is how far a permission carries.
type reach int

const (
	nowhere    reach = iota // the zero value: what the table does not name is forbidden
	ownAgency               // the account's own agency
	elsewhere               // every agency but the account's own, and all of them together
	everywhere              // every agency, and all of them together
)

// reaches is the whole policy: who may do what, and how far.
var reaches = map[Permission]map[Role]reach{
	SeeFigures:     {Office: everywhere, Auditor: everywhere, Leader: ownAgency},
	SeeComments:    {Office: everywhere, Auditor: everywhere, Leader: ownAgency},
	SeeAllComments: {Office: everywhere, Auditor: everywhere},
	CheckComments:  {Office: everywhere},
	SeeReview:      {Office: everywhere, Auditor: everywhere, Reviewer: everywhere},
	Decide:         {Reviewer: elsewhere},
	SeeInsider:     {Office: everywhere, Auditor: everywhere},
	SeeOffice:      {Office: everywhere, Auditor: everywhere},
	SeeRegister:    {Admin: everywhere, Office: everywhere, Auditor: everywhere},
	PrintPosters:   {Admin: everywhere, Office: everywhere, Auditor: everywhere, Leader: ownAgency, Clerk: ownAgency},
	EnterPaper:     {Clerk: ownAgency},
	PrintTickets:   {Admin: everywhere, Office: everywhere, Leader: ownAgency, Clerk: ownAgency},
	SeePeriods:     {Office: everywhere, Auditor: everywhere},
	ManagePeriods:  {Office: everywhere},
	SeeRatings:     {Office: everywhere, Auditor: everywhere},
	VerifyRatings:  {Office: everywhere},
	SeeOwnRating:   {Office: everywhere, Auditor: everywhere, Leader: ownAgency},
	EnterRating:    {Leader: ownAgency},
	SeeKeys:        {Admin: everywhere, Auditor: everywhere},
	ManageKeys:     {Admin: everywhere},
	SeeAudit:       {Auditor: everywhere, Office: everywhere, Admin: everywhere},
	SeeAccounts:    {Admin: everywhere, Auditor: everywhere},
	ManageAccounts: {Admin: everywhere},
}

// User is a person at work: who it is, in which role, for which agency.
type User struct {
	Email  string `json:"email"` // as NormalizeEmail returns it
	Role   Role   `json:"role"`
	Agency string `json:"agency,omitempty"` // code; "" for roles that are bound to none
}

// May says whether the user has the permission for the agency with that code,
// or, where agency is "", for all agencies together and for what belongs to
// no agency.
func (u User) May(p Permission, agency string) bool {
	switch reaches[p][u.Role] {
	case everywhere:
		return true
	case elsewhere:
		return agency == "" || agency != u.Agency
	case ownAgency:
		return agency != "" && agency == u.Agency
	default:
		return false
	}
}
