"""The columns whose values are unique together."""

from db.tables.case_links import CaseLink
from db.tables.cases import CaseField, CaseOrganisation
from db.tables.catalogue import CategoryOrganisation, Subject, SubjectOrganisation
from db.tables.drafts import FormSave, MessageDraft
from db.tables.members import Invitation, Membership
from db.tables.participants import Guest, Recipient
from db.tables.people import SupervisedOrganisation, Supervision
from db.tables.search_tokens import SearchToken
from db.tables.survey import SurveyCount
from db.tables.teams import TeamArea, TeamRefusal
from db.tables.thread import Message, ReadReceipt

UNIQUE_COLUMNS = (
    (CategoryOrganisation.category, CategoryOrganisation.organisation),
    (Subject.category, Subject.name),
    (SubjectOrganisation.subject, SubjectOrganisation.organisation),
    (TeamArea.team, TeamArea.area),
    (TeamRefusal.team, TeamRefusal.organisation),
    (Supervision.person, Supervision.area),
    (SupervisedOrganisation.person, SupervisedOrganisation.organisation),
    (Membership.person, Membership.team),
    (Invitation.team, Invitation.address),
    (CaseField.case, CaseField.label),
    (SearchToken.case, SearchToken.token),
    (CaseOrganisation.case, CaseOrganisation.organisation),
    (Recipient.case, Recipient.team),
    (Guest.case, Guest.person),
    (CaseLink.first_case, CaseLink.second_case),
    (Message.case, Message.author, Message.key),
    (ReadReceipt.case, ReadReceipt.person),
    (MessageDraft.case, MessageDraft.person),
    (FormSave.case, FormSave.form_name, FormSave.person, FormSave.page),
    (SurveyCount.month, SurveyCount.question, SurveyCount.answer),
)
"""Unique indexes, created in the migrations: Piccolo’s constraints do not exist on SQLite."""
