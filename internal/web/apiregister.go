package web

import (
	"hailong/internal/calendar"
	"hailong/internal/org"

	"github.com/gofiber/fiber/v2"
)

// registerReply is the register without links: those are for answering at a
// counter, and a key that may read figures need not be able to.
type registerReply struct {
	PartyOrganisations []org.PartyOrganisation `json:"party_organisations"`
	PeerGroups         []org.PeerGroup         `json:"peer_groups"`
	Agencies           []agencyReply           `json:"agencies"`
}

type agencyReply struct {
	Code              string         `json:"code"`
	Name              string         `json:"name"`
	Aliases           []string       `json:"aliases"`
	PartyOrganisation string         `json:"party_organisation,omitempty"`
	PeerGroup         string         `json:"peer_group,omitempty"`
	HasProcedures     bool           `json:"has_procedures"`
	ValidFrom         *calendar.Day  `json:"valid_from"`
	ValidTo           *calendar.Day  `json:"valid_to"`
	Successor         string         `json:"successor,omitempty"`
	Services          []org.Service  `json:"services"`
	Counters          []counterReply `json:"counters"`
}

type counterReply struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Location  string        `json:"location,omitempty"`
	Form      string        `json:"form"`
	Hours     string        `json:"hours,omitempty"`
	ValidFrom *calendar.Day `json:"valid_from"`
	ValidTo   *calendar.Day `json:"valid_to"`
}

// sendAgencies answers with the register. It is the same for every key: what
// agencies there are is no secret.
func (s *Server) sendAgencies(c *fiber.Ctx) error {
	if _, err := arguments(c); err != nil {
		return err
	}
	file := s.Register().File()
	reply := registerReply{
		PartyOrganisations: append([]org.PartyOrganisation{}, file.PartyOrganisations...),
		PeerGroups:         append([]org.PeerGroup{}, file.PeerGroups...),
		Agencies:           make([]agencyReply, len(file.Agencies)),
	}
	for i := range file.Agencies {
		reply.Agencies[i] = replyOf(&file.Agencies[i])
	}
	return sendValue(c, reply)
}

func replyOf(a *org.Agency) agencyReply {
	reply := agencyReply{
		Code: a.Code, Name: a.Name, Aliases: append([]string{}, a.Aliases...),
		PartyOrganisation: a.PartyOrganisation, PeerGroup: a.PeerGroup, HasProcedures: a.Procedures(),
		ValidFrom: a.ValidFrom, ValidTo: a.ValidTo, Successor: a.Successor,
		Services: append([]org.Service{}, a.Services...), Counters: make([]counterReply, len(a.Counters)),
	}
	for i, counter := range a.Counters {
		reply.Counters[i] = counterReply{
			Code: counter.Code, Name: counter.Name, Location: counter.Location, Form: counter.Form,
			Hours: counter.Hours, ValidFrom: counter.ValidFrom, ValidTo: counter.ValidTo,
		}
	}
	return reply
}
