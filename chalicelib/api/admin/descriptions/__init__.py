"""What each route for organisers takes and returns, one module per blueprint; only `/openapi.json` loads them."""
