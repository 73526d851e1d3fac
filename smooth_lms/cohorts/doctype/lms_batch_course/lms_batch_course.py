from smooth_lms.base.guarded import GuardedRow


class LMSBatchCourse(GuardedRow):
	pass
