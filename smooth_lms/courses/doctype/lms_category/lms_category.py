from smooth_lms.base.guarded import GuardedDocument


class LMSCategory(GuardedDocument):
	may_be_merged = True
