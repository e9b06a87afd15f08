"""What each public route takes and answers, blueprint by blueprint; only `/openapi.json` loads it, no other request."""
