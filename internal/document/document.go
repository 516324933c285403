// Package document makes the files that leave the program for paper and for
// other programs: QR codes, posters, CSV tables, and their file names. It sets
// down what it is given: it computes no figure, reads no store, no clock and
// no environment, so equal input gives equal bytes.
package document
