"""What people are told about cohorts."""

from smooth_lms.base.notices.events import LEARNERS, MAIL, Event
from smooth_lms.marked import _

COHORTS = _("Cohorts")

ENROLLED = Event("cohort_enrolled", _("You have a seat"), COHORTS, (LEARNERS,), (MAIL,))
EVENTS = (ENROLLED,)
