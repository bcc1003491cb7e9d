"""Loading: files of facts into tables, once, without overwriting what people edited."""
