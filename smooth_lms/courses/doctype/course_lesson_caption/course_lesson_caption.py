from smooth_lms.base.guarded import GuardedRow


class CourseLessonCaption(GuardedRow):
	pass
