from smooth_lms.base.guarded import GuardedRow


class CourseInstructor(GuardedRow):
	pass
