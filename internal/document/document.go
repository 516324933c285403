// Package document makes the files that leave the program for paper and for
// other programs: QR codes, posters, official reports (DOCX, PDF), workbooks
// (XLSX), CSV tables, and their file names. It sets down what it is given: it
// computes no figure, knows no score, reads no store, no clock and no
// environment, so equal input gives equal bytes.
package document
