"""What people are told about training."""

from smooth_lms.base.notices.events import BELL, INSTRUCTORS, LEARNERS, MAIL, MANAGERS, MODERATORS, Event
from smooth_lms.marked import _

TRAINING, UPKEEP = _("Training"), _("Upkeep")

REMINDER = Event(
	"training_reminder",
	_("Training is due, or overdue"),
	TRAINING,
	(LEARNERS, MANAGERS),
	(MAIL,),
	mandatory=True,
)
MORE_TIME_DECIDED = Event(
	"more_time_decided", _("More time is granted or refused"), TRAINING, (LEARNERS,), (BELL,)
)
MORE_TIME_ASKED = Event(
	"more_time_asked", _("Somebody asks for more time"), TRAINING, (MANAGERS, MODERATORS), (BELL,)
)
LICENCES_LOW = Event(
	"licences_low", _("The licences of a course run out"), UPKEEP, (INSTRUCTORS, MODERATORS), (BELL,)
)
REQUIREMENT_STOPPED = Event(
	"requirement_stopped",
	_("A requirement is stopped by an error"),
	UPKEEP,
	(MODERATORS,),
	(BELL,),
	mandatory=True,
)
EVENTS = (REMINDER, MORE_TIME_DECIDED, MORE_TIME_ASKED, LICENCES_LOW, REQUIREMENT_STOPPED)
