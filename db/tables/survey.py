"""Answers to the survey, as sums that identify no person."""

from piccolo.columns import Integer, Serial, Varchar
from piccolo.table import Table


class SurveyCount(Table):
    """How many people chose an answer in a month, raised five people or more at a time."""

    id: Serial
    month = Varchar(length=7)
    question = Varchar(length=12)
    answer = Varchar(length=12)
    total = Integer(default=0)


class SurveyParticipation(Table):
    """The HMAC of a surveyed case, so that it is answered once. Without the key it does not identify the case."""

    digest = Varchar(length=64, primary_key=True)
