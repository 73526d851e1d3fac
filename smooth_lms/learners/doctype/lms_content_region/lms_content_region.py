from smooth_lms.base.guarded import GuardedDocument


class LMSContentRegion(GuardedDocument):
	may_be_merged = True
