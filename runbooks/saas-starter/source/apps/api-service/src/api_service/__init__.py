"""The API of the agent SaaS starter."""
