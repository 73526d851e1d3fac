"""What people are told about the synchronization with HR."""

from smooth_lms.base.notices.events import BELL, MODERATORS, Event
from smooth_lms.marked import _

SYNC_WAITS = Event(
	"sync_needs_you",
	_("The synchronization with HR needs a decision, or has stopped"),
	_("Upkeep"),
	(MODERATORS,),
	(BELL,),
	mandatory=True,
)
EVENTS = (SYNC_WAITS,)
