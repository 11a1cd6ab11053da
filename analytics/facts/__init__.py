"""Facts: the activity log as monthly Parquet, under pseudonyms."""
