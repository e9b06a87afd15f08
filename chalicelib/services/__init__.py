"""What routes and event handlers call, one module per capability. It uses storage, mail and i18n, and knows no HTTP."""
