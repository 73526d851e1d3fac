from smooth_lms.base.guarded import GuardedDocument


class LMSLearningProfile(GuardedDocument):
	pass
