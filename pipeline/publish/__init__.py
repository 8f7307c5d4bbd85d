"""What goes out to others: files of records in their formats, and the change feed.

Records come in as plain mappings, and pages as the archive gave them: this room knows neither the database nor the web.
"""
