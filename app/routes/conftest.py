"""The case that these tests work on: Carmen's, sent to the CAF and the MSA of the Lot."""

from app.domain.cases.conftest import case_id, draft_id, new_case

__all__ = ["case_id", "draft_id", "new_case"]
