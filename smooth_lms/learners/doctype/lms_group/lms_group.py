from smooth_lms.base.guarded import GuardedDocument


class LMSGroup(GuardedDocument):
	pass
