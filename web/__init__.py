"""The server: people, assessments, submissions, jobs, pages, and the runners' API."""
