"""The case of the domain’s tests: Carmen’s, sent to the CAF and the MSA of the Lot."""
