from smooth_lms.base.guarded import GuardedRow


class LMSLearningProfileRole(GuardedRow):
	pass
