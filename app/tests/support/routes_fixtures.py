"""The case of the routes’ tests: Carmen’s, sent to the CAF and the MSA of the Lot."""
