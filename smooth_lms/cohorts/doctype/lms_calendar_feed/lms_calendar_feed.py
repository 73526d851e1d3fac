from smooth_lms.base.guarded import GuardedDocument


class LMSCalendarFeed(GuardedDocument):
	pass
