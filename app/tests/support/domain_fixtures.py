"""The case that these tests work on: Carmen's, sent to the CAF and the MSA of the Lot."""
