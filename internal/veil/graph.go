package veil

// graph is an undirected graph whose edges have whole weights. Vertices that
// are contracted count as one.
type graph struct {
	edges []map[int]int64 // by vertex that stands for itself: weight by neighbour
	into  []int           // by vertex: what it was contracted into, or itself
	parts [][]int         // by vertex that stands for itself: all that were contracted into it
}

func newGraph(vertices int) *graph {
	g := &graph{}
	for v := range vertices {
		g.edges = append(g.edges, map[int]int64{})
		g.into = append(g.into, v)
		g.parts = append(g.parts, []int{v})
	}
	return g
}

// connect adds weight to the edge between two vertices.
func (g *graph) connect(a, b int, weight int64) {
	g.edges[a][b] += weight
	g.edges[b][a] += weight
}

func (g *graph) at(v int) int {
	for g.into[v] != v {
		v = g.into[v]
	}
	return v
}

// contract makes one vertex of two. Their edges to a third add up.
func (g *graph) contract(a, b int) {
	a, b = g.at(a), g.at(b)
	if a == b {
		return
	}
	if len(g.edges[a]) < len(g.edges[b]) {
		a, b = b, a
	}
	for v, weight := range g.edges[b] {
		delete(g.edges[v], b)
		if v != a {
			g.connect(a, v, weight)
		}
	}
	g.parts[a] = append(g.parts[a], g.parts[b]...)
	g.edges[b], g.parts[b], g.into[b] = nil, nil, a
}

// component returns every vertex that a path leads to, also those contracted.
func (g *graph) component(v int) []int {
	seen := map[int]bool{g.at(v): true}
	var all []int
	for queue := []int{g.at(v)}; len(queue) > 0; queue = queue[1:] {
		all = append(all, g.parts[queue[0]]...)
		for next := range g.edges[queue[0]] {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return all
}

// cut looks for a cut within a component that is lighter than k, and returns
// one side of it. On its way it contracts vertices that no such cut parts; when
// there is none, each component has become one vertex.
//
// The order in which it visits a component is that of Nagamochi and Ibaraki
// (1992): always the vertex that hangs most firmly on those visited before.
// Then the weight seen so far when an edge is met is at most the lightest cut
// between its ends, and the last vertex visited hangs on the rest by exactly
// the lightest cut between it and the one before.
func (g *graph) cut(k int64) (side map[int]bool, found bool) {
	for start := range g.into {
		for g.into[start] == start && len(g.edges[start]) > 0 {
			last, firm := g.visit(start, k)
			if firm < k {
				side = map[int]bool{}
				for _, v := range g.parts[last] {
					side[v] = true
				}
				return side, true
			}
		}
	}
	return nil, false
}

// visit goes once through the component of a vertex, contracts what no cut
// lighter than k parts, and returns the last vertex and how firmly it hangs on
// the rest. If that is k or more, it is contracted too.
func (g *graph) visit(start int, k int64) (last int, firm int64) {
	waiting := map[int]int64{start: 0}
	visited := map[int]bool{}
	var firmly [][2]int
	for len(waiting) > 0 {
		last = firmest(waiting)
		firm = waiting[last]
		delete(waiting, last)
		visited[last] = true
		for v, weight := range g.edges[last] {
			if visited[v] {
				continue
			}
			if waiting[v] += weight; waiting[v] >= k {
				firmly = append(firmly, [2]int{last, v})
			}
		}
	}
	for _, pair := range firmly {
		g.contract(pair[0], pair[1])
	}
	return last, firm
}

// firmest returns the vertex of the greatest weight, the first of equals.
func firmest(waiting map[int]int64) int {
	best, most := -1, int64(-1)
	for v, weight := range waiting {
		if weight > most || weight == most && v < best {
			best, most = v, weight
		}
	}
	return best
}
