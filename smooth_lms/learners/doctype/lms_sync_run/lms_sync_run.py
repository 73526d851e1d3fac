from smooth_lms.base.guarded import GuardedDocument


class LMSSyncRun(GuardedDocument):
	pass
