from smooth_lms.base.guarded import GuardedRow


class LMSCoursePrerequisite(GuardedRow):
	pass
