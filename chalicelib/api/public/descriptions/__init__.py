"""What each public route takes and returns, one module per blueprint; only `/openapi.json` loads them."""
