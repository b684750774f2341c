"""The site around the house: settings, addresses, look. It names the app, never imports it."""
