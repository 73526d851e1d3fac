"""What people are told about the content of courses."""

from smooth_lms.base.notices.events import BELL, INSTRUCTORS, Event
from smooth_lms.marked import _

CONTENT_BLOCKED = Event(
	"content_blocked",
	_("A package's content from elsewhere is not shown"),
	_("Upkeep"),
	(INSTRUCTORS,),
	(BELL,),
)
EVENTS = (CONTENT_BLOCKED,)
