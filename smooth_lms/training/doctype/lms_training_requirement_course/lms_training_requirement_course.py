from smooth_lms.base.guarded import GuardedRow


class LMSTrainingRequirementCourse(GuardedRow):
	pass
