"""The admin API as the client sees it: the account, requests, downloads, the schema of a campaign."""
