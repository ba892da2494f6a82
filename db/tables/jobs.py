"""When recurring jobs run next."""

from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table


class Job(Table):
    """A recurring job. due_at: its next run. The process that moves it on runs it."""

    name = Varchar(length=30, primary_key=True)
    due_at = Timestamptz()
