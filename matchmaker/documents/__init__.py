"""Values in, bytes out: calendars, pages to print, spreadsheets. No web, no database."""
