from smooth_lms.base.guarded import GuardedRow


class LMSBatchTimetable(GuardedRow):
	pass
